import type { Redis } from 'ioredis';
import { z } from 'zod';

/**
 * The way of a password or one-time code from a person to the worker that logs in: one message on a Redis channel, which Redis hands
 * on and does not keep (PUBLISH is neither stored nor in the append-only file). Never a key, never a job, never the journal.
 */
export const LoginSecret = z.object({ site: z.string(), by: z.string(), password: z.string(), code: z.string() });
export type LoginSecret = z.infer<typeof LoginSecret>;

export function secretChannel(prefix: string): string {
  return `${prefix}:logins`;
}

/** Hands a secret to the workers; resolves with how many of them heard it. */
export async function sendSecret(redis: Redis, prefix: string, secret: LoginSecret): Promise<number> {
  return redis.publish(secretChannel(prefix), JSON.stringify(secret));
}
