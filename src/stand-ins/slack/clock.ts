/** Time as the stand-in sees it. `factor` makes retry schedules pass that many times faster; nothing else is compressed. */
export interface ClockOptions {
  readonly now?: () => number;
  readonly factor?: number;
}

/** How long things live and wait, in milliseconds. */
export interface Timings {
  /** What a command, a click or a submission may take to be acknowledged. */
  readonly ackTimeout: number;
  /** What an event may take over a socket before it is sent again. */
  readonly eventAckTimeout: number;
  readonly triggerLife: number;
  readonly responseUrlLife: number;
  readonly serverPing: number;
  /** Of one socket, until refresh_requested; a warning comes `warningLead` earlier. */
  readonly connectionLife: number;
  readonly warningLead: number;
  /** Between completing an upload and the message that shares it. */
  readonly fileShareDelay: number;
  /** Between completing an upload and the moment from which a block may show it. */
  readonly fileLookDelay: number;
  readonly saveDelay: number;
}

export const defaultTimings: Timings = {
  ackTimeout: 3_000,
  eventAckTimeout: 4_000,
  triggerLife: 3_000,
  responseUrlLife: 30 * 60_000,
  serverPing: 5_000,
  connectionLife: 3_600_000,
  warningLead: 10_000,
  fileShareDelay: 50,
  fileLookDelay: 300,
  saveDelay: 150,
};

export class Clock {
  readonly now: () => number;
  readonly #factor: number;
  readonly #waits = new Set<() => void>();
  #stopped = false;

  constructor(options: ClockOptions = {}) {
    this.now = options.now ?? Date.now;
    this.#factor = options.factor ?? 1;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Waits; resolves true, or false at once when the stand-in is closing. */
  wait(milliseconds: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waits.delete(end);
        resolve(!this.#stopped);
      };
      const timer = setTimeout(end, milliseconds);
      this.#waits.add(end);
    });
  }

  /** Waits a step of a retry schedule, which the factor compresses. */
  waitForRetry(milliseconds: number): Promise<boolean> {
    return this.wait(milliseconds / this.#factor);
  }

  /** Ends all waits. */
  stop(): void {
    this.#stopped = true;
    for (const end of this.#waits) end();
  }
}
