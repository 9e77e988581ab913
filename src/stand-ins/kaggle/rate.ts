/** Calls of each account as a bucket: a burst of a quarter of a minute’s calls passes, then the sustained rate counts. */
export class Rate {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts one call. The seconds to wait when it is one too many, else undefined. */
  count(account: string): number | undefined {
    const now = this.#now();
    const burst = Math.max(1, this.#perMinute / 4);
    const bucket = this.#buckets.get(account) ?? { tokens: burst, at: now };
    const perMillisecond = this.#perMinute / 60_000;
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) * perMillisecond);
    bucket.at = now;
    this.#buckets.set(account, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMillisecond / 1000));
    bucket.tokens -= 1;
    return undefined;
  }
}
