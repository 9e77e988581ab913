import type { Quota, SeenQuota } from '../core/kaggle/quota.ts';

/** The account's week as it was a few minutes ago; null without an account, or while Kaggle has never answered. */
export type ReadQuota = () => Promise<SeenQuota | null>;

const FRESH_MS = 10 * 60_000;

/** Asks at most once in ten minutes, also where Kaggle does not answer: many people may open their Home at once. */
export function createQuotaReader(ask: (() => Promise<Quota>) | null, now: () => number, onSilence: (error: unknown) => void): ReadQuota {
  let seen: SeenQuota | null = null;
  let askedAt = -FRESH_MS;
  return async () => {
    if (ask === null || now() - askedAt < FRESH_MS) return seen;
    askedAt = now();
    try {
      seen = { quota: await ask(), at: now() };
    } catch (error) {
      onSilence(error);
    }
    return seen;
  };
}
