import type { Redis } from 'ioredis';
import type { Queues } from './queues.ts';
import { sendSecret, type LoginSecret } from './secrets.ts';

/** The ways from the Slack side to the workers. */
export interface SlackLinks {
  readonly sendSecret: (secret: LoginSecret) => Promise<number>;
  readonly requestRestore: (request: { runId: string | null; channel: string; by: string }) => Promise<void>;
  readonly requestAnswer: (typed: { deliveryId: string }) => Promise<void>;
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
  };
}
