/** A run can be cancelled in every step and phase; what ran ends, and what had not begun never does. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findLastJob } from '../../src/core/run/state.ts';
import { Stack, until } from '../support/stack.ts';
import { Person } from './person.ts';
import { countClaims, makeLargeRepo, makeTraining, startSilentServer } from './repos.ts';

const run = promisify(execFile);
vi.setConfig({ testTimeout: 150_000 });

let folder: string;
let stack: Stack;
let person: Person;
let steps: Queue;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-cancel-'));
  const python = await makeSlowPython(join(folder, 'python'));
  stack = await Stack.start({ sites: [{ id: 'slow-build', extends: 'local', packages: { pythons: [python] } }] });
  person = new Person(stack);
  steps = new Queue('steps', { connection: stack.redis, prefix: 'reprobot:bull' });
});
afterAll(async () => {
  await steps?.close();
  await person?.close();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An interpreter that takes a minute to make a virtual environment. */
async function makeSlowPython(venv: string): Promise<string> {
  await run('/usr/bin/python3', ['-m', 'venv', '--without-pip', venv]);
  const [version = ''] = await readdir(join(venv, 'lib'));
  await writeFile(
    join(venv, 'lib', version, 'site-packages', 'slow.pth'),
    'import sys, time; time.sleep(60 if "venv" in sys.orig_argv else 0)\n',
  );
  return join(venv, 'bin', 'python3');
}

/** Cancels and sees the run end for that reason, with no question left open and no job alive. */
async function expectCancelled(runId: string): Promise<void> {
  expect(await person.type(`cancel ${runId} on purpose`)).toContain('Cancelling');
  await expectOver(runId);
}

async function expectOver(runId: string): Promise<void> {
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toEqual({ as: 'CANCELLED', reason: 'on purpose' });
  expect(state.approvals.every((item) => item.settled !== null)).toBe(true);
  await person.settled(runId);
  expect((await person.events(runId)).at(-1)?.type).toBe('run.finished');
}

/** Processes of any program that name the folder in their arguments. */
async function findProcesses(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    const line = /^\d+$/.test(pid) ? await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '') : '';
    if (line.includes(path)) found.push(line.replaceAll('\0', ' '));
  }
  return found;
}

const isGone = (path: string) => until(`the end of what ran in ${path}`, async () => (await findProcesses(path)).length === 0);

test('while it is cloned from a server that does not answer', async () => {
  const server = await startSilentServer();
  try {
    const runId = await person.reproduce(server.url);
    await until('a request', () => server.requests() > 0);
    await expectCancelled(runId);
    await isGone(join(stack.dataDir, 'runs', runId));
    await isGone(server.url);
  } finally {
    await server.close();
  }
});

test('while it is mapped, resolved, and while its sample is planned', async () => {
  const large = await makeLargeRepo(stack.folder, 250);
  const mapping = await person.reproduce(large);
  await person.awaitPhase(mapping, 'navigate-repo', 'work');
  await expectCancelled(mapping);
  const resolving = await person.reproduce(large);
  await person.awaitPhase(resolving, 'resolve-deps', 'work');
  await expectCancelled(resolving);
  const planning = await person.reproduce(large);
  await person.approve(planning, 1);
  await person.awaitPhase(planning, 'sample-run', 'work');
  await expectCancelled(planning);
  expect((await person.state(planning)).jobs).toEqual([]);
});

test('while a question waits, the first and the second', async () => {
  const runId = await person.reproduce(await makeTraining(stack.folder, 'asked'));
  await person.slot(runId, 'approval:1');
  await expectCancelled(runId);
  const other = await person.reproduce(await makeTraining(stack.folder, 'asked-twice'));
  await person.approve(other, 1);
  await person.slot(other, 'approval:2');
  await person.press(other, 'status', 'run.cancel');
  const state = await person.awaitVerdict(other);
  expect(state.verdict?.as).toBe('CANCELLED');
  expect(state.approvals.map((item) => item.settled?.as)).toEqual(['granted', 'withdrawn']);
  await person.expectTidyThread(other, ['status', 'map', 'approval:1', 'approval:2', 'result:1']);
  expect(await readdir(join(stack.workFolder(other), 'jobs'))).toEqual([]);
});

test('while its environment is built', async () => {
  const runId = await person.reproduce(await makeTraining(stack.folder, 'build'), '--site slow-build');
  await person.approve(runId, 1);
  await until('the build', async () => (await findProcesses(stack.workFolder(runId))).length > 0);
  await expectCancelled(runId);
  await isGone(stack.workFolder(runId));
});

test('between the approval of a job and its submission: no job comes of it', async () => {
  const runId = await person.reproduce(await makeTraining(stack.folder, 'submit'));
  await person.approve(runId, 1);
  await person.slot(runId, 'approval:2');
  await steps.pause();
  try {
    await person.approve(runId, 2);
    expect(await person.type(`cancel ${runId} on purpose`)).toContain('Cancelling');
    // Whether a submission had begun is not known yet, so the run cannot be over.
    await person.slot(runId, 'status', (message) => message.text.includes('Cancelling'));
    expect((await person.state(runId)).verdict).toBeNull();
  } finally {
    await steps.resume();
  }
  await expectOver(runId);
  const token = findLastJob(await person.state(runId))?.spec.token ?? '';
  expect(await countClaims(stack.workFolder(runId), token)).toBe(0);
});

test('while its job runs: the job ends', async () => {
  const runId = await person.reproduce(await makeTraining(stack.folder, 'running', { pause: 0.5, steps: 5_000 }));
  await person.approve(runId, 1);
  await person.approve(runId, 2);
  await person.awaitState(runId, 'progress', (state) => (findLastJob(state)?.progress?.current ?? 0) >= 2);
  await expectCancelled(runId);
  expect(findLastJob(await person.state(runId))?.observation).toMatchObject({ kind: 'ended', outcome: 'cancelled' });
  await isGone(stack.workFolder(runId));
});

test('while the job that has ended is examined', async () => {
  const runId = await person.reproduce(await makeTraining(stack.folder, 'examine', { pause: 0.08, steps: 5_000 }));
  await person.approve(runId, 1);
  await person.approve(runId, 2);
  await person.awaitPhase(runId, 'sample-run', 'watch');
  await steps.pause();
  try {
    await person.awaitPhase(runId, 'sample-run', 'examine');
    await expectCancelled(runId);
  } finally {
    await steps.resume();
  }
  expect((await person.state(runId)).verdict?.as).toBe('CANCELLED');
});
