import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/**
 * Queues by what limits them: `commands` is what people type, `steps` is work, `agent` is model calls, `thread` is Slack, `record` is the disk, `diary` is
 * SCRATCH.md with its remote and its model, `cluster-poll` is one look per cluster and tick,
 * `digest` is one look per project and tick, `sweep` looks for what a crash left. Job data is ids; the truth is the journal.
 */
export const QUEUE_NAMES = ['commands', 'steps', 'agent', 'thread', 'record', 'diary', 'cluster-poll', 'digest', 'sweep'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];
export type Queues = Readonly<Record<QueueName, Queue>> & { close(): Promise<void> };

/** Opens the queues for adding; workers open their own side in workers/. */
export function openQueues(connection: Redis, prefix: string): Queues {
  const open = (name: QueueName): Queue =>
    new Queue(name, {
      connection,
      prefix: `${prefix}:bull`,
      // A finished job is forgotten at once: its id must be free again, and what it did stands in the journal.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
  const queues = {
    commands: open('commands'),
    steps: open('steps'),
    agent: open('agent'),
    thread: open('thread'),
    record: open('record'),
    diary: open('diary'),
    'cluster-poll': open('cluster-poll'),
    digest: open('digest'),
    sweep: open('sweep'),
  };
  return {
    ...queues,
    close: async () => {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}
