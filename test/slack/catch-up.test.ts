/** What people marked while the app was away: real Redis and the real console, whose reactions carry no time. */
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { createAccess } from '../../src/slack/access.ts';
import { catchUp } from '../../src/slack/catch-up.ts';
import type { SlackContext } from '../../src/slack/command.ts';
import { createLimiter } from '../../src/slack/limiter.ts';
import { noteReactions } from '../../src/slack/notes.ts';
import { createThreadStore } from '../../src/slack/thread-store.ts';
import { makeRequest } from '../core/run/builders.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const ben = 'UBEN0000002';
const mallory = 'UMALLORY004';
const signal = new AbortController().signal;

let server: TestRedis;
let slack: TestConsole;
let context: SlackContext;
let now: () => number;
let written: string[];

beforeAll(async () => {
  // Replies come fast, but one at a time: the second call in a row is refused.
  const methods = { 'conversations.replies': { perMinute: 60, burst: 1 } };
  const many = { perMinute: 60_000, burst: 1_000 };
  const limits = { enabled: true, methods, tiers: { t1: many, t2: many, t3: many, t4: many, special: many } };
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole({ limits })]);
});
afterAll(async () => {
  await Promise.all([server.stop(), slack.stop()]);
});
beforeEach(async () => {
  await server.redis.flushall();
  now = Date.now;
  written = [];
  context = connect();
});

/** An app that has just started. */
function connect(): SlackContext {
  const rules = AccessRules.parse({ viewer: { users: [ben] }, approver: { users: [ada] } });
  // What catching up needs of the context, and nothing else.
  return {
    runs: new RunService(createRedisJournal(server.redis, 'test'), { dispatch: () => Promise.resolve() }),
    projects: createProjectStore(server.redis, 'test'),
    access: createAccess(rules, slack.client, Date.now),
    threads: createThreadStore(server.redis, 'test'),
    limiter: createLimiter(server.redis, 'test', Date.now),
    settings: { projects: [], slack: { noteEmoji: 'memo' } },
    client: slack.client,
    log: pino({ level: 'silent' }),
    requestScratch: (project: string) => {
      written.push(project);
      return Promise.resolve();
    },
    now: () => now(),
  } as unknown as SlackContext;
}

async function say(user: string, text: string, thread?: string): Promise<string> {
  const reply = thread === undefined ? {} : { thread_ts: thread };
  return String((await slack.control('POST', '/messages', { user, channel: research, text, ...reply }))['ts']);
}

async function post(text: string, thread: string): Promise<string> {
  return String((await slack.client.chat.postMessage({ channel: research, text, thread_ts: thread })).ts);
}

const mark = (user: string, ts: string, name = 'memo') => slack.control('POST', '/reactions', { user, channel: research, ts, name });

/** A run with a thread, over or not. */
async function begin(runId: string, isOver = false): Promise<string> {
  const ts = await say(ada, `the thread of ${runId}`);
  await context.runs.apply(runId, { ...makeRequest(`slash:${runId}`, now()), runId });
  await context.runs.apply(runId, { kind: 'open-thread', id: `open:${runId}`, at: now(), channel: research, ts });
  if (isOver) await context.runs.apply(runId, { kind: 'cancel', id: `cancel:${runId}`, at: now(), by: ada, reason: 'enough' });
  return ts;
}

const notes = async () =>
  (await context.projects.list(research)).flatMap((event) => (event.type === 'note.added' ? [[event.by, event.text]] : []));

async function ticksOn(ts: string, thread: string): Promise<number> {
  const message = (await slack.readMessages(research, thread)).find((one) => one.ts === ts);
  return message?.reactions.find(({ name }) => name === 'white_check_mark')?.users.length ?? 0;
}

