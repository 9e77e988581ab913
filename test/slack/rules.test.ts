import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import type { RuleEvent } from '../../src/core/permissions/rule-book.ts';
import { proposeRule } from '../../src/core/permissions/standing-rule.ts';
import { createRuleStore } from '../../src/journal/rule-store.ts';
import type { RuleStore } from '../../src/ports.ts';
import { createAccess } from '../../src/slack/access.ts';
import type { CommandRequest } from '../../src/slack/command.ts';
import verb from '../../src/slack/commands/rules.ts';
import { makePolicy, parse } from '../core/permissions/helpers.ts';
import { research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const [ada, chen, dana, vera] = ['UADA', 'UCHEN', 'UDANA', 'UVERA'] as const;
let server: TestRedis;
let slack: TestConsole;
let rules: RuleStore;

beforeAll(async () => {
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole()]);
});
afterAll(async () => {
  await Promise.all([server.stop(), slack.stop()]);
});
beforeEach(async () => {
  await server.redis.flushall();
  rules = createRuleStore(server.redis, 'test');
});

function made(id = 'rtest.3', by: string = chen): Extract<RuleEvent, { type: 'rule.made' }> {
  const { why, ...offer } = proposeRule('touch --date=2024 x', makePolicy('local'), parse);
  if (offer.rule === null) throw new Error(why ?? '');
  const project = `${research} https://github.com/a/b `;
  return { v: 1, type: 'rule.made', at: 5, id, by, run: 'rtest', question: 3, channel: research, project, offer };
}

/** What a person reads after typing it. */
async function type(user: string, ...args: string[]): Promise<string> {
  const lists = AccessRules.parse({ viewer: { users: [vera] }, approver: { users: [chen, dana] }, admin: { users: [ada] } });
  const access = createAccess(lists, slack.client, Date.now);
  // What the verb needs of the context, and nothing else.
  const context = { rules, access, sites: new Map([['local', {}]]), now: () => 7 } as unknown as CommandRequest['context'];
  const request = { context, args, user, channel: research, deliveryId: 'd', name: '/hpc', verbs: [] };
  return (await verb.run(request)).text;
}

it('lists a rule with what it allows, where, and who said so', async () => {
  await rules.append('local', made());
  const text = await type(vera);
  for (const part of [
    'rtest.3',
    'touch --date=&lt;number&gt; x',
    'touch --date=100000 x',
    'https://github.com/a/b',
    `<@${chen}>`,
    'question 3',
  ])
    expect(text).toContain(part);
  expect(await type('USTRANGER')).toContain('no standing rules');
});

it('lets an admin revoke any rule and an approver their own, once, for good', async () => {
  await rules.append('local', made());
  await rules.append('local', made('rtest.4'));
  expect(await type(dana, 'revoke', 'rtest.3')).toContain('who made this rule');
  expect(await type(vera, 'revoke', 'rtest.3')).toContain('who made this rule');
  expect(await type(chen, 'revoke', 'rtest.3')).toContain('is revoked');
  expect(await type(ada, 'revoke', '`rtest.4`')).toContain('is revoked');
  expect(await type(ada, 'revoke', 'rtest.4')).toContain('revoked before');
  expect(await type(ada, 'revoke', 'rtest.9')).toContain('I know no rule');
  expect(await type(ada, 'revoke')).toContain('Usage');
  expect(await type(ada)).toContain('no standing rules');
  // A crash that repeats the making does not bring it back.
  expect(await rules.append('local', made())).toBe(false);
  const again = await createRuleStore(server.connect(), 'test').list('local');
  expect(again.map((rule) => rule.revoked?.by)).toEqual([chen, ada]);
});

it('does not pass over a fact that it cannot read', async () => {
  await rules.append('local', made());
  await server.redis.xadd('test:rules:local', '*', 'e', '{"v":2}');
  await expect(rules.list('local')).rejects.toMatchObject({ code: 'journal.corrupt' });
});
