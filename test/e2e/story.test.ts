/** The story over HTTP as `npm start` serves it: the slash command, its link, the page below the console's address. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Story } from '../../src/core/story/schema.ts';
import { createConsoleClient, type ConsoleMessage } from '../../src/embedded/console-client.ts';
import { startStack, type Stack } from '../../src/embedded/stack.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { research } from '../core/run/builders.ts';
import { makeJournal } from '../support/story-events.ts';
import { startBrowser } from './console-lab.ts';

const ada = 'UADA0000001';
let folder: string;
let stack: Stack;
let consoleUrl: URL;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-story-'));
  stack = await startStack({ folder, say: () => {} });
  consoleUrl = new URL(stack.consoleUrl ?? '');
  const redis = new Redis(join(folder, 'redis', 'redis.sock'));
  const events = makeJournal(0);
  await createRedisJournal(redis).append({ runId: 'rlab00000', expectedVersion: 0, events, commandId: null, active: false, thread: null });
  redis.disconnect();
});

afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** Types the command and reads the link out of the private answer. */
async function askForLink(): Promise<URL> {
  const client = createConsoleClient(consoleUrl.href);
  const stop = new AbortController();
  let answer = '';
  const following = client.follow((message: ConsoleMessage) => {
    if (message.ephemeral_for === undefined) return;
    answer = message.text;
    stop.abort();
  }, stop.signal);
  await client.post('slash', { user: ada, channel: research, command: '/hpc', text: 'story' });
  await following;
  return new URL(/<([^|>]+)\|/.exec(answer)?.[1] ?? answer);
}

it('opens by its link or to who has opened the console, and to nobody else', async () => {
  const link = await askForLink();
  expect(`${link.origin}${link.pathname}`).toBe(`${consoleUrl.origin}/story/${research}`);
  const status = async (url: string, init?: RequestInit): Promise<number> => (await fetch(url, init)).status;
  const plain = `${consoleUrl.origin}/story/${research}`;
  const key = { headers: { 'x-console-key': consoleUrl.searchParams.get('key') ?? '' } };
  expect(await status(plain)).toBe(403);
  expect(await status(link.href.replace(research, 'COTHER00001'))).toBe(403);
  expect(await status(link.href.replace(/until=\d+/, 'until=1'))).toBe(403);
  expect(await status(`${consoleUrl.origin}/story/nowhere`, key)).toBe(404);
  expect(await status(plain, { ...key, method: 'POST' })).toBe(405);
  expect(await status(`${plain}?from=yesterday`, key)).toBe(400);
  const answer = await fetch(plain, key);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'; sandbox allow-scripts/);
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const story = Story.parse(await (await fetch(`${link.href}&format=json`)).json());
  expect(story.runs.map(({ id }) => id)).toEqual(['rlab00000']);
  expect(await (await fetch(`${link.href}&format=md`)).text()).toContain(`# The story of ${research}`);
});

it('is the same page over HTTP as from a file: it works within what its policy allows', async () => {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => complaints.push(line.text()));
    const link = await askForLink();
    await page.goto(link.href);
    await page.locator('html[data-ready]').waitFor();
    await page.locator('#timeline article').nth(2).click();
    expect(new URL(page.url()).hash).toMatch(/^#m=rlab00000\./);
    expect(await page.locator('#detail').textContent()).toContain('rlab00000.');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
    expect(download.suggestedFilename()).toBe(`story-${research}.json`);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});
