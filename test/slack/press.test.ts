import type { BlockAction } from '@slack/bolt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import { createAccess } from '../../src/slack/access.ts';
import type { SlackContext } from '../../src/slack/command.ts';
import { confirmElsewhere, readPress } from '../../src/slack/press.ts';
import { Walk } from '../core/run/builders.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';

const general = 'CGENERAL001';
let slack: TestConsole;

beforeAll(async () => {
  slack = await startTestConsole();
});
afterAll(() => slack.stop());

/** A run of #research that asks, and who may answer what. */
function makeContext(lists: object) {
  const { state } = Walk.begin().toFirstQuestion();
  const refused: unknown[] = [];
  const asked: string[] = [];
  // What a press needs of the context, and nothing else.
  const context = {
    access: createAccess(AccessRules.parse(lists), slack.client, Date.now),
    runs: { load: () => Promise.resolve(state), apply: (_run: string, command: unknown) => Promise.resolve(void refused.push(command)) },
    settings: { projects: [{ name: 'gold', channels: [research, general] }] },
    requestDigest: (project: string) => Promise.resolve(void asked.push(project)),
    client: slack.client,
    now: () => 7,
  } as unknown as SlackContext;
  const value = JSON.stringify({ run: state.id, approval: 1, digest: state.approvals[0]?.digest });
  return { context, state, refused, asked, value };
}

const press = (channel: string, ts: string): BlockAction =>
  ({ user: { id: ada }, channel: { id: channel }, trigger_id: 't', message: { ts } }) as unknown as BlockAction;

it('takes a press in the digest of another channel only from somebody who has that right in the run’s own', async () => {
  const there = makeContext({ approver: { channels: [general] } });
  const ts = String((await slack.client.chat.postMessage({ channel: general, text: 'a digest' })).ts);
  expect(await readPress(there.context, press(general, ts), there.value, 'approver', 'approve')).toBeNull();
  expect(there.refused).toMatchObject([{ kind: 'refuse-access', by: ada, what: 'approve question 1' }]);
  const both = makeContext({ approver: { channels: [general, research] } });
  expect(await readPress(both.context, press(general, ts), both.value, 'approver', 'approve')).toMatchObject({ approval: { id: 1 } });
  expect(both.refused).toEqual([]);
});

it('says to whom pressed outside of the thread that it counts, and has the digest say so too', async () => {
  const { context, state, asked } = makeContext({ approver: { users: [ada] } });
  const ts = String((await slack.client.chat.postMessage({ channel: research, text: 'a digest' })).ts);
  const calls = await slack.countCalls('chat.postEphemeral');
  await confirmElsewhere(context, press(research, ts), { ...state, thread: { channel: research, ts: '1.1' } }, 'Approved.');
  expect(await slack.countCalls('chat.postEphemeral')).toBe(calls + 1);
  await confirmElsewhere(context, press(research, ts), { ...state, thread: { channel: research, ts } }, 'Approved.');
  expect(await slack.countCalls('chat.postEphemeral')).toBe(calls + 1);
  expect(asked).toEqual(['gold', 'gold']);
});
