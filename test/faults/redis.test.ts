/** Redis is killed and comes back, with app and worker alive all the while: what it had answered is still there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { STRAIGHT } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { useStack } from '../e2e/use-stack.ts';

vi.setConfig({ testTimeout: 150_000 });

const used = useStack();

async function blink(): Promise<void> {
  await used.stack.killRedis();
  await used.stack.startRedis();
}

test('Redis dies while a step works, while a question waits and while a job runs', async () => {
  const [app, worker] = [used.stack.pid('app'), used.stack.pid('worker')];
  const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'forgetful', { pause: 0.06, steps: 5_000 }));
  await used.person.awaitPhase(runId, 'resolve-deps', 'work');
  await blink();
  await used.person.slot(runId, 'approval:1');
  await blink();
  await used.person.approve(runId, 1);
  await used.person.approve(runId, 2);
  await used.person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) > 5);
  await blink();
  const state = await used.person.awaitVerdict(runId);
  expect(state.verdict?.as).toBe('READY');
  expect(state.jobs).toHaveLength(1);
  const log = await readFile(join(state.jobs[0]?.spec.folder ?? '', 'job.log'), 'utf8');
  expect(log.match(/^step 1\//gm)).toHaveLength(1);
  await used.person.expectTidyThread(runId, STRAIGHT);
  expect([used.stack.pid('app'), used.stack.pid('worker')]).toEqual([app, worker]);
});
