/** Time comes in as an argument; this is the one that main passes. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after the given milliseconds, or rejects at once when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

import { setTimeout as sleep } from 'node:timers/promises';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};
