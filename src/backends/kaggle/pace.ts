import { setTimeout as sleep } from 'node:timers/promises';
import { ReprobotError } from '../../errors.ts';

export interface PaceOptions {
  /** Least time between two calls of the account. */
  readonly intervalMs: number;
  /** Longest wait for a turn; beyond it the call fails with kaggle.rate-limited at once. */
  readonly patienceMs: number;
  readonly now: () => number;
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Waits in real time. Rejects with code cancelled when the signal says so. */
export async function waitReally(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new ReprobotError({ code: 'cancelled', doing: 'waiting for a turn at Kaggle', why: 'it was stopped', cause });
  }
}

/** The order of an account's calls: one after the other with a pause between them, and none while Kaggle asked for quiet. */
export class Pace {
  readonly #options: PaceOptions;
  #next = 0;
  #quietUntil = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Resolves when a call may be made. */
  async takeTurn(doing: string, signal?: AbortSignal): Promise<void> {
    const { now, intervalMs, patienceMs, wait } = this.#options;
    const at = now();
    const quiet = this.#quietUntil - at;
    if (quiet > patienceMs) throw this.#refuse(doing, quiet);
    const start = Math.max(at, this.#next, this.#quietUntil);
    this.#next = start + intervalMs;
    if (start > at) await wait(start - at, signal);
  }

  /** No calls for so long. */
  keepQuiet(seconds: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, this.#options.now() + seconds * 1000);
  }

  #refuse(doing: string, milliseconds: number): ReprobotError {
    const seconds = Math.ceil(milliseconds / 1000);
    const why = `Kaggle asked for ${seconds} s without calls`;
    return new ReprobotError({ code: 'kaggle.rate-limited', doing, why, transient: true, details: { retryAfterSeconds: seconds } });
  }
}
