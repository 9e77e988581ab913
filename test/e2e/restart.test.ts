/** Runs outlive their processes: app, worker, console and Redis stop and start again, and Redis may forget everything. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { ada, research } from '../support/console.ts';
import { Stack, until } from '../support/stack.ts';
import { Person, STRAIGHT } from './person.ts';
import { makeLargeRepo, makeTraining } from './repos.ts';

vi.setConfig({ testTimeout: 150_000 });

let stack: Stack;
let person: Person;
let repo: string;

beforeAll(async () => {
  stack = await Stack.start();
  repo = await makeTraining(stack.folder, 'long-lived', { pause: 0.06, steps: 5_000 });
});
beforeEach(async () => {
  await person?.close();
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

/** The record holds the run as far as the journal goes; only then may Redis forget. */
async function awaitRecord(runId: string): Promise<void> {
  const { version } = await person.state(runId);
  await until(`the record of ${runId}`, async () => {
    const text = await readFile(join(stack.dataDir, 'runs', runId, 'record', 'state.json'), 'utf8').catch(() => '{}');
    return (JSON.parse(text) as { version?: number }).version === version;
  });
}

/** One start of the payload, whatever happened in between. */
async function expectOneJob(runId: string): Promise<void> {
  const { jobs } = await person.state(runId);
  expect(jobs).toHaveLength(1);
  const log = await readFile(join(jobs[0]?.spec.folder ?? '', 'job.log'), 'utf8');
  expect(log.match(/^step 1\//gm)).toHaveLength(1);
}

test('a question outlives app and worker', async () => {
  const runId = await person.reproduce(repo);
  await person.slot(runId, 'approval:1');
  await Promise.all([stack.stopPart('app'), stack.stopPart('worker')]);
  await Promise.all([stack.startPart('app'), stack.startPart('worker')]);
  await person.approve(runId, 1);
  await person.slot(runId, 'approval:2');
  await stack.stopPart('worker');
  await person.approve(runId, 2);
  await stack.startPart('worker');
  expect((await person.awaitVerdict(runId)).verdict?.as).toBe('READY');
  await person.expectTidyThread(runId, STRAIGHT);
  await expectOneJob(runId);
});

test('a worker that is told to stop in the middle of a step leaves the step to the next one', async () => {
  const runId = await person.reproduce(await makeLargeRepo(stack.folder, 150));
  for (const step of ['navigate-repo', 'resolve-deps']) {
    await person.awaitPhase(runId, step, 'work');
    await stack.stopPart('worker');
    await stack.startPart('worker');
  }
  await person.approve(runId, 1);
  await person.awaitPhase(runId, 'build-env', 'work');
  await stack.stopPart('worker');
  await stack.startPart('worker');
  await person.approve(runId, 2);
  expect((await person.awaitVerdict(runId)).verdict?.as).toBe('READY');
  await person.expectTidyThread(runId, STRAIGHT);
  await expectOneJob(runId);
});

test('a question outlives everything, Redis and console included', async () => {
  const runId = await person.reproduce(repo);
  await person.slot(runId, 'approval:1');
  await Promise.all([stack.stopPart('app'), stack.stopPart('worker')]);
  await stack.stopConsole();
  await stack.stopRedis();
  await stack.startRedis();
  await stack.startConsole();
  await Promise.all([stack.startPart('app'), stack.startPart('worker')]);
  await person.approve(runId, 1);
  await person.slot(runId, 'approval:2');
  await person.reply(runId, 'go ahead');
  expect((await person.awaitVerdict(runId)).verdict?.as).toBe('READY');
  await person.expectTidyThread(runId, STRAIGHT);
  await expectOneJob(runId);
});

test('what was written and marked while the app was away is heard when it is back', async () => {
  const runId = await person.reproduce(repo);
  const question = await person.slot(runId, 'approval:1');
  await stack.stopPart('app');
  await person.mark(question.ts, 'memo');
  await person.reply(runId, 'a note that nobody hears at first');
  await person.reply(runId, 'reject: not today');
  await stack.startPart('app');
  const state = await person.awaitVerdict(runId);
  expect(state.approvals[0]?.settled).toMatchObject({ as: 'rejected', reason: 'not today' });
  expect(state.notes.map((note) => note.text)).toEqual(['a note that nobody hears at first']);
  await person.expectTidyThread(runId, ['status', 'map', 'approval:1', 'result:1']);
  const notes = async () => (await createProjectStore(stack.redis, 'reprobot').list(research)).filter(({ type }) => type === 'note.added');
  await until('the mark to be a note', async () => (await notes()).length > 0);
  expect(await notes()).toMatchObject([{ by: ada, via: 'reaction', ts: question.ts }]);
  await stack.stopPart('app');
  await stack.startPart('app');
  // What is written afterwards is heard last.
  await person.reply(runId, 'and that is that');
  await person.awaitState(runId, 'the last note', ({ notes: all }) => all.some(({ text }) => text === 'and that is that'));
  expect(await notes()).toHaveLength(1);
});

test('Redis forgets a run that waits for an answer; resume reads it back and the same message asks', async () => {
  const runId = await person.reproduce(repo);
  await person.slot(runId, 'approval:1');
  await awaitRecord(runId);
  await stack.redis.flushall();
  expect(await person.type(`resume ${runId}`)).toContain('records');
  await person.awaitState(runId, 'the restored run', (state) => state.restored);
  await person.approve(runId, 1);
  await person.approve(runId, 2);
  expect((await person.awaitVerdict(runId)).verdict?.as).toBe('READY');
  await person.expectTidyThread(runId, STRAIGHT);
  await expectOneJob(runId);
});

test('Redis forgets a run whose job is at work; resume finds the job and submits no second', async () => {
  const runId = await person.reproduce(repo);
  await person.approve(runId, 1);
  await person.approve(runId, 2);
  await person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) > 10);
  await stack.stopPart('worker');
  await stack.startPart('worker');
  await until('the submission in the record', async () => (await person.commits(runId)).some((line) => line.includes('submitted as')));
  await stack.redis.flushall();
  expect(await person.type('resume')).toContain('records');
  const state = await person.awaitVerdict(runId);
  expect(state.verdict?.as).toBe('READY');
  expect(state.restored).toBe(true);
  await person.expectTidyThread(runId, STRAIGHT);
  await expectOneJob(runId);
});

test('Redis forgets a run that is over; resume brings it back and does nothing twice', async () => {
  const runId = await person.reproduce(repo);
  const before = await person.carryThrough(runId);
  await person.settled(runId);
  await awaitRecord(runId);
  await stack.redis.flushall();
  expect(await person.type(`resume ${runId}`)).toContain('records');
  const state = await person.awaitState(runId, 'the restored run', (now) => now.restored);
  expect(state.verdict).toEqual(before.verdict);
  expect(state.sample?.result?.progress.loss?.last).toBe(before.sample?.result?.progress.loss?.last);
  expect(await person.type(`status ${runId}`)).toContain('READY');
  await person.expectTidyThread(runId, STRAIGHT);
  await expectOneJob(runId);
});
