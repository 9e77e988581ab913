import type { Redis } from 'ioredis';

/**
 * KEYS: line, block. ARGV: now ms, milliseconds between two turns, burst, reserve ('1' keeps the turn).
 * A virtual queue: the answer is how many milliseconds to wait until one's turn; a turn is taken only once per call, so whoever waits
 * keeps the place and comes in order.
 */
const TAKE = `
local now = tonumber(ARGV[1])
local gap = tonumber(ARGV[2])
local burst = tonumber(ARGV[3])
local next = tonumber(redis.call('GET', KEYS[1]) or '0')
local earliest = now - gap * burst
if next < earliest then next = earliest end
local turn = next + gap
redis.call('SET', KEYS[1], turn, 'PX', math.ceil(math.max(turn - now, 0) + gap * (burst + 2) + 60000))
local blocked = tonumber(redis.call('GET', KEYS[2]) or '0')
return math.ceil(math.max(turn - now, blocked - now, 0))
`;

export interface Limiter {
  /** Takes a turn in the line of that name; the answer is how many milliseconds from now it is. */
  take(line: string, perMinute: number, burst: number): Promise<number>;
  /** Milliseconds for which Slack asked us to keep still there; 0 when it did not. */
  blockedFor(line: string): Promise<number>;
  /** Slack answered 429: nobody goes there before the given time has passed. */
  block(line: string, seconds: number): Promise<void>;
}

/** One limiter for all workers; the lines live in Redis. */
export function createLimiter(redis: Redis, prefix: string, now: () => number): Limiter {
  const key = (kind: string, line: string): string => `${prefix}:slack:${kind}:${line}`;
  return {
    take: async (line, perMinute, burst) => {
      const wait = await redis.eval(
        TAKE,
        2,
        key('line', line),
        key('block', line),
        String(now()),
        String(60_000 / perMinute),
        String(burst),
      );
      return Number(wait);
    },
    blockedFor: async (line) => Math.max(0, Number((await redis.get(key('block', line))) ?? 0) - now()),
    block: async (line, seconds) => {
      const until = now() + seconds * 1000;
      await redis.set(key('block', line), String(until), 'PX', Math.max(1, Math.ceil(seconds * 1000)));
    },
  };
}