describe('after a start', () => {
  it('takes what was marked in the threads of runs that go on and that ended lately, each once, and ticks it', async () => {
    const [going, over] = [await begin('rgoing'), await begin('rover', true)];
    const result = await post('loss 2.1, accuracy 0.81', going);
    const diagnosis = await post('the card was too small', over);
    await mark(ben, result);
    await mark(ada, result);
    await mark(ada, diagnosis);
    await mark(ada, await post('not marked for a note', going), 'eyes');
    await catchUp(context, signal);
    expect(await notes()).toEqual([
      [ben, 'loss 2.1, accuracy 0.81'],
      [ada, 'the card was too small'],
    ]);
    expect(await ticksOn(result, going)).toBe(1);
    expect(written).toEqual([research, research]);
    // The next start finds the ticks and asks for nothing.
    context = connect();
    await catchUp(context, signal);
    expect(await notes()).toHaveLength(2);
    expect(written).toHaveLength(2);
  });

  it('takes no note twice where the tick was lost, and none anew where the journal was', async () => {
    const thread = await begin('rgoing');
    const ts = await post('loss 2.1', thread);
    await mark(ben, ts);
    await slack.addFault({ kind: 'error', method: 'reactions.add', error: 'internal_error' });
    await catchUp(context, signal);
    await slack.clearFaults();
    expect([await notes(), await ticksOn(ts, thread)]).toEqual([[[ben, 'loss 2.1']], 0]);
    await catchUp(connect(), signal);
    expect([await notes(), await ticksOn(ts, thread)]).toEqual([[[ben, 'loss 2.1']], 1]);
    await server.redis.del('test:project:' + research, `test:project:${research}:told`);
    await catchUp(connect(), signal);
    expect(await notes()).toEqual([]);
  });

  it('hears a reply first, so that the mark on it makes no second note; one that nobody heard becomes one', async () => {
    const going = await begin('rgoing');
    const heard = await say(ben, 'try a smaller batch', going);
    // Messages of one millisecond would both be young enough.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const old = await say(ben, 'and cosine', going);
    await mark(ada, heard);
    await mark(ada, old);
    now = () => Number(old) * 1000 + 2 * 3_600_000 - 1;
    await catchUp(context, signal);
    const state = await context.runs.load('rgoing');
    expect(state?.notes.map(({ text }) => text)).toEqual(['and cosine']);
    expect(await notes()).toEqual([[ben, 'try a smaller batch']]);
  });

  it('lets a mark of somebody on no list be, and threads that ended long ago', async () => {
    const [going, over] = [await begin('rgoing'), await begin('rold', true)];
    const ts = await post('loss 2.1', going);
    await mark(mallory, ts);
    await mark(ada, await post('long ago', over));
    now = () => Date.now() + 15 * 86_400_000;
    await catchUp(context, signal);
    expect(await notes()).toEqual([]);
    await mark(ben, ts);
    await catchUp(context, signal);
    expect(await notes()).toEqual([[ben, 'loss 2.1']]);
  });

  it('leaves threads of runs that are over alone where no mark makes a note', async () => {
    await begin('rover', true);
    context = { ...context, settings: { ...context.settings, slack: { ...context.settings.slack, noteEmoji: '' } } };
    const before = await slack.countCalls('conversations.replies');
    await catchUp(context, signal);
    expect(await slack.countCalls('conversations.replies')).toBe(before);
  });

  it('waits where Slack asks it to, and ends at once when the app does', async () => {
    const threads = [await begin('rone'), await begin('rtwo'), await begin('rthree')];
    for (const thread of threads) await mark(ben, await post(`of ${thread}`, thread));
    const before = await slack.countCalls('conversations.replies');
    await catchUp(context, signal);
    expect(await notes()).toHaveLength(3);
    // Three threads, and at least one call that was refused.
    expect((await slack.countCalls('conversations.replies')) - before).toBeGreaterThan(3);
    const ending = new AbortController();
    await context.limiter.block('conversations.replies', 600);
    const caughtUp = catchUp(context, ending.signal);
    ending.abort();
    await caughtUp;
  });
});

it('asks Slack for everybody where it names only the first few', async () => {
  const thread = await begin('rgoing');
  const ts = await post('loss 2.1', thread);
  await mark(mallory, ts);
  await mark(ben, ts);
  const reactions = [{ name: 'memo', users: [mallory], count: 2 }];
  await noteReactions(context, research, { ts, text: 'loss 2.1', bot_id: 'B1', thread_ts: thread, reactions }, null);
  expect(await notes()).toEqual([[ben, 'loss 2.1']]);
});
