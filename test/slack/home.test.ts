import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Part } from '../../src/core/run/slots.ts';
import { createHomePublisher, type HomePublisher } from '../../src/slack/home-publisher.ts';
import { createLimiter } from '../../src/slack/limiter.ts';
import { createPermalinks } from '../../src/slack/permalinks.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let slack: TestConsole;
let skew = 0;
const before = new Map<string, number>();
const now = (): number => Date.now() + skew;

beforeAll(async () => {
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), slack.stop()]);
});
beforeEach(async () => {
  await server.redis.flushall();
  await slack.clearFaults();
  await slack.control('POST', '/reset');
  skew = 0;
  for (const method of ['views.publish', 'chat.getPermalink']) before.set(method, await slack.countCalls(method));
});

/** One worker; all share one Redis. */
function open(): HomePublisher {
  const redis = server.redis;
  return createHomePublisher({ client: slack.client, redis, prefix: 'test', limiter: createLimiter(redis, 'test', now), now });
}
const say = (text: string): Part[] => [{ kind: 'text', lines: [text] }];
/** Calls of a method in this test. */
const calls = async (method = 'views.publish'): Promise<number> => (await slack.countCalls(method)) - (before.get(method) ?? 0);

async function readHome(): Promise<string> {
  const { home } = await slack.control('GET', `/state?user=${ada}`);
  return JSON.stringify((home as { blocks?: unknown } | null)?.blocks ?? null);
}

it('sends what is new, and nothing that is there already', async () => {
  const [one, other] = [open(), open()];
  expect(await one.publish(ada, say('one run'), true)).toBe(0);
  expect(await readHome()).toContain('one run');
  await other.publish(ada, say('one run'), false);
  expect(await calls()).toBe(1);
  await other.publish(ada, say('two runs'), false);
  expect(await readHome()).toContain('two runs');
  // Who opens the tab anew gets it anew.
  await one.publish(ada, say('two runs'), true);
  expect(await calls()).toBe(3);
});

it('comes after somebody else who has published', async () => {
  const home = open();
  await home.publish(ada, say('ours'), true);
  await slack.client.views.publish({ user_id: ada, view: { type: 'home', blocks: [] } });
  await home.publish(ada, say('ours again'), false);
  expect(await readHome()).toContain('ours again');
});

it('knows who has looked lately', async () => {
  const home = open();
  await home.noteOpened(ada);
  expect(await home.listOpened()).toEqual([ada]);
  skew = 9 * 3_600_000;
  expect(await home.listOpened()).toEqual([]);
});

it('waits where Slack asks it to, and loses nothing', async () => {
  const home = open();
  await slack.addFault({ method: 'views.publish', kind: 'rate-limit', retry_after: 7, times: 1 });
  expect(await home.publish(ada, say('late'), true)).toBe(7_000);
  expect(await readHome()).not.toContain('late');
  expect(await home.publish(ada, say('late'), true)).toBeGreaterThan(3_000);
  skew = 8_000;
  expect(await home.publish(ada, say('late'), true)).toBe(0);
  expect(await readHome()).toContain('late');
});

it('waits its turn when sixty a minute are reached', async () => {
  const limiter = createLimiter(server.redis, 'test', now);
  for (let taken = 0; taken < 20; taken += 1) await limiter.take('views.publish', 60, 10);
  expect(await open().publish(ada, say('too soon'), true)).toBeGreaterThan(3_000);
  expect(await calls()).toBe(0);
});

it('asks for the address of a thread once', async () => {
  const { ts } = await slack.client.chat.postMessage({ channel: research, text: 'root' });
  const find = createPermalinks(slack.client, server.redis, 'test');
  const link = await find(research, ts ?? '');
  expect(link).toMatch(/^https?:\/\/.+archives/);
  expect(await find(research, ts ?? '')).toBe(link);
  expect(await calls('chat.getPermalink')).toBe(1);
  expect(await find(research, '1.000001')).toBeNull();
});
