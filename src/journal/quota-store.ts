import type { Redis } from 'ioredis';
import { SeenQuota } from '../core/kaggle/quota.ts';
import type { QuotaStore } from '../ports.ts';

/** After a week it says nothing any more. */
const KEEP_SECONDS = 7 * 24 * 3_600;

/** The newest look at the account's week, in Redis. */
export function createQuotaStore(redis: Redis, prefix: string): QuotaStore {
  const key = `${prefix}:kaggle-quota`;
  return {
    save: async (seen) => void (await redis.set(key, JSON.stringify(seen), 'EX', KEEP_SECONDS)),
    load: async () => {
      const json = await redis.get(key);
      return json === null ? null : SeenQuota.parse(JSON.parse(json));
    },
  };
}
