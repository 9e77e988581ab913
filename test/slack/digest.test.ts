import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import { DigestSettings } from '../../src/core/digest/settings.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createAccess } from '../../src/slack/access.ts';
import type { CommandRequest } from '../../src/slack/command.ts';
import verb from '../../src/slack/commands/digest.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const vera = 'UVERA';
const noon = Date.UTC(2026, 10, 27, 12);
let server: TestRedis;
let slack: TestConsole;
let asked: unknown[];
let count = 0;

beforeAll(async () => {
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole()]);
});
afterAll(() => Promise.all([server.stop(), slack.stop()]));
beforeEach(async () => {
  await server.redis.flushall();
  asked = [];
});

/** What a person reads after typing it. */
async function type(text: string, user: string = ada): Promise<string> {
  const lists = AccessRules.parse({ viewer: { users: [vera] }, runner: { users: [ada] } });
  // What the verb needs of the context, and nothing else.
  const context = {
    access: createAccess(lists, slack.client, Date.now),
    settings: { digest: DigestSettings.parse({}), projects: [{ name: 'gold', channels: [research] }] },
    projects: createProjectStore(server.redis, 'test'),
    client: slack.client,
    checkChannel: () => Promise.resolve(null),
    requestDigest: (...what: unknown[]) => Promise.resolve(void asked.push(what)),
    now: () => noon,
  } as unknown as CommandRequest['context'];
  count += 1;
  const args = text.split(' ').filter((word) => word !== '');
  return (await verb.run({ context, args, user, channel: research, deliveryId: `slash:${count}`, name: '/hpc', verbs: [] })).text;
}

it('shows when it comes, to everybody', async () => {
  const text = await type('', vera);
  expect(text).toContain('The digest of project *gold* comes each day at 18:00 by the clock of UTC, on Sunday for the whole week');
  expect(text).toContain(`Next: <!date^${noon / 1000 + 6 * 3_600}^`);
  expect(await type('off', vera)).toContain('Sorry');
});

it('takes each change, keeps the others, and says what comes of it', async () => {
  expect(await type('at 9:30am America/New_York')).toContain('at 09:30 by the clock of America/New_York');
  expect(await type('weekly off')).not.toContain('Sunday');
  expect(await type('quiet line')).toContain('it is one line');
  expect(await type('off')).toContain('is off');
  expect(await type('on')).toContain('at 09:30 by the clock of America/New_York; where nothing happened, it is one line');
  const events = await createProjectStore(server.redis, 'test').list('gold');
  expect(events.map((event) => event.type)).toEqual(Array.from({ length: 5 }, () => 'digest.set'));
});

it('takes the clock of whoever names an hour and no zone, until somebody has named one', async () => {
  expect(await type('at 18')).toContain('by the clock of Etc/UTC');
  await type('at 18 Asia/Kathmandu');
  expect(await type('at 7pm')).toContain('at 19:00 by the clock of Asia/Kathmandu');
});

it('asks for one now, in the channel where it is typed', async () => {
  expect(await type('now')).toContain('in a moment');
  expect(asked).toEqual([['gold', { id: `slash:${count}`, channel: research }]]);
  expect(await type('now', vera)).toContain('Sorry');
});

it.each(['at', 'weekly', 'weekly maybe', 'quiet', 'sometimes', 'on tuesdays'])('says how it is used to %j', async (words) => {
  expect(await type(words)).toContain('Usage: `/hpc digest now`');
  expect(await createProjectStore(server.redis, 'test').list('gold')).toEqual([]);
});

it.each([
  ['at 25:00', 'no time of day'],
  ['at 18:00 Mars/Base', 'no time zone'],
])('refuses %j in words', async (words, why) => {
  expect(await type(words)).toContain(why);
});
