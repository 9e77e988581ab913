/** The whole path on this machine: real app, worker, Redis, git and console; every answer that a person can give. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import { drawMessage } from '../../src/embedded/draw-message.ts';
import { ada, ben, chen, mallory, research, until } from '../support/stack.ts';
import { readSlot, STRAIGHT } from './person.ts';
import { BROKEN, makeTraining, TINY } from './repos.ts';
import { useStack } from './use-stack.ts';

vi.setConfig({ testTimeout: 150_000 });

const used = useStack();

const threadOf = (state: RunState): string => state.thread?.ts ?? '';
const waitsFor = (id: number) => (state: RunState) => state.approvals.some((item) => item.id === id && item.settled === null);

test('a command becomes a thread: map, two questions, a job, READY, a record', async () => {
  const runId = await used.person.reproduce(TINY);
  const map = await used.person.slot(runId, 'map', (message) => message.text.includes('tiny-train'));
  expect(map.text).toContain('python train.py --steps 2000');
  const first = await used.person.slot(runId, 'approval:1');
  expect(drawMessage(first).join('\n')).toContain('-m venv');
  await used.person.approve(runId, 1, chen);
  await used.person.slot(runId, 'approval:2');
  await used.person.reply(runId, '承認します');
  const state = await used.person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'READY' });
  expect(state.approvals.map((item) => [item.settled?.as, item.settled?.by, item.settled?.via])).toEqual([
    ['granted', chen, 'button'],
    ['granted', ada, 'reply'],
  ]);
  const thread = await used.person.settled(runId);
  const result = drawMessage(thread.at(-1) ?? first).join('\n');
  expect(await used.person.fileTitles(runId)).toEqual([
    `REPO_MAP.md (${runId})`,
    `ENV.md (${runId}, approval 1)`,
    `SUMMARY.md (${runId}, result 1)`,
  ]);
  expect(state.sample?.result?.progress.loss).toMatchObject({ trend: 'decreasing' });
  expect(state.sample?.result?.stepsDone).toBe(100);
  expect(result).not.toBe('');
  await used.person.expectTidyThread(runId, STRAIGHT);
  // The status message told the course in one place.
  const told = used.person.heard.filter((message) => message.ts === state.thread?.ts).map((message) => message.text);
  for (const words of ['Waiting for a person: Build', 'Waiting for a person: Run the sample', 'Running', 'READY']) {
    expect(
      told.some((text) => text.includes(words)),
      words,
    ).toBe(true);
  }
  const commits = await until('the last commit', async () => {
    const all = await used.person.commits(runId);
    return all.at(-1)?.startsWith('verdict:') === true && all;
  });
  expect(commits.map((line) => line.replace(/submitted as .*/, 'submitted'))).toEqual([
    'clone: tiny-train attempt 1 - cloned',
    'map: tiny-train attempt 1 - mapped',
    'env: tiny-train attempt 1 - resolved',
    `approval: tiny-train question 1 - granted by ${chen}`,
    'env: tiny-train attempt 1 - built',
    `approval: tiny-train question 2 - granted by ${ada}`,
    'run: tiny-train - submitted',
    'run: tiny-train attempt 1 - done',
    'verdict: tiny-train - READY',
  ]);
  expect(existsSync(join(used.stack.dataDir, 'runs', runId, 'record', 'SUMMARY.md'))).toBe(true);
});

