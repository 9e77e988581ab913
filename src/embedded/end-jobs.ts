import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findLastJob, isJobAlive, type RunState } from '../core/run/state.ts';
import { createRedisJournal } from '../journal/index.ts';
import { createDispatcher } from '../queue/dispatcher.ts';
import { openQueues } from '../queue/queues.ts';
import { RunService } from '../runs/run-service.ts';

const WAIT_MS = 15_000;

/**
 * Ends the jobs that run on this machine, through the journal like any other cancel, and waits until they are gone: whoever presses
 * Ctrl-C wants nothing left behind. Jobs on clusters go on; the next start finds them. Runs that wait for a person stay open.
 */
export async function endLocalJobs(
  redisUrl: string,
  prefix: string,
  isLocal: (site: string) => boolean,
  say: (line: string) => void,
): Promise<void> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, retryStrategy: () => null });
  redis.on('error', () => {});
  const queues = openQueues(redis, prefix);
  try {
    const runs = new RunService(createRedisJournal(redis, prefix), createDispatcher(queues, redis, prefix));
    const running = await listRunning(runs, isLocal);
    if (running.length === 0) return;
    say(`Ending ${running.length === 1 ? 'the job' : `${running.length} jobs`} on this machine …`);
    for (const state of running) {
      await runs.apply(state.id, {
        kind: 'cancel',
        id: `ctrl-c:${state.version}`,
        at: Date.now(),
        by: state.request.by,
        reason: 'Reprobot was stopped with Ctrl-C',
      });
    }
    const deadline = Date.now() + WAIT_MS;
    while (Date.now() < deadline && (await listRunning(runs, isLocal)).length > 0) await sleep(200);
  } catch (error) {
    say(`The jobs on this machine could not be ended: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await queues.close();
    redis.disconnect();
  }
}

async function listRunning(runs: RunService, isLocal: (site: string) => boolean): Promise<RunState[]> {
  const found: RunState[] = [];
  for (const id of await runs.journal.listActive()) {
    const state = await runs.load(id);
    if (state !== null && isLocal(state.request.site) && isJobAlive(findLastJob(state))) found.push(state);
  }
  return found;
}
