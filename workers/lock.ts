import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Short, because a worker that was killed leaves it behind; renewed while the work goes on. */
const LOCK_MS = 6_000;

/** Keeps a lock that is still one's own for so many milliseconds more; 0 gives it back. A lock that was lost is left to its holder. */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/** Does the work unless somebody else is at it, on any machine; null in that case. */
export async function withLock<T>(redis: Redis, key: string, work: () => Promise<T>): Promise<T | null> {
  const own = randomUUID();
  if ((await redis.set(key, own, 'PX', LOCK_MS, 'NX')) === null) return null;
  const renew = setInterval(() => void redis.eval(RENEW, 1, key, own, String(LOCK_MS)).catch(() => undefined), LOCK_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renew);
    await redis.eval(RENEW, 1, key, own, '0');
  }
}
