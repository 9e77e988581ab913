import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createDiary } from '../../src/runs/diary.ts';
import { createAccess } from '../../src/slack/access.ts';
import type { CommandRequest, SlackContext } from '../../src/slack/command.ts';
import story from '../../src/slack/commands/story.ts';
import { makeRunId } from '../../src/slack/make-run-id.ts';
import { checkLink, deriveLinkKey } from '../../src/story/link.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { makeJournal } from '../support/story-events.ts';

const secret = 'CSECRET0001';
const token = 'xoxb-test';
let server: TestRedis;
let slack: TestConsole;

beforeAll(async () => {
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole()]);
  for (const [index, channel] of [research, secret].entries()) {
    const events = makeJournal(index).map((event) => (event.type === 'run.requested' ? { ...event, channel } : event));
    const runId = makeRunId(channel);
    await createRedisJournal(server.redis, 'test').append({
      runId,
      expectedVersion: 0,
      events,
      commandId: null,
      active: false,
      thread: null,
    });
  }
});
afterAll(async () => {
  await Promise.all([server.stop(), slack.stop()]);
});

async function type(args: string[], publicUrl: string | null, channel = research): Promise<string> {
  const projects = createProjectStore(server.redis, 'test');
  const named = [{ name: 'nano', channels: [research, secret] }];
  const { client } = slack;
  const rules = AccessRules.parse({ viewer: { channels: [research] } });
  // What the verb needs of the context, and nothing else. Both projects are channels; `nano` would be both of them.
  const context = {
    settings: {
      projects: args[0] === 'nano' ? named : [],
      pages: { publicUrl, key: null },
      slack: { botToken: slack.slack.credentials.botToken, apiUrl: slack.slack.apiUrl },
      redisUrl: server.url,
      prefix: 'test',
    },
    access: createAccess(rules, client, Date.now),
    diary: createDiary({ journal: createRedisJournal(server.redis, 'test'), projects, named: args[0] === 'nano' ? named : [] }),
    clusters: {},
    client,
    now: () => 1_000,
  } as unknown as SlackContext;
  const request = { context, args, user: ada, channel, name: '/hpc', deliveryId: 'd', verbs: [] } satisfies CommandRequest;
  return (await story.run(request)).text;
}

describe('/hpc story', () => {
  it('links to the project of the channel, for a day', async () => {
    const text = await type([], 'https://bot.example');
    const [, address = ''] = /^<([^|]+)\|The story of CRESEARCH01>/.exec(text) ?? [];
    const url = new URL(address);
    expect(url.pathname).toBe(`/story/${research}`);
    expect(checkLink(research, url.searchParams, 1_000, deriveLinkKey(slack.slack.credentials.botToken))).toBe('good');
    expect(checkLink(research, url.searchParams, 1_000, deriveLinkKey(token))).toBe('wrong');
  });

  it.each([
    ['a channel where the person has no rights', secret],
    ['a project of which one channel is such', 'nano'],
    ['a project that does not exist', '<!channel>'],
  ])('knows nothing of %s', async (_what, project) => {
    expect(await type([project], 'https://bot.example')).toMatch(/^I know no project “(CSECRET0001|nano|&lt;!channel&gt;)”/);
  });

  it('puts the page into the channel where there is no public address, told with the names that Slack knows', async () => {
    expect(await type([], null)).toContain('in the channel as a file');
    const readFiles = async () => (await slack.readMessages(research)).flatMap((message) => message.files);
    await expect.poll(async () => (await readFiles()).map(({ name }) => name)).toEqual(['story.html']);
    const files = await readFiles();
    const page = await (await fetch(`${slack.slack.url}/files/${files[0]?.id ?? ''}`)).text();
    expect(page).toContain('<!doctype html>');
    expect(page).toMatch(/"people":\[\{"id":"UADA0000001","name":"[^"@]*[Aa]da[^"@]*"\}\]/);
  });
});
