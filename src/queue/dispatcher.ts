import type { Redis } from 'ioredis';
import { listEffects, needsLooks } from '../core/run/effects.ts';
import type { RunEvent } from '../core/run/events.ts';
import { findSession, type RunState } from '../core/run/state.ts';
import type { Dispatcher } from '../ports.ts';
import type { Queues } from './queues.ts';

/** Redis set of the runs that a site's poller looks at. */
export function watchedKey(prefix: string, site: string): string {
  return `${prefix}:watched:${site}`;
}

/** Redis key that is there while it is too early for another look at a site. */
export function nextLookKey(prefix: string, site: string): string {
  return `${prefix}:next-look:${site}`;
}

/** Redis hash of when a site last told anything, and how often in a row it has not since. */
export function looksKey(prefix: string, site: string): string {
  return `${prefix}:looks:${site}`;
}

/** Channel on which workers hear that a run was cancelled, or its agent stopped, while they work for it. */
export function signalChannel(prefix: string): string {
  return `${prefix}:signals`;
}

/** A dispatcher that puts effects, thread and record into their queues under ids that make repetition harmless. */
export function createDispatcher(queues: Queues, redis: Redis, prefix: string): Dispatcher {
  return {
    dispatch: async (state, events) => {
      await Promise.all([
        addEffects(queues, state),
        updateWatch(redis, prefix, state),
        addThread(queues, state, events),
        addOnce(queues.record, state.id, 'write-record'),
      ]);
      // After a cancelled run an agent may be called again, and works undisturbed.
      const isCancelled = state.cancel !== null && (state.verdict === null || findSession(state) === undefined);
      const kind = isCancelled ? 'cancel' : events.some(isStop) ? 'stop-agent' : null;
      if (kind !== null) await redis.publish(signalChannel(prefix), JSON.stringify({ runId: state.id, kind }));
    },
  };
}

/** The end of a session that somebody else has put to it. */
function isStop(event: RunEvent): boolean {
  return event.type === 'agent.fact' && event.fact.kind === 'ended' && event.fact.as === 'stopped';
}

async function addEffects(queues: Queues, state: RunState): Promise<void> {
  const jobs = listEffects(state).map((effect) => ({
    queue: effect.kind === 'run-agent' ? queues.agent : queues.steps,
    name: effect.kind,
    data: { runId: effect.runId, effectId: effect.id },
    opts: { jobId: effect.id, delay: Math.max(0, (effect.notBefore ?? 0) - Date.now()) },
  }));
  await Promise.all(jobs.map(({ queue, name, data, opts }) => queue.add(name, data, opts)));
}

async function updateWatch(redis: Redis, prefix: string, state: RunState): Promise<void> {
  const { site } = state.request;
  const key = watchedKey(prefix, site);
  if (!needsLooks(state)) {
    await redis.srem(key, state.id);
    return;
  }
  const isNew = (await redis.sadd(key, state.id)) === 1;
  // Whoever has just begun, or waits for the end that was asked for, wants to hear soon.
  if (isNew || state.cancel !== null) await redis.del(nextLookKey(prefix, site));
}

/** Progress may wait its turn; anything a person decides on or waits for moves a waiting job to the front. */
async function addThread(queues: Queues, state: RunState, events: readonly RunEvent[]): Promise<void> {
  const urgent = events.some((event) => event.type !== 'job.observed' && event.type !== 'watch.observed');
  await addOnce(queues.thread, state.id, 'reconcile-thread', urgent);
}

async function addOnce(queue: Queues['thread'], runId: string, name: string, reschedule = false): Promise<void> {
  await queue.add(name, { runId }, { deduplication: { id: runId, keepLastIfActive: true, reschedule } });
}
