/** Sessions of one connection: how many may be open, who waits. */

/** Counts open sessions. One is kept back for stopping commands, wherever there are at least two. */
export class Slots {
  #limit: number;
  #active = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(maxSessions: number) {
    this.#limit = maxSessions;
  }

  get active(): number {
    return this.#active;
  }

  /** Waits for a free session; rejects with the signal's reason when it is aborted first. */
  async acquire(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    while (this.#active >= Math.max(1, this.#limit - 1)) await this.#waitForChange(signal);
    this.#active += 1;
  }

  /** Takes a session at once, beyond those for work. */
  acquireReserved(): void {
    this.#active += 1;
  }

  release(): void {
    this.#active -= 1;
    this.#wakeAll();
  }

  /** The server allows fewer than we thought: `active` open ones were too many by one. */
  learnLimit(): void {
    this.#limit = Math.max(1, Math.min(this.#limit, this.#active));
  }

  /** Resolves at the next release, or after `ms`. */
  async waitForRelease(ms: number, signal?: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(ms);
    await this.#waitForChange(signal === undefined ? timeout : AbortSignal.any([timeout, signal])).catch(() => {});
    signal?.throwIfAborted();
  }

  #waitForChange(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        const index = this.#waiting.indexOf(wake);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      this.#waiting.push(wake);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  // Whoever finds no room waits again, at the end of the line; with a handful of sessions that is fair enough.
  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
