import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { RunState } from '../core/run/state.ts';

/** What a thread belongs to: a run, or anything else that has messages of its own. */
export type ThreadOwner = Pick<RunState, 'id' | 'thread' | 'restored' | 'documents' | 'verdict' | 'cancel'> & {
  readonly request: Pick<RunState['request'], 'channel' | 'at'>;
};

/** A picture that was uploaded. */
export const SentPicture = z.object({
  file: z.string(),
  alt: z.string(),
  /** Equal for charts that look the same. */
  mark: z.string(),
  /** Epoch milliseconds of its upload. */
  at: z.number(),
});
export type SentPicture = z.infer<typeof SentPicture>;

/** The pictures of one place in a message: the one that stands there, and the one that is to take its place. */
export const PicturePlace = z.object({
  shown: SentPicture.nullable(),
  /** `whole` once Slack has all of it; otherwise its upload was broken off. */
  next: SentPicture.extend({ whole: z.boolean() }).nullable(),
  /** Mark of a picture that Slack would not take. */
  refused: z.string().nullable(),
});
export type PicturePlace = z.infer<typeof PicturePlace>;

/** What is known of one posted message. `ts` null: a post was begun and its answer never came. */
export const SentSlot = z.object({
  ts: z.string().nullable(),
  hash: z.string(),
  /** Epoch milliseconds of the post's beginning. */
  begunAt: z.number(),
  files: z.record(z.string(), z.string()).default({}),
  pictures: z.record(z.string(), PicturePlace).default({}),
  /** Pictures that stand nowhere any more and are still to be deleted. */
  stale: z.array(z.string()).default([]),
  /** Found in the thread and not posted by this store: it was wiped, so other slots may be there too. */
  adopted: z.boolean().default(false),
  /** Slack said this message is not there any more, or may not be changed; it is left alone. */
  gone: z.boolean().default(false),
});
export type SentSlot = z.infer<typeof SentSlot>;

/** Memory of what was last sent; when it is lost, the thread itself tells. */
export interface ThreadStore {
  load(runId: string): Promise<Map<string, SentSlot>>;
  save(runId: string, slot: string, sent: SentSlot): Promise<void>;
  /** Place in line that a run keeps for a kind of call: epoch milliseconds, or null. */
  loadTurn(runId: string, line: string): Promise<number | null>;
  saveTurn(runId: string, line: string, at: number | null): Promise<void>;
}

export function createThreadStore(redis: Redis, prefix: string): ThreadStore {
  const sentKey = (runId: string): string => `${prefix}:thread:${runId}:sent`;
  const turnKey = (runId: string): string => `${prefix}:thread:${runId}:turns`;
  return {
    load: async (runId) => {
      const entries = Object.entries(await redis.hgetall(sentKey(runId)));
      return new Map(entries.map(([slot, json]) => [slot, SentSlot.parse(JSON.parse(json))]));
    },
    save: async (runId, slot, sent) => {
      await redis.hset(sentKey(runId), slot, JSON.stringify(sent));
    },
    loadTurn: async (runId, line) => {
      const at = await redis.hget(turnKey(runId), line);
      return at === null ? null : Number(at);
    },
    saveTurn: async (runId, line, at) => {
      await (at === null ? redis.hdel(turnKey(runId), line) : redis.hset(turnKey(runId), line, String(at)));
    },
  };
}
