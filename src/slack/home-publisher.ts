import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomeView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Part } from '../core/run/slots.ts';
import { renderParts } from './blocks.ts';
import { classifySlackError } from './errors.ts';
import type { Limiter } from './limiter.ts';

/** Whoever has not opened the tab for longer sees it anew when they do. */
const RECENT_MS = 8 * 3_600_000;
/** views.publish is of Slack's tier 4, a hundred a minute; this leaves room for modals. */
const PER_MINUTE = 60;
const BURST = 10;
const LONGEST_WAIT_MS = 3_000;
const LINE = 'views.publish';
/** Slack takes a hundred blocks and 250 kB. */
const MOST = { characters: 60_000, blocks: 98 };

const Sent = z.object({ hash: z.string(), view: z.string() });

/** The only one that publishes Home tabs. */
export interface HomePublisher {
  noteOpened(user: string): Promise<void>;
  /** Who looked at the tab lately. */
  listOpened(): Promise<string[]>;
  /** Sends what the tab shows, unless that is there already; `anew` sends it in any case. Resolves with the milliseconds after which to
   *  come back; 0 when it is as it should be. */
  publish(user: string, parts: readonly Part[], anew: boolean): Promise<number>;
}

export interface HomeParts {
  readonly client: WebClient;
  readonly redis: Redis;
  readonly prefix: string;
  readonly limiter: Limiter;
  readonly now: () => number;
}

/** A publisher whose memory lies in Redis, so that all workers share it. */
export function createHomePublisher({ client, redis, prefix, limiter, now }: HomeParts): HomePublisher {
  const openedKey = `${prefix}:home:opened`;
  const sentKey = `${prefix}:home:sent`;
  const load = async (user: string) => {
    const json = await redis.hget(sentKey, user);
    return json === null ? null : Sent.parse(JSON.parse(json));
  };
  return {
    noteOpened: async (user) => void (await redis.zadd(openedKey, now(), user)),
    listOpened: () => redis.zrangebyscore(openedKey, now() - RECENT_MS, '+inf'),
    publish: async (user, parts, anew) => {
      const blocks = renderParts(parts, MOST);
      const hash = createHash('sha256').update(JSON.stringify(blocks)).digest('hex').slice(0, 20);
      const known = await load(user);
      if (!anew && known?.hash === hash) return 0;
      const wait = Math.max(await limiter.blockedFor(LINE), await limiter.take(LINE, PER_MINUTE, BURST));
      if (wait > LONGEST_WAIT_MS) return wait;
      if (wait > 0) await sleep(wait);
      try {
        const view = await send(client, user, { type: 'home', blocks: [...blocks, ...buildFooter(now())] }, known?.view);
        await redis.hset(sentKey, user, JSON.stringify({ hash, view }));
        return 0;
      } catch (error) {
        const verdict = classifySlackError(error);
        if (verdict.kind === 'rate-limited') {
          await limiter.block(LINE, verdict.seconds);
          return verdict.seconds * 1000;
        }
        if (verdict.kind === 'unknown') return 2_000;
        throw error;
      }
    },
  };
}

/** Slack's own mark of the view that was replaced: an older content that comes late does not take the place of a newer one. Where somebody
 *  else has published meanwhile, ours comes after it. */
async function send(client: WebClient, user: string, view: HomeView, over: string | undefined): Promise<string> {
  try {
    const answer = await client.views.publish({ user_id: user, view, ...(over === undefined ? {} : { hash: over }) });
    return answer.view?.hash ?? '';
  } catch (error) {
    const verdict = classifySlackError(error);
    if (over === undefined || verdict.kind !== 'refused' || verdict.why !== 'hash_conflict') throw error;
    return send(client, user, view, undefined);
  }
}

/** When that was; no part of what is compared. */
function buildFooter(at: number): HomeView['blocks'] {
  const seconds = Math.floor(at / 1000);
  const clock = `<!date^${seconds}^{date_short_pretty} {time}|${new Date(at).toISOString().slice(0, 16)} UTC>`;
  const text = `As of ${clock}; changes appear by themselves. \`/hpc help\` lists what I do.`;
  return [{ type: 'divider' }, { type: 'context', elements: [{ type: 'mrkdwn', text }] }];
}
