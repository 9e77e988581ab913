/** Redis is killed and comes back, with app and worker alive all the while: what it had answered is still there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { Person, STRAIGHT } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { Stack } from '../support/stack.ts';

vi.setConfig({ testTimeout: 150_000 });

let stack: Stack;
let person: Person;

beforeAll(async () => {
  stack = await Stack.start();
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

async function blink(): Promise<void> {
  await stack.killRedis();
  await stack.startRedis();
}

test('Redis dies while a step works, while a question waits and while a job runs', async () => {
  const [app, worker] = [stack.pid('app'), stack.pid('worker')];
  const runId = await person.reproduce(await makeTraining(stack.folder, 'forgetful', { pause: 0.06, steps: 5_000 }));
  await person.awaitPhase(runId, 'resolve-deps', 'work');
  await blink();
  await person.slot(runId, 'approval:1');
  await blink();
  await person.approve(runId, 1);
  await person.approve(runId, 2);
  await person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) > 5);
  await blink();
  const state = await person.awaitVerdict(runId);
  expect(state.verdict?.as).toBe('READY');
  expect(state.jobs).toHaveLength(1);
  const log = await readFile(join(state.jobs[0]?.spec.folder ?? '', 'job.log'), 'utf8');
  expect(log.match(/^step 1\//gm)).toHaveLength(1);
  await person.expectTidyThread(runId, STRAIGHT);
  expect([stack.pid('app'), stack.pid('worker')]).toEqual([app, worker]);
});
