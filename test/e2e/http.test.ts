/** The whole path over signed HTTP instead of a socket: command, buttons, modal, reply, a restart of the app. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ada, ben, chen, mallory, Stack } from '../support/stack.ts';
import { Person, STRAIGHT } from './person.ts';
import { TINY } from './repos.ts';

vi.setConfig({ testTimeout: 150_000 });

let stack: Stack;
let person: Person;

beforeAll(async () => {
  stack = await Stack.start({ transport: 'http' });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

test('a command becomes READY: one question by button, one by reply, the app killed in between', async () => {
  const runId = await person.reproduce(TINY);
  await person.slot(runId, 'approval:1');
  const threadTs = (await person.state(runId)).thread?.ts;
  expect(await person.hearPrivately(mallory, () => person.press(runId, 'approval:1', 'run.approve', mallory), { threadTs })).toContain(
    'approver',
  );
  expect((await person.state(runId)).approvals[0]?.settled).toBeNull();
  await person.approve(runId, 1, chen);
  await person.slot(runId, 'approval:2');
  await stack.killAndStart('app');
  await person.reply(runId, 'approve');
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'READY' });
  expect(state.approvals.map((item) => [item.settled?.by, item.settled?.via])).toEqual([
    [chen, 'button'],
    [ada, 'reply'],
  ]);
  await person.settled(runId);
  await person.expectTidyThread(runId, STRAIGHT);
});

test('a modal takes the reason of a rejection', async () => {
  const runId = await person.reproduce(TINY, '', ben);
  await person.press(runId, 'approval:1', 'run.reject', chen);
  await person.submit(await person.modal('run.reject', chen), { reason: 'the queue is full' }, chen);
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'NOT READY' });
  expect(state.approvals[0]?.settled).toMatchObject({ as: 'rejected', by: chen, reason: 'the queue is full' });
});

test('a request with a wrong signature changes nothing', async () => {
  const before = await person.type('runs');
  const text = 'reproduce https://github.com/karpathy/minGPT';
  const body = new URLSearchParams({ command: '/hpc', text, user_id: ada, channel_id: 'CRESEARCH01' }).toString();
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Slack-Request-Timestamp': String(Math.floor(Date.now() / 1000)),
    'X-Slack-Signature': `v0=${'0'.repeat(64)}`,
  };
  const answer = await fetch(stack.requestUrl ?? '', { method: 'POST', headers, body });
  expect(answer.status).toBe(401);
  expect(await person.type('runs')).toBe(before);
});
