import type { Redis } from 'ioredis';
import type { RunEvent } from '../core/run/events.ts';
import type { AppendRequest, Journal } from '../ports.ts';
import { APPEND, MARK_DISPATCHED } from './append.lua.ts';
import { parseStoredEvent, storeEvent } from './schema.ts';

const PAGE = 1000;

/** The journal in Redis: one stream per run, whose entry ids are the versions. */
export function createRedisJournal(redis: Redis, prefix = 'reprobot'): Journal {
  const key = (name: string): string => `${prefix}:${name}`;
  const stream = (runId: string): string => key(`run:${runId}:journal`);
  const commands = (runId: string): string => key(`run:${runId}:commands`);
  return {
    append: (request) => append(redis, key, stream(request.runId), commands(request.runId), request),
    read: (runId, afterVersion) => readAll(redis, stream(runId), runId, afterVersion),
    wasApplied: async (runId, commandId) => (await redis.sismember(commands(runId), commandId)) === 1,
    listActive: () => redis.smembers(key('runs:active')),
    listRecent: (limit) => redis.zrevrange(key('runs:recent'), 0, limit - 1),
    findByThread: (channel, ts) => redis.hget(key('runs:threads'), `${channel}:${ts}`),
    listUndispatched: async () =>
      Object.entries(await redis.hgetall(key('runs:undispatched'))).map(([runId, version]) => ({ runId, version: Number(version) })),
    markDispatched: async (runId, version) => {
      await redis.eval(MARK_DISPATCHED, 1, key('runs:undispatched'), runId, String(version));
    },
  };
}

async function append(
  redis: Redis,
  key: (name: string) => string,
  stream: string,
  commands: string,
  request: AppendRequest,
): Promise<'appended' | 'conflict' | 'duplicate'> {
  const thread = request.thread === null ? '' : `${request.thread.channel}:${request.thread.ts}`;
  const keys = [stream, commands, key('runs:undispatched'), key('runs:recent'), key('runs:active'), key('runs:threads')];
  const answer = await redis.eval(
    APPEND,
    keys.length,
    ...keys,
    request.runId,
    String(request.expectedVersion),
    request.commandId ?? '',
    String(request.events[0]?.at ?? 0),
    request.active ? '1' : '0',
    thread,
    ...request.events.map((event) => storeEvent(request.runId, event)),
  );
  if (answer === 'appended' || answer === 'conflict' || answer === 'duplicate') return answer;
  throw new Error(`the append script answered ${String(answer)}`);
}

async function readAll(redis: Redis, stream: string, runId: string, afterVersion: number): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  let after = afterVersion;
  for (;;) {
    const page = await redis.xrange(stream, `(${after}-0`, '+', 'COUNT', PAGE);
    for (const [id, fields] of page) events.push(parseStoredEvent(runId, id, fields[1]));
    if (page.length < PAGE) return events;
    after += page.length;
  }
}
