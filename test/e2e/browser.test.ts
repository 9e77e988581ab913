/** The page of a real stack in a real browser: a command, two presses, READY. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startStack, type Stack } from '../../src/embedded/stack.ts';
import { findFreePort } from '../lab/sshd.ts';
import { startBrowser } from './console-lab.ts';
import { TINY } from './repos.ts';

vi.setConfig({ testTimeout: 150_000 });

let folder: string;
let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-browser-'));
  const config = join(folder, 'reprobot.yaml');
  await writeFile(config, JSON.stringify({ sites: [{ id: 'local', workRoot: join(folder, 'work') }] }));
  const env = { REPROBOT_CONFIG: config };
  stack = await startStack({ folder: join(folder, 'state'), port: await findFreePort(), env, say: () => {} });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

async function openPage(complaints: string[]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(stack.consoleUrl ?? '');
  return page;
}

test('a person types a command, approves twice and sees READY', async () => {
  const complaints: string[] = [];
  const page = await openPage(complaints);
  const box = page.locator('#main textarea');
  await box.click();
  await page.keyboard.type('/hp');
  await page.keyboard.press('Tab');
  expect(await box.inputValue()).toMatch(/^\/hpc /);
  await page.keyboard.type(`reproduce ${TINY}`);
  await page.keyboard.press('Enter');
  const root = page.locator('#main [data-ts]').filter({ hasText: 'tiny-train on local' });
  await root.waitFor();
  await root.getByText(/\d+ repl(y|ies)/).click();
  const thread = page.locator('#thread');
  for (const title of ['Build the environment on local', 'Run the sample on local']) {
    const question = thread.locator('[data-ts]').filter({ hasText: title });
    await question.getByRole('button', { name: 'Approve' }).click();
    await question.getByText(/Approved by/).waitFor();
  }
  await thread.getByText('READY: tiny-train on local').first().waitFor();
  await thread.getByText('SUMMARY.md').first().waitFor();
  // A pointer that rests on a message shows its tools.
  await page.mouse.move(640, 120);
  await page.screenshot({ path: join(folder, 'thread.png') });
  const wanted = process.env['REPROBOT_SCREENSHOT'];
  if (wanted !== undefined) await page.screenshot({ path: wanted });
  expect(complaints).toEqual([]);
});
