/** Notes, the diary and questions about it, through the page of a real stack; the remote is a real repository, the model a scripted player. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createProjectStore } from '../../src/journal/project-store.ts';
import type { Player } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import type { MessageView } from '../../src/stand-ins/slack/page-api.ts';
import { git, makeFolder, remove } from '../git/git-lab.ts';
import { ben, mallory, research, Stack, until } from '../support/stack.ts';
import { row, startBrowser } from './console-lab.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Tells what is true and what is not, citing the fact about cosine for all of it. */
const player: Player = ({ system, said }) => {
  const fact = /\[(\d+)\] [^\n]*cosine/.exec(said)?.[1] ?? '1';
  const isProse = system.includes('paragraph above one day');
  const sentences = isProse
    ? [`A cosine schedule came up as an idea. [${fact}]`, `It gave an accuracy of 97. [${fact}]`]
    : [`Somebody wants to try cosine. [${fact}]`, `That lowered the loss to 0.5. [${fact}]`];
  return { content: [{ type: 'text', text: sentences.join(' ') }] };
};

let stack: Stack;
let model: ModelStandIn;
let browser: Browser;
let remote: string;

beforeAll(async () => {
  model = await startModelStandIn({ player });
  remote = await makeFolder('remote');
  git(remote, 'init', '-q', '--bare', '-b', 'main', '.');
  stack = await Stack.start({
    env: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: model.url },
    settings: { projects: [{ name: 'gold', channels: [research], remote }] },
  });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await model?.close();
  await remove(remote);
});

const control = async (path: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${stack.url}control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
};
const read = async (threadTs = ''): Promise<MessageView[]> => {
  const answer = await fetch(
    `${stack.url}control/messages?user=${ben}&channel=${research}&limit=200${threadTs === '' ? '' : `&thread_ts=${threadTs}`}`,
  );
  return ((await answer.json()) as { messages: MessageView[] }).messages;
};
const say = async (user: string, text: string, threadTs?: string): Promise<string> =>
  String((await control('/messages', { user, channel: research, text, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) }))['ts']);

test('what people mark, write and type is in the diary, here and at the remote, and answers questions', async () => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(stack.url);
  const box = page.getByLabel('Message #research', { exact: true });
  await box.waitFor();
  const idea = await say(ben, 'what about a cosine schedule? token xoxb-1234567890-abcdefghij');
  await row(page, idea).hover();
  await row(page, idea).locator('.message-tools').getByLabel('Add a reaction').click();
  await page.getByLabel('Search emoji').fill('memo');
  await page.locator('[data-emoji="memo"]').click();
  // The bot's tick says that it was noted.
  await row(page, idea).locator('[data-reaction="white_check_mark"]').waitFor();

  const talk = await say(ben, 'something else');
  const reply = await say(ben, 'note: freeze the first layers', talk);
  await control('/reactions', { user: mallory, channel: research, ts: talk, name: 'memo' });
  await box.fill('/hpc note half the width');
  await box.press('Enter');
  await page.locator('.message.ephemeral', { hasText: 'Noted in the diary of gold' }).waitFor();
  const store = createProjectStore(stack.redis, 'reprobot');
  const notes = await until('three notes', async () => {
    const found = (await store.list('gold')).filter((event) => event.type === 'note.added');
    return found.length === 3 && found;
  });
  expect(notes.map((note) => [note.by, note.via, note.ts, note.text])).toEqual([
    [ben, 'reaction', idea, 'what about a cosine schedule? token [Slack token]'],
    [ben, 'reply', reply, 'freeze the first layers'],
    ['UADA0000001', 'command', null, 'half the width'],
  ]);

  await box.fill('/hpc scratch');
  await box.press('Enter');
  const shown = page.locator('.message.ephemeral', { hasText: 'freeze the first layers' });
  await shown.waitFor();
  expect(await shown.getByRole('link', { name: 'message' }).first().getAttribute('href')).toContain(idea.replace('.', ''));

  const pushed = await until('SCRATCH.md at the remote with its prose', () => {
    try {
      const text = git(remote, 'show', 'main:SCRATCH.md');
      return text.includes('half the width') && text.includes('came up') && text;
    } catch {
      return null;
    }
  });
  expect(pushed).toMatch(/ ben: what about a cosine schedule\? token \\\[Slack token\\\] \(gold#1 · \[message\]\(http/);
  expect(pushed).toContain('A cosine schedule came up as an idea. *(written by claude-haiku-5-5)* (gold#1)');
  expect(pushed).not.toContain('accuracy of 97');
  expect(pushed).not.toContain('xoxb-');

  await box.fill('/hpc ask "what about cosine?"');
  await box.press('Enter');
  const question = await until('the question', async () => (await read()).find(({ text }) => text.includes('asks: what about cosine?')));
  const answers = async (): Promise<string[]> =>
    (await read(question.ts))
      .filter((message) => message.is_bot)
      .slice(1)
      .map(({ text }) => text);
  const [first] = await until('an answer', async () => (await answers()).length === 1 && answers());
  expect(first).toMatch(
    /Somebody wants to try cosine\. \(<http[^|]+\|gold#1>\)\nThat lowered the loss to 0\.5\. \(<http[^|]+\|gold#1>\) _\(not confirmed: 0\.5 is in none of them\)_/,
  );
  await say(ben, 'are you sure?', question.ts);
  await until('another answer', async () => (await answers()).length === 2);
  await control('/messages', { user: mallory, channel: research, text: 'and me?', thread_ts: question.ts });
  const costs = await until('the bill', async () => {
    const found = (await store.list('gold')).filter((event) => event.type === 'model.asked' && event.what === 'question');
    return found.length === 2 && found;
  });
  expect(costs.map((cost) => 'by' in cost && cost.by)).toEqual(['UADA0000001', ben]);
});
