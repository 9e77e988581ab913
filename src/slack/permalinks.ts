import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';

/** The address of a message; null where Slack gives none just now. */
export type FindPermalink = (channel: string, ts: string) => Promise<string | null>;

/** Asks Slack once for each message; addresses do not change. */
export function createPermalinks(client: WebClient, redis: Redis, prefix: string): FindPermalink {
  const key = `${prefix}:permalinks`;
  return async (channel, ts) => {
    const known = await redis.hget(key, `${channel}:${ts}`);
    if (known !== null) return known;
    try {
      const { permalink } = await client.chat.getPermalink({ channel, message_ts: ts });
      if (permalink === undefined || !/^https?:\/\/[^\s<>|]{1,500}$/.test(permalink)) return null;
      await redis.hset(key, `${channel}:${ts}`, permalink);
      return permalink;
    } catch {
      // A name without a link says as much.
      return null;
    }
  };
}
