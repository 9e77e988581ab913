/** The whole path over signed HTTP instead of a socket: command, buttons, modal, reply, a restart of the app. */
import { expect, test, vi } from 'vitest';
import { ada, ben, chen, mallory } from '../support/stack.ts';
import { STRAIGHT } from './person.ts';
import { TINY } from './repos.ts';
import { useStack } from './use-stack.ts';

vi.setConfig({ testTimeout: 150_000 });

const used = useStack({ transport: 'http' });

test('a command becomes READY: one question by button, one by reply, the app killed in between', async () => {
  const runId = await used.person.reproduce(TINY);
  await used.person.slot(runId, 'approval:1');
  const threadTs = (await used.person.state(runId)).thread?.ts;
  expect(
    await used.person.hearPrivately(mallory, () => used.person.press(runId, 'approval:1', 'run.approve', mallory), { threadTs }),
  ).toContain('approver');
  expect((await used.person.state(runId)).approvals[0]?.settled).toBeNull();
  await used.person.approve(runId, 1, chen);
  await used.person.slot(runId, 'approval:2');
  await used.stack.killAndStart('app');
  await used.person.reply(runId, 'approve');
  const state = await used.person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'READY' });
  expect(state.approvals.map((item) => [item.settled?.by, item.settled?.via])).toEqual([
    [chen, 'button'],
    [ada, 'reply'],
  ]);
  await used.person.settled(runId);
  await used.person.expectTidyThread(runId, STRAIGHT);
});

test('a modal takes the reason of a rejection', async () => {
  const runId = await used.person.reproduce(TINY, '', ben);
  await used.person.press(runId, 'approval:1', 'run.reject', chen);
  await used.person.submit(await used.person.modal('run.reject', chen), { reason: 'the queue is full' }, chen);
  const state = await used.person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'NOT READY' });
  expect(state.approvals[0]?.settled).toMatchObject({ as: 'rejected', by: chen, reason: 'the queue is full' });
});

test('a request with a wrong signature changes nothing', async () => {
  const before = await used.person.type('runs');
  const text = 'reproduce https://github.com/karpathy/minGPT';
  const body = new URLSearchParams({ command: '/hpc', text, user_id: ada, channel_id: 'CRESEARCH01' }).toString();
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'X-Slack-Request-Timestamp': String(Math.floor(Date.now() / 1000)),
    'X-Slack-Signature': `v0=${'0'.repeat(64)}`,
  };
  const answer = await fetch(used.stack.requestUrl ?? '', { method: 'POST', headers, body });
  expect(answer.status).toBe(401);
  expect(await used.person.type('runs')).toBe(before);
});
