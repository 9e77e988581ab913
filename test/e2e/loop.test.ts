import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKaggleBackend } from '../../src/backends/kaggle/index.ts';
import { findHold, findPlace, findSubmissionNow } from '../../src/core/experiment/move.ts';
import type { ExperimentState, Hold } from '../../src/core/experiment/schema.ts';
import type { RunState } from '../../src/core/run/state.ts';
import type { ConsoleMessage } from '../../src/embedded/console-client.ts';
import { drawMessage, findButton } from '../../src/embedded/draw-message.ts';
import { startKaggleStandIn, type KaggleStandIn } from '../../src/stand-ins/kaggle/server.ts';
import { findSciencePython } from '../lab/science-python.ts';
import { ada, research, Stack, until } from '../support/stack.ts';
import { Person } from './person.ts';

const NIGHT_MS = 8 * 3_600_000;

let kaggle: KaggleStandIn;
let stack: Stack;
let person: Person;
let folder: string;
/** Kaggle's clock, which a test can move. */
let ahead = 0;

beforeAll(async () => {
  const python = await findSciencePython();
  folder = await mkdtemp(join(tmpdir(), 'loop-'));
  kaggle = await startKaggleStandIn({ python, folder: join(folder, 'kaggle'), now: () => Date.now() + ahead });
  stack = await Stack.start({
    settings: { kaggle: { pollSeconds: 0.5 } },
    env: { KAGGLE_API_URL: `${kaggle.url}/v1`, KAGGLE_API_TOKEN: kaggle.account.token },
  });
  person = new Person(stack);
}, 900_000);

