/** Slack misbehaves: throttles, loses answers, drops sockets, delivers twice. The thread is right in the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Person, STRAIGHT } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { Stack, until } from '../support/stack.ts';

vi.setConfig({ testTimeout: 150_000 });

let stack: Stack;
let person: Person;
let repo: string;

beforeAll(async () => {
  stack = await Stack.start();
  person = new Person(stack);
  repo = await makeTraining(stack.folder, 'throttled', { pause: 0.03, steps: 5_000 });
});
afterEach(async () => {
  await fetch(`${stack.url}control/faults`, { method: 'DELETE' });
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

const fault = (body: Record<string, unknown>) => person.client.post('faults', body);

async function expectGoodRun(runId: string): Promise<void> {
  const state = await person.carryThrough(runId, 100);
  expect(state.verdict?.as).toBe('READY');
  expect(state.jobs).toHaveLength(1);
  await person.expectTidyThread(runId, STRAIGHT);
}

test('429 for edits and posts: it waits as long as it is told and says everything', async () => {
  await fault({ kind: 'rate-limit', method: 'chat.update', times: 4, retry_after: 2 });
  await fault({ kind: 'rate-limit', method: 'chat.postMessage', times: 4, retry_after: 1 });
  await fault({ kind: 'rate-limit', method: 'files.completeUploadExternal', times: 1, retry_after: 1 });
  await expectGoodRun(await person.reproduce(repo));
});

test('answers that are lost: what was posted is found and not posted again', async () => {
  await fault({ kind: 'lost-answer', method: 'chat.postMessage', times: 3 });
  await fault({ kind: 'lost-answer', method: 'chat.update', times: 2 });
  await fault({ kind: 'lost-answer', method: 'files.completeUploadExternal', times: 1 });
  await expectGoodRun(await person.reproduce(repo));
});

test('errors of the server: tried again until it works', async () => {
  await fault({ kind: 'http-error', method: 'chat.postMessage', status: 503, times: 2 });
  await fault({ kind: 'error', method: 'chat.postMessage', error: 'internal_error', times: 2 });
  await fault({ kind: 'error', method: 'chat.update', error: 'service_unavailable', times: 2 });
  await fault({ kind: 'http-error', method: 'files.getUploadURLExternal', status: 500, times: 1 });
  await expectGoodRun(await person.reproduce(repo));
});

test('every envelope twice, every event again: one run, one grant each', async () => {
  await fault({ kind: 'duplicate-envelope' });
  await fault({ kind: 'redeliver' });
  const before = await person.journal.listRecent(100);
  const runId = await person.reproduce(repo);
  await person.slot(runId, 'approval:1');
  await person.reply(runId, 'a note for later');
  await person.reply(runId, 'approve');
  await person.slot(runId, 'approval:2');
  await expectGoodRun(runId);
  expect((await person.journal.listRecent(100)).length).toBe(before.length + 1);
  const state = await person.state(runId);
  expect(state.notes.map((note) => note.text)).toEqual(['a note for later']);
  const grants = (await person.events(runId)).filter((event) => event.type === 'approval.granted');
  expect(grants.map((event) => event.id)).toEqual([1, 2]);
});

test('sockets that are renewed, dropped and renewed again lose no word', async () => {
  const runId = await person.reproduce(repo);
  await person.slot(runId, 'approval:1');
  for (const reason of ['refresh_requested', 'drop', 'refresh_requested']) {
    await person.client.post('sockets', { reason });
    await sleep(400);
  }
  await until('a socket', async () => {
    const answer = await fetch(`${stack.url}control/state`);
    return ((await answer.json()) as { sockets: number }).sockets > 0;
  });
  await person.reply(runId, 'approve');
  await person.client.post('sockets', { reason: 'refresh_requested' });
  await person.slot(runId, 'approval:2');
  await expectGoodRun(runId);
});

test('a console that goes away and comes back is caught up with', async () => {
  const runId = await person.reproduce(repo);
  await person.approve(runId, 1);
  await person.slot(runId, 'approval:2');
  await person.reply(runId, 'approve');
  await person.awaitPhase(runId, 'sample-run', 'watch');
  await stack.stopConsole();
  await person.awaitVerdict(runId);
  await stack.startConsole();
  await expectGoodRun(runId);
});