describe.concurrent('answers', () => {
  test('an answer from a person who may not give one changes nothing and is written down', async () => {
    const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'access'));
    const asked = await used.person.awaitState(runId, 'question 1', waitsFor(1));
    const where = { threadTs: threadOf(asked) };
    await used.person.slot(runId, 'approval:1');
    const toButton = await used.person.hearPrivately(mallory, () => used.person.press(runId, 'approval:1', 'run.approve', mallory), where);
    expect(toButton).toContain('approver');
    const toReply = await used.person.hearPrivately(mallory, () => used.person.reply(runId, 'approve', mallory), where);
    expect(toReply).toContain('approver');
    // ben may start runs and may not approve them.
    await used.person.hearPrivately(ben, () => used.person.press(runId, 'approval:1', 'run.approve', ben), where);
    await used.person.reply(runId, 'what is this?', mallory);
    const state = await used.person.state(runId);
    expect(state.approvals.map((item) => item.settled)).toEqual([null]);
    expect(state.steps.find((step) => step.name === 'build-env')).toMatchObject({ phase: 'approval' });
    const refused = (await used.person.events(runId)).filter((event) => event.type === 'access.refused');
    expect(refused.map((event) => event.by)).toEqual([mallory, mallory, ben]);
    expect(state.notes).toEqual([]);
    expect(existsSync(join(used.stack.workFolder(runId), 'env'))).toBe(false);
    expect(await used.person.type(`cancel ${runId}`)).toContain('Cancelling');
    await used.person.awaitVerdict(runId);
  });

  test('the second answer to a question says that it is settled', async () => {
    const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'twice'));
    const question = await used.person.slot(runId, 'approval:1');
    const { block_id: blockId, elements } = question.blocks.findLast((block) => (block as { type: string }).type === 'actions') as {
      block_id: string;
      elements: { action_id: string; value: string }[];
    };
    const button = elements.find((item) => item.action_id === 'run.approve');
    const click = (user: string): Promise<unknown> =>
      used.person.client.post('action', {
        user,
        channel: research,
        message_ts: question.ts,
        block_id: blockId,
        action_id: 'run.approve',
        value: button?.value,
      });
    const where = { threadTs: threadOf(await used.person.state(runId)) };
    const told = await used.person.hearPrivately(ada, () => Promise.all([click(ada), click(ada), click(ada)]), where);
    expect(told).toMatch(/Question 1 was granted by .* already/);
    await used.person.slot(runId, 'approval:2');
    const grants = (await used.person.events(runId)).filter((event) => event.type === 'approval.granted');
    expect(grants).toHaveLength(1);
    await used.person.carryThrough(runId);
    await used.person.expectTidyThread(runId, STRAIGHT);
  });

  test('a rejection through the modal keeps its reason', async () => {
    const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'modal'));
    await used.person.press(runId, 'approval:1', 'run.reject', chen);
    await used.person.submit(await used.person.modal('run.reject', chen), { reason: 'wrong Python' }, chen);
    const state = await used.person.awaitVerdict(runId);
    expect(state.verdict).toMatchObject({ as: 'NOT READY' });
    expect(state.approvals[0]?.settled).toMatchObject({ as: 'rejected', by: chen, reason: 'wrong Python', via: 'button' });
    const thread = await used.person.settled(runId);
    expect(thread.at(-1)?.text).toContain('wrong Python');
    await used.person.expectTidyThread(runId, ['status', 'map', 'approval:1', 'result:1']);
  });

  test('a rejection by reply keeps its reason, notes are kept, and a resumed run asks anew', async () => {
    const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'reply'));
    await used.person.slot(runId, 'approval:1');
    await used.person.reply(runId, 'the learning rate looks high to me', ben);
    await used.person.awaitState(runId, 'the note', (state) =>
      state.notes.some((note) => note.by === ben && note.text.includes('learning rate')),
    );
    const status = await used.person.hearPrivately(ben, () => used.person.reply(runId, 'status?', ben), {
      threadTs: threadOf(await used.person.state(runId)),
    });
    expect(status).toContain('Waiting for a person');
    await used.person.reply(runId, '学習率が高すぎるので却下します', chen);
    const state = await used.person.awaitVerdict(runId);
    expect(state.approvals[0]?.settled).toMatchObject({ as: 'rejected', by: chen, via: 'reply' });
    expect(state.approvals[0]?.settled?.reason).toBe('学習率が高すぎる');
    await used.person.press(runId, 'status', 'run.resume', ben);
    await used.person.awaitState(runId, 'question 2', waitsFor(2));
    const end = await used.person.carryThrough(runId);
    expect(end.verdict?.as).toBe('READY');
    await used.person.expectTidyThread(runId, ['status', 'map', 'approval:1', 'result:1', 'approval:2', 'approval:3', 'result:2']);
  });

  test('data that is not there: NOT READY, with the path and the line that proves it', async () => {
    const runId = await used.person.reproduce(BROKEN);
    const state = await used.person.carryThrough(runId);
    expect(state.verdict?.as).toBe('NOT READY');
    const thread = await used.person.settled(runId);
    const failure = thread.find((message) => readSlot(message) === 'failure:1');
    expect(drawMessage(failure ?? { text: '', blocks: [], files: [] }).join('\n')).toContain(
      "No such file or directory: 'data/mountains.txt'",
    );
    expect(state.failures[0]?.failure).toMatchObject({ class: 'dataset_missing' });
  });

  test('a crash: the failure shows the proving line, and the run can be resumed', async () => {
    const crash = 'raise ValueError("weights and biases have 3 and 4 rows")';
    const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'crash', { at: { 5: crash } }));
    const state = await used.person.carryThrough(runId);
    expect(state.verdict?.as).toBe('NOT READY');
    expect(state.failures.at(-1)?.failure.evidence?.text).toContain('weights and biases have 3 and 4 rows');
    await used.person.slot(runId, `failure:${state.failures.length}`, (message) => JSON.stringify(message.blocks).includes('3 and 4 rows'));
    const asked = state.approvals.length;
    expect(await used.person.type(`resume ${runId}`)).toContain('Carrying');
    const again = await used.person.awaitState(runId, 'the next question', waitsFor(asked + 1));
    expect(again.steps.find((step) => step.name === 'sample-run')?.attempt).toBe(2);
    expect(again.jobs).toHaveLength(2);
    await used.person.reply(runId, 'cancel');
    expect((await used.person.awaitVerdict(runId)).verdict?.as).toBe('CANCELLED');
  });
});