afterAll(async () => {
  await person.close();
  await stack.stop();
  await kaggle.close();
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the example, so that a test can change it. */
async function copyProject(name: string): Promise<string> {
  const project = join(folder, name);
  await cp('test/fixtures/projects/two-features', project, { recursive: true });
  return project;
}

async function start(project: string): Promise<string> {
  return readBegun(await person.type(`loop start ${join(project, 'project.yaml')}`));
}

function readBegun(answer: string): string {
  const runId = /Experiment `(r[a-z0-9]+)` begins/.exec(answer)?.[1];
  if (runId === undefined) throw new Error(`no experiment began: ${answer}`);
  return runId;
}

function awaitLoop(runId: string, what: string, fits: (exp: ExperimentState, state: RunState) => boolean): Promise<RunState> {
  return person.awaitState(runId, what, (state) => state.experiment !== null && fits(state.experiment, state), 90);
}

function awaitStage(runId: string, part: string, attempt: number, stage: string): Promise<RunState> {
  return awaitLoop(runId, `${part} ${attempt} ${stage}`, (exp) => {
    const place = findPlace(exp);
    return place?.part.name === part && place.attempt.number === attempt && place.attempt.stage === stage;
  });
}

async function awaitHold(runId: string, kind: Hold['kind']): Promise<Hold> {
  const state = await awaitLoop(runId, `a request about ${kind}`, (exp) => findHold(exp)?.kind === kind);
  const hold = state.experiment === null ? undefined : findHold(state.experiment);
  if (hold === undefined) throw new Error('no request waits');
  await person.slot(runId, `hold:${hold.id}`);
  return hold;
}

const countPushes = (): number => kaggle.calls.filter(({ method }) => method === 'SaveKernel').length;

test('two features from the plan to the meta-model, with a worker killed in a run and a night with everything off', async () => {
  const project = join(await copyProject('whole'), 'project.yaml');
  await person.client.post('slash', { user: ada, channel: research, command: '/hpc', text: 'loop start' });
  const form = await person.modal('form.loop');
  expect(await person.submit(form, { project, budget: 'plenty' })).toMatchObject({ errors: { budget: expect.any(String) as string } });
  const begun = await person.hearPrivately(ada, () => person.submit(form, { project, gates: 'mi_increase=0.05' }), { threadTs: undefined });
  const runId = readBegun(begun);
  const plan = drawMessage(await person.slot(runId, 'approval:1')).join('\n');
  expect(plan).toContain('Feature momentum: up to 3 judged attempts, and 1 unchanged re-runs of the first for the noise.');
  expect(plan).toContain('Said at the start, instead of what project.yaml says: mi_increase 0.05.');
  expect(plan).toContain('data/make.py');
  expect(countPushes()).toBe(0);
  await person.approve(runId, 1);

  await awaitStage(runId, 'momentum', 1, 'watch');
  await stack.killAndStart('worker');

  const state = await awaitStage(runId, 'momentum', 2, 'watch');
  await Promise.all([stack.stopPart('app'), stack.stopPart('worker')]);
  const account = createKaggleBackend({ credentials: { kind: 'token', token: kaggle.account.token }, apiUrl: `${kaggle.url}/v1` });
  const { id } = findSubmissionNow(findPlace(state.experiment ?? never())?.attempt ?? never())?.kernel ?? never();
  await until(`the end of ${id.slug} at Kaggle`, async () => (await account.status(id, null)).state === 'COMPLETE');
  ahead += NIGHT_MS;
  await Promise.all([stack.startPart('app'), stack.startPart('worker')]);

  const done = await person.awaitVerdict(runId, 150);
  expect(done.verdict).toEqual({ as: 'PASSED', reason: '1 of 2 features passed; the meta-model reached its targets' });
  expect(done.experiment?.parts.map(({ name, status, attempts }) => `${name} ${status} after ${attempts.length}`)).toEqual([
    'momentum passed after 2',
    'calendar left after 2',
    'meta passed after 1',
  ]);
  expect(countPushes()).toBe(7);

  await person.slot(runId, 'result:1');
  const failed = drawMessage(await person.slot(runId, 'attempt:momentum:1')).join('\n');
  expect(failed).toContain('momentum, attempt 1 – failed');
  expect(failed).toMatch(/✗ mi_increase +0 +> 0.05/);
  expect(failed).toContain('Next attempt: attempt 2 of 3.');
  const passed = drawMessage(await person.slot(runId, 'attempt:momentum:2')).join('\n');
  expect(passed).toMatch(/✓ direction_accuracy +0.06250 ≥ 0.005/);
  const left = drawMessage(await person.slot(runId, 'attempt:calendar:2')).join('\n');
  expect(left).toContain('2 attempts in a row gained nothing above the noise');
  await until('the last commit', async () => (await person.commits(runId)).at(-1) === 'verdict: two-features - PASSED');
  const commits = await person.commits(runId);
  for (const line of [
    'datacheck: two-features momentum attempt 1 - PASS',
    'model: two-features momentum attempt 1 - checked',
    `kaggle: two-features momentum attempt 1 - submitted as momentum-1-${runId} version 1`,
    'kaggle: two-features momentum attempt 1 - fetched 3 files',
    'eval: two-features momentum attempt 1 - gate 1 PASS, gate 2 FAIL, gate 3 PASS',
    'eval: two-features momentum attempt 2 - gate 1 PASS, gate 2 PASS, gate 3 PASS',
    'eval: two-features meta attempt 1 - direction PASS, sure_days PASS, error PASS, sharpe PASS',
  ])
    expect(commits.filter((commit) => commit === line)).toEqual([line]);
}, 400_000);

function never(): never {
  throw new Error('the loop has no attempt');
}

/** One feature and no meta-model; its one notebook is good. */
async function shorten(project: string): Promise<void> {
  const path = join(project, 'project.yaml');
  const text = await readFile(path, 'utf8');
  const short = text
    .replace(/ {6}- folder: attempts\/momentum\n {8}params: attempts\/momentum\/raw.json\n {8}idea: .*\n/, '')
    .replace(/ {2}- name: calendar[\s\S]*?(?=\nmeta:)/, '')
    .replace(/\nmeta:[\s\S]*?(?=\n# The limits)/, '\n')
    .replace('reruns: 1', 'reruns: 0');
  await writeFile(path, short);
}

test('what Kaggle refuses, loses and kills goes to whom it concerns; Redis is wiped on the way', async () => {
  const project = await copyProject('troubles');
  await shorten(project);
  const runId = await start(project);
  const before = countPushes();
  kaggle.fail({ kind: 'refuse', method: 'SaveKernel', text: 'Maximum batch CPU session count of 5 reached.' });
  await person.approve(runId, 1);
  await awaitLoop(runId, 'a wait for room', (exp) => exp.delay?.why.includes('session count') === true);

  kaggle.fail({ kind: 'status', method: 'SaveKernel', status: 409, message: 'The title is in use' });
  const conflict = await awaitHold(runId, 'kaggle');
  expect(conflict.link).toBe(`https://www.kaggle.com/code/${kaggle.account.username}/momentum-1-${runId}`);

  await until('the request in the record', async () => (await person.commits(runId)).some((line) => line.startsWith('person:')));
  await stack.redis.flushall();
  expect(await person.type(`resume ${runId}`)).toContain('records');
  await person.awaitState(runId, 'the restored run', (state) => state.restored);

  kaggle.fail({ kind: 'lost-answer', method: 'SaveKernel' });
  kaggle.fail({ kind: 'out-of-memory' });
  await person.reply(runId, 'done, go on');
  const memory = await awaitHold(runId, 'files');
  expect([memory.stage, memory.title]).toEqual(['builder_model', 'Sent back to builder_model: The machine ran out of memory']);
  // Refused twice, then made once, although its answer was lost.
  expect(countPushes() - before).toBe(3);

  const notebook = join(project, 'attempts/momentum/model.ipynb');
  await writeFile(notebook, (await readFile(notebook, 'utf8')).replace('n_splits=4', 'n_splits=3'));
  await person.reply(runId, 'go on');
  await person.approve(runId, 2);

  const running = await awaitLoop(
    runId,
    'the mended notebook at Kaggle',
    (exp) => exp.parts[0]?.attempts[0]?.submissions.at(-1)?.kernel?.versionNumber === 2,
  );
  expect(running.verdict).toBeNull();
  const done = await person.awaitVerdict(runId, 170);
  expect(done.verdict).toEqual({ as: 'PASSED', reason: '1 of 1 features passed' });
  expect(done.experiment?.parts[0]?.attempts).toHaveLength(1);
  const text = drawMessage(await person.slot(runId, 'attempt:momentum:1', (message) => JSON.stringify(message).includes('Passed'))).join(
    '\n',
  );
  expect(text).toContain('back to builder model; no attempt used');
}, 400_000);

test('with a GPU the week’s hours are in the plan, in the digest and in the ledger, from one look', async () => {
  const project = await copyProject('with-a-gpu');
  const yaml = join(project, 'project.yaml');
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace('accelerator: none', 'accelerator: gpu'));
  kaggle.useQuota('gpu', 12.5 * 3600);
  const looks = (): number => kaggle.calls.filter(({ method }) => method === 'GetAcceleratorQuotaStatistics').length;
  const before = looks();
  const runId = await start(project);
  expect(drawMessage(await person.slot(runId, 'approval:1')).join('\n')).toContain('of GPU; 17.5 h of this week’s 30.0 h are left');
  await person.type('digest now');
  const digest = await until('the digest', async () => {
    const answer = await fetch(`${stack.url}control/messages?user=${ada}&channel=${research}&limit=200`);
    const { messages } = (await answer.json()) as { messages: ConsoleMessage[] };
    return messages.find((message) => message.text.startsWith('Digest of'));
  });
  const week = 'GPU: 12.5 h of 30.0 h used this week, 17.5 h left';
  const shown = drawMessage(digest).join('\n');
  expect(shown).toContain(`Kaggle account ${kaggle.account.username}: ${week}`);
  expect(shown).toContain(`asked for run ${runId}`);
  expect(await person.type('cost')).toContain(`Kaggle account, ${week}`);
  expect(looks() - before).toBe(1);
  // A question about an experiment names files by their digests: it is looked at before it is approved.
  expect(findButton(digest, 'run.look')).not.toBeNull();
  expect(findButton(digest, 'run.approve')).toBeNull();
  await person.type(`cancel ${runId}`);
  expect((await person.awaitVerdict(runId)).verdict?.as).toBe('STOPPED');
});
