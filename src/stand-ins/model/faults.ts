/** Something that goes wrong on purpose. */
export type Fault =
  /** An error instead of an answer. */
  | { readonly kind: 'status'; readonly status: 400 | 401 | 403 | 429 | 500 | 529; readonly retryAfterSeconds?: number }
  /** An `error` event in the middle of the stream, after this many events. */
  | { readonly kind: 'stream-error'; readonly afterEvents: number }
  /** The connection ends without a word, after this many events. */
  | { readonly kind: 'cut'; readonly afterEvents: number }
  /** This long between two pieces of text. */
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** Faults waiting their turn: each meets one request, the oldest first. */
export class Faults {
  #waiting: Fault[] = [];

  add(fault: Fault, times = 1): void {
    for (let index = 0; index < times; index += 1) this.#waiting.push(fault);
  }

  take(): Fault | undefined {
    return this.#waiting.shift();
  }
}
