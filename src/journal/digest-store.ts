import type { Redis } from 'ioredis';
import { Digest } from '../core/digest/schema.ts';
import type { DigestStore } from '../ports.ts';

/** Long enough for its questions to be answered; what it told stands in the journals. */
const KEEP_SECONDS = 14 * 24 * 3_600;

/** Digests as they were composed, so that a message keeps saying what it said while its questions are answered. */
export function createDigestStore(redis: Redis, prefix: string): DigestStore {
  const key = (project: string, edition: string): string => `${prefix}:digest:${project}:${edition}`;
  return {
    save: async (digest) => {
      await redis.set(key(digest.project, digest.edition), JSON.stringify(digest), 'EX', KEEP_SECONDS);
    },
    load: async (project, edition) => {
      const json = await redis.get(key(project, edition));
      return json === null ? null : Digest.parse(JSON.parse(json));
    },
  };
}
