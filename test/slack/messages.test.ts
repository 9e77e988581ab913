import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import { listEffects } from '../../src/core/run/effects.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { createAccess } from '../../src/slack/access.ts';
import type { SlackContext } from '../../src/slack/command.ts';
import { hearReply } from '../../src/slack/messages.ts';
import { createThreadStore, type ThreadStore } from '../../src/slack/thread-store.ts';
import { makeOutput, makeRequest, runId } from '../core/run/builders.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const ben = 'UBEN0000002';
const mallory = 'UMALLORY004';
let server: TestRedis;
let slack: TestConsole;
let runs: RunService;
let context: SlackContext;
let threads: ThreadStore;
let root: string;

beforeAll(async () => {
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), slack.stop()]);
});
beforeEach(async () => {
  await server.redis.flushall();
  runs = new RunService(createRedisJournal(server.redis, 'test'), { dispatch: () => Promise.resolve() });
  const rules = AccessRules.parse({ viewer: { channels: [research] }, runner: { users: [ben] }, approver: { users: [ada] } });
  const access = createAccess(rules, slack.client, Date.now);
  // What hearReply needs of the context, and nothing else.
  threads = createThreadStore(server.redis, 'test');
  context = { runs, access, threads, client: slack.client, log: pino({ level: 'silent' }), now: Date.now } as unknown as SlackContext;
  root = await say(ada, 'the thread begins');
  await runs.apply(runId, makeRequest());
  for (let index = 0; index < 3; index += 1) await work(index);
});

async function say(user: string, text: string, thread?: string): Promise<string> {
  const reply = thread === undefined ? {} : { thread_ts: thread };
  return String((await slack.control('POST', '/messages', { user, channel: research, text, ...reply }))['ts']);
}

async function work(index: number): Promise<void> {
  const state = await load();
  const effect = listEffects(state)[0];
  const output = effect === undefined ? null : makeOutput(state, effect.kind);
  if (effect === undefined || output === null) throw new Error('no work');
  await runs.apply(runId, { kind: 'result', id: `w${index}`, at: Date.now(), effectId: effect.id, output });
}

async function load(): Promise<RunState> {
  const state = await runs.load(runId);
  if (state === null) throw new Error('no run');
  return state;
}

/** A person writes into the thread, and the bot hears it as often as Slack delivers it. */
async function reply(
  user: string,
  text: string,
  times = 1,
): Promise<{ user: string; channel: string; text: string; ts: string; threadTs: string }> {
  const heard = { user, channel: research, text, ts: await say(user, text, root), threadTs: root };
  for (let index = 0; index < times; index += 1) await hearReply(context, runId, heard);
  return heard;
}

describe('a reply in the thread of a run', () => {
  it('approves the question that is open, once, however often it is delivered', async () => {
    const { ts } = await reply(ada, 'lgtm', 3);
    const { approvals, version } = await load();
    expect(approvals[0]?.settled).toMatchObject({ as: 'granted', by: ada, via: 'reply' });
    await reply(ada, 'lgtm');
    expect((await load()).version).toBe(version + 1);
    const heard = (await slack.readMessages(research, root)).find((message) => message.ts === ts);
    expect(heard?.reactions.map((item) => item.name)).toEqual(['white_check_mark']);
  });

  it('never answers the question after the one that it was typed for', async () => {
    const [first, late] = [await reply(ada, 'ok'), { user: ada, channel: research, text: 'ok', ts: '1000.000100', threadTs: root }];
    expect(first.ts).not.toBe(late.ts);
    await work(10);
    await work(11);
    await hearReply(context, runId, first);
    await hearReply(context, runId, late);
    const { approvals, notes } = await load();
    expect(approvals.map((item) => item.settled?.as)).toEqual(['granted', undefined]);
    // What was typed before anything was asked is kept as a note.
    expect(notes.map((item) => item.text)).toEqual(['ok']);
  });

  it('answers only a question whose message was there before it', async () => {
    const sent = { hash: 'x', begunAt: 0, files: {}, pictures: {}, stale: [], adopted: false, gone: false };
    await threads.save(runId, 'status', { ...sent, ts: root });
    await reply(ada, 'ok');
    expect((await load()).approvals[0]?.settled).toBeNull();
    const early = { user: ada, channel: research, text: 'ok', ts: await say(ada, 'ok', root), threadTs: root };
    await threads.save(runId, 'approval:1', { ...sent, ts: await say(ada, 'stands in for the question', root) });
    await hearReply(context, runId, early);
    expect((await load()).approvals[0]?.settled).toBeNull();
    await reply(ada, 'ok');
    expect((await load()).approvals[0]?.settled).toMatchObject({ as: 'granted' });
    expect((await load()).notes).toHaveLength(2);
  });

  it('may answer a question whose post was begun and never confirmed', async () => {
    const sent = { hash: 'x', files: {}, pictures: {}, stale: [], adopted: false, gone: false };
    await threads.save(runId, 'status', { ...sent, begunAt: 0, ts: root });
    await threads.save(runId, 'approval:1', { ...sent, begunAt: Date.now(), ts: null });
    await reply(ada, 'ok');
    expect((await load()).approvals[0]?.settled).toMatchObject({ as: 'granted' });
  });

  it('rejects with its reason', async () => {
    await reply(ada, 'メモリが多すぎるので却下');
    expect((await load()).verdict?.reason).toContain('メモリが多すぎる');
  });

  it.each([
    ['approve', ben],
    ['no', ben],
    ['cancel', mallory],
  ])('is refused and written down when the role is missing: %s', async (text, user) => {
    await reply(user, text, 2);
    const events = await runs.journal.read(runId, 0);
    expect(events.filter((event) => event.type === 'access.refused')).toMatchObject([{ by: user }]);
    const { approvals, verdict } = await load();
    expect([approvals[0]?.settled, verdict]).toEqual([null, null]);
  });

  it('cancels for a runner', async () => {
    await reply(ben, 'cancel: wrong branch');
    expect((await load()).verdict).toEqual({ as: 'CANCELLED', reason: 'wrong branch' });
  });

  it('is a note when it is no plain order', async () => {
    await reply(mallory, "don't approve yet");
    await reply(ada, '> approve');
    const { notes, approvals } = await load();
    expect(notes.map((item) => item.text)).toEqual(["don't approve yet", '> approve']);
    expect(approvals[0]?.settled).toBeNull();
  });

  it('asks for the status without changing anything', async () => {
    const { version } = await load();
    await reply(mallory, 'status?');
    expect((await load()).version).toBe(version);
  });
});