describe('commands', () => {
  test('help, sites, runs and status answer the typist alone', async () => {
    expect(await used.person.type('help', ben)).toContain('/hpc reproduce');
    expect(await used.person.type('', ben)).toContain('/hpc reproduce');
    expect(await used.person.type('sites', ben)).toContain('`local` (the default)');
    const runId = await used.person.reproduce(await makeTraining(used.stack.folder, 'listed'), '', ben);
    await used.person.slot(runId, 'approval:1');
    expect(await used.person.type('runs', ben)).toContain(runId);
    expect(await used.person.type(`status ${runId}`, ben)).toContain('Waiting for a person');
    expect(await used.person.type(`cancel ${runId} not needed`, ben)).toContain('Cancelling');
    expect((await used.person.awaitVerdict(runId)).verdict).toEqual({ as: 'CANCELLED', reason: 'not needed' });
    expect(await used.person.type(`cancel ${runId}`, ben)).toContain('over: CANCELLED');
    expect(await used.person.type('status rnone', ben)).toContain('I know no run');
  });

  test('what cannot be begun is answered with the reason', async () => {
    expect(await used.person.type(`reproduce ${TINY} --site mars`)).toMatch(/no site “mars”.*local/s);
    expect(await used.person.type('reproduce http://example.org/x/y')).toContain('Usage');
    expect(await used.person.type('reproduce ext::sh')).toContain('never run');
    expect(await used.person.type('reproduce')).toContain('Which repository?');
    expect(await used.person.type('dance')).toContain('I do not know');
    expect(await used.person.type('help', mallory)).toContain('viewer');
    expect(await used.person.type(`reproduce ${TINY}`, ada, 'CRANDOM0001')).toContain('/invite');
  });

  test('a folder that is not there ends in a failure that says so', async () => {
    const runId = await used.person.reproduce(join(used.stack.folder, 'nowhere'));
    expect((await used.person.awaitVerdict(runId)).verdict?.reason).toContain('there is no such folder');
    await used.person.expectTidyThread(runId, ['status', 'failure:1', 'result:1']);
  });

  test('a mention is an order too', async () => {
    const repo = await makeTraining(used.stack.folder, 'mention');
    const answer = await used.person.hearPrivately(
      ada,
      () => used.person.client.post('messages', { user: ada, channel: research, text: `@reprobot reproduce ${repo}` }),
      { threadTs: undefined },
    );
    const runId = /Run `(r[a-z0-9]+)`/.exec(answer)?.[1] ?? '';
    await used.person.slot(runId, 'approval:1');
    await used.person.reply(runId, 'cancel: enough seen');
    expect((await used.person.awaitVerdict(runId)).verdict).toEqual({ as: 'CANCELLED', reason: 'enough seen' });
  });
});

test('none of all that was an error of ours', async () => {
  for (const name of ['app', 'worker'] as const) {
    const lines = (await used.stack.readLog(name)).split('\n');
    expect(lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  }
});
