import type { Redis } from 'ioredis';
import type { Queues } from './queues.ts';
import { sendSecret, type LoginSecret } from './secrets.ts';

/** Changes of this long are shown in the Home tabs together. */
const GATHER_MS = 3_000;
/** A delivery that comes again comes within this time. */
const CLAIM_SECONDS = 24 * 60 * 60;
/** What happens within this time is written together. */
const SCRATCH_MS = 2_000;

/** The ways from the Slack side to the workers. */
export interface SlackLinks {
  readonly sendSecret: (secret: LoginSecret) => Promise<number>;
  readonly requestRestore: (request: { runId: string | null; channel: string; by: string }) => Promise<void>;
  readonly requestAnswer: (typed: { deliveryId: string }) => Promise<void>;
  /** Has workers look at the digests of a project; with `now`, post one out of turn. */
  readonly requestDigest: (project: string, now?: { id: string; channel: string }) => Promise<void>;
  /** Null: of every project. */
  readonly requestBudgets: (project: string | null) => Promise<void>;
  /** Null: the tabs of all who looked lately, a moment from now. */
  readonly requestHome: (user: string | null) => Promise<void>;
  /** Has SCRATCH.md of a project written a moment from now. */
  readonly requestScratch: (project: string) => Promise<void>;
  readonly asks: {
    readonly claim: (deliveryId: string) => Promise<boolean>;
    readonly open: (channel: string, ts: string) => Promise<void>;
    readonly isOpen: (channel: string, ts: string) => Promise<boolean>;
    readonly request: (asked: { channel: string; threadTs: string; ts: string; user: string }) => Promise<void>;
  };
}

export function createSlackLinks(queues: Queues, redis: Redis, prefix: string): SlackLinks {
  return {
    sendSecret: (secret) => sendSecret(redis, prefix, secret),
    requestRestore: async (request) => {
      await queues.sweep.add('restore-run', request);
    },
    requestAnswer: async (typed) => {
      // The delivery's own id: the same command delivered twice is one job. BullMQ wants no colon in it.
      await queues.commands.add('answer-command', typed, { jobId: typed.deliveryId.replaceAll(':', '_') });
    },
    requestDigest: async (project, now) => {
      await queues.digest.add('post-digest', now === undefined ? { project } : { project, now });
    },
    requestBudgets: async (project) => {
      await queues.thread.add('check-budgets', { project }, { deduplication: { id: `budgets ${project ?? '-'}`, keepLastIfActive: true } });
    },
    requestHome: async (user) => {
      const delay = user === null ? GATHER_MS : 0;
      await queues.thread.add('publish-home', { user }, { delay, deduplication: { id: `home ${user ?? '-'}`, keepLastIfActive: true } });
    },
    requestScratch: async (project) => {
      const deduplication = { id: `scratch ${project}`, keepLastIfActive: true };
      await queues.diary.add('write-scratch', { project }, { delay: SCRATCH_MS, deduplication });
    },
    asks: {
      claim: async (deliveryId) => (await redis.set(`${prefix}:asked:${deliveryId}`, '1', 'EX', CLAIM_SECONDS, 'NX')) === 'OK',
      open: async (channel, ts) => void (await redis.sadd(`${prefix}:asks`, `${channel}:${ts}`)),
      isOpen: async (channel, ts) => (await redis.sismember(`${prefix}:asks`, `${channel}:${ts}`)) === 1,
      request: async (asked) => void (await queues.agent.add('answer-ask', asked, { jobId: `ask_${asked.channel}_${asked.ts}` })),
    },
  };
}
