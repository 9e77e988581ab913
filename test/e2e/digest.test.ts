/** The digest of a project at the console: asked for, answered in place, due at its hour, and once although its worker is killed. */
import { Queue } from 'bullmq';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ConsoleMessage } from '../../src/embedded/console-client.ts';
import { findButton } from '../../src/embedded/draw-message.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { ada, ben, mallory, research, Stack, until } from '../support/stack.ts';
import { startBrowser } from './console-lab.ts';
import { Person } from './person.ts';
import { makeTraining } from './repos.ts';

vi.setConfig({ testTimeout: 90_000 });

const HOUR = 3_600_000;
let stack: Stack;
let person: Person;
let queue: Queue;
let browser: Browser;

beforeAll(async () => {
  stack = await Stack.start({ settings: { digest: { on: true, hour: '23:59', zone: 'UTC', weekly: false } } });
  person = new Person(stack);
  queue = new Queue('digest', { connection: stack.redis, prefix: 'reprobot:bull' });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await queue?.close();
  await person?.close();
  await stack?.stop();
});

async function listDigests(): Promise<ConsoleMessage[]> {
  const answer = await fetch(`${stack.url}control/messages?user=${ada}&channel=${research}&limit=200`);
  const { messages } = (await answer.json()) as { messages: ConsoleMessage[] };
  return messages.filter((message) => message.text.startsWith('Digest of'));
}

/** The digest itself in the page, as a phone shows it. */
async function photograph(ts: string, path: string | undefined): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 430, height: 1_400 } });
  await page.goto(stack.url);
  const row = page.locator(`[data-ts="${ts}"]`).first();
  await row.waitFor();
  if (path !== undefined) await row.screenshot({ path });
  const text = await row.innerText();
  await page.close();
  return text;
}

test('asked for, it leads with the question, whose buttons act there', async () => {
  expect(await person.type('digest', mallory)).toContain('Sorry');
  expect(await person.type('digest at 18:30 Mars/Base', ben)).toContain('I know no time zone');
  const set = await person.type('digest at 6pm Asia/Kathmandu', ben);
  expect(set).toContain('each day at 18:00 by the clock of Asia/Kathmandu');
  expect(set).toMatch(/Next: <!date\^\d+\^/);
  const runId = await person.reproduce(await makeTraining(stack.folder, 'digested'));
  await person.slot(runId, 'approval:1');
  await person.type('digest now', ben);
  const [digest] = await until('a digest', async () => (await listDigests()).length > 0 && listDigests());
  expect(digest?.text).toContain('1 thing waits');
  const button = findButton(digest as ConsoleMessage, 'run.approve');
  const heard = await person.hearPrivately(
    ada,
    () =>
      person.client.post('action', {
        user: ada,
        channel: research,
        message_ts: digest?.ts,
        block_id: button?.blockId,
        action_id: button?.actionId,
        value: button?.value,
      }),
    { threadTs: digest?.ts },
  );
  expect(heard).toContain('Approved');
  await person.slot(runId, 'approval:2');
  await until('the answer in the digest', async () => JSON.stringify((await listDigests())[0]?.blocks).includes('Approved by'));
  expect(await listDigests()).toHaveLength(1);
  const shown = await photograph(digest?.ts ?? '', process.env['REPROBOT_SHOT']);
  for (const part of ['#research · so far', 'digested', 'Approved by', 'What moved']) expect(shown).toContain(part);
});

test('due at its hour it comes once, although its worker is killed between announcement and answer', async () => {
  const store = createProjectStore(stack.redis, 'reprobot');
  await until('the schedule of the project', async () => (await queue.getJobSchedulers()).some(({ key }) => key === `digest-${research}`));
  const now = Date.now();
  const hour = new Date(now - 60_000).toISOString().slice(11, 16);
  // As if it had been set an hour ago, and the last digest had come before that.
  const earlier = { v: 1, at: now - 2 * HOUR, id: 'earlier', edition: 'earlier' } as const;
  await store.append(research, { ...earlier, type: 'digest.due', channel: research, from: 0, to: now - 2 * HOUR });
  await store.append(research, { ...earlier, type: 'digest.posted', ts: null });
  await stack.stopPart('worker');
  await store.append(research, { v: 1, at: now - HOUR, id: 'set', type: 'digest.set', by: ada, hour, zone: 'UTC' });
  const before = (await listDigests()).length;
  await person.client.post('faults', { kind: 'hang', method: 'chat.postMessage', ms: 20_000, times: 1 });
  await stack.startPart('worker');
  await until('the digest', async () => {
    if ((await queue.getWaitingCount()) === 0) await queue.add('post-digest', { project: research });
    return (await listDigests()).length > before;
  });
  await stack.kill('worker');
  const told = async () =>
    (await store.list(research)).filter((event) => 'edition' in event && /^\d{4}-/.test(event.edition)).map(({ type }) => type);
  expect(await told()).toEqual(['digest.due']);
  await stack.startPart('worker');
  // The worker that died holds its lock for some seconds more, and who finds it held leaves the work to it.
  await until('word that it was posted', async () => {
    if ((await queue.getWaitingCount()) === 0) await queue.add('post-digest', { project: research });
    return (await told()).length === 2;
  });
  expect(await told()).toEqual(['digest.due', 'digest.posted']);
  expect(await listDigests()).toHaveLength(before + 1);
});
