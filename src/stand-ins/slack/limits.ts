/** Slack's rate tiers as token buckets: a burst passes, the sustained rate counts. */

export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

export type Tier = 't1' | 't2' | 't3' | 't4' | 'special';

export interface LimitOptions {
  readonly enabled?: boolean;
  readonly tiers?: Partial<Record<Tier, Rate>>;
  /** Overrides for single methods. */
  readonly methods?: Readonly<Record<string, Rate>>;
  /** chat.postMessage, for each channel. */
  readonly postPerChannel?: Rate;
  /** chat.postMessage, all channels together. */
  readonly postPerWorkspace?: Rate;
}

const defaultTiers: Record<Tier, Rate> = {
  t1: { perMinute: 1, burst: 2 },
  t2: { perMinute: 20, burst: 20 },
  t3: { perMinute: 50, burst: 50 },
  t4: { perMinute: 100, burst: 100 },
  special: { perMinute: 600, burst: 600 },
};

interface Bucket {
  tokens: number;
  at: number;
}

export class Limits {
  readonly #options: LimitOptions;
  readonly #now: () => number;
  #buckets = new Map<string, Bucket>();
  #refused = new Map<string, number>();

  constructor(options: LimitOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** Counts one call. Returns the seconds after which to try again when it is over the limit, else undefined. */
  count(method: string, tier: Tier, channel: string | undefined): number | undefined {
    if (this.#options.enabled === false) return undefined;
    for (const [key, rate] of this.#ratesFor(method, tier, channel)) {
      const wait = this.#draw(key, rate);
      if (wait === undefined) continue;
      this.noteRefusal(method);
      return wait;
    }
    return undefined;
  }

  /** Counts a refusal that something else decided. */
  noteRefusal(method: string): void {
    this.#refused.set(method, (this.#refused.get(method) ?? 0) + 1);
  }

  /** How often each method was answered with 429. */
  refusals(): Record<string, number> {
    return Object.fromEntries(this.#refused);
  }

  clear(): void {
    this.#buckets = new Map();
    this.#refused = new Map();
  }

  #ratesFor(method: string, tier: Tier, channel: string | undefined): [string, Rate][] {
    const own = this.#options.methods?.[method];
    if (method === 'chat.postMessage' && own === undefined) {
      return [
        [`post:${channel ?? ''}`, this.#options.postPerChannel ?? { perMinute: 60, burst: 5 }],
        ['post', this.#options.postPerWorkspace ?? { perMinute: 300, burst: 100 }],
      ];
    }
    return [[method, own ?? this.#options.tiers?.[tier] ?? defaultTiers[tier]]];
  }

  #draw(key: string, rate: Rate): number | undefined {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, at: now };
    const perMillisecond = rate.perMinute / 60_000;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + (now - bucket.at) * perMillisecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return undefined;
    }
    return Math.max(1, Math.ceil((1 - bucket.tokens) / perMillisecond / 1000));
  }
}
