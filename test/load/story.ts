/**
 * npm run bench:story [-- EVENTS …] – tells the story of 10,000 and of 100,000 events (or as many as given) out of a real Redis, beside reading
 * the raw journals in the same run (XRANGE and JSON.parse), and opens the page in Chromium. Each size in a process of its own, for its memory.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { chromium, type Page } from 'playwright-core';
import { composeStory } from '../../src/core/story/compose.ts';
import { renderMarkdown } from '../../src/core/story/markdown.ts';
import { startPrivateRedis } from '../../src/embedded/redis.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createDiary } from '../../src/runs/diary.ts';
import { renderPage } from '../../src/story/render-page.ts';
import { research } from '../core/run/builders.ts';
import { makeJournal } from '../support/story-events.ts';

const SIZES = [10_000, 100_000];
/** Notes of people in each run, so that a run has about a hundred events. */
const NOTES = 50;
const EVERYTHING = { from: 0, to: Number.MAX_SAFE_INTEGER };

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function main(words: readonly string[]): Promise<void> {
  if (words[0] === '--one') return bench(Number(words[1]));
  const sizes = words.length === 0 ? SIZES : words.map(Number);
  for (const size of sizes) {
    const child = fork(fileURLToPath(import.meta.url), ['--one', String(size)], { execArgv: process.execArgv });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) process.exitCode = 1;
  }
}

async function bench(size: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reprobot-story-'));
  const server = await startPrivateRedis(join(folder, 'redis'));
  const redis = new Redis(server.url);
  try {
    const runs = await fill(redis, size);
    out(`${size} events in ${runs.length} runs`);
    const raw = await time('  raw: XRANGE and JSON.parse', () => readRaw(redis, runs));
    if (raw !== size) throw new Error(`${raw} events were read back`);
    const page = join(folder, 'story.html');
    await tell(redis, page);
    out(`  peak memory of the process: ${megabytes(process.resourceUsage().maxRSS * 1024)}`);
    await openPage(page);
  } finally {
    redis.disconnect();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(redis: Redis, size: number): Promise<string[]> {
  const journal = createRedisJournal(redis, 'bench');
  const runs: string[] = [];
  for (let left = size; left > 0;) {
    const runId = `rlab${String(runs.length).padStart(5, '0')}`;
    const events = makeJournal(runs.length, NOTES).slice(0, left);
    await journal.append({ runId, expectedVersion: 0, events, commandId: null, active: false, thread: null });
    runs.push(runId);
    left -= events.length;
  }
  return runs;
}

async function readRaw(redis: Redis, runs: readonly string[]): Promise<number> {
  let count = 0;
  for (const run of runs) {
    const entries = await redis.xrange(`bench:run:${run}:journal`, '-', '+');
    count += entries.map(([, fields]) => JSON.parse(fields[1] ?? '') as unknown).length;
  }
  return count;
}

async function tell(redis: Redis, path: string): Promise<void> {
  const diary = createDiary({ journal: createRedisJournal(redis, 'bench'), projects: createProjectStore(redis, 'bench'), named: [] });
  const entries = await time('  diary, first time: read, check, fold, tell', () => diary.collectEntries(research, EVERYTHING));
  await time('  diary, again: nothing new', () => diary.collectEntries(research, EVERYTHING));
  const story = await time(`  compose ${entries.length} entries`, () => composeStory({ project: 'bench', entries }));
  const html = await time('  page', () => renderPage(story));
  const markdown = await time('  Markdown', () => renderMarkdown(story));
  out(`  page ${megabytes(html.length)}, packed ${megabytes(gzipSync(html).length)}; Markdown ${megabytes(markdown.length)}`);
  await writeFile(path, html);
}

async function time<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  const value = await work();
  out(`${what.padEnd(48)} ${(performance.now() - begun).toFixed(0).padStart(7)} ms`);
  return value;
}

async function openPage(path: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(pathToFileURL(path).href);
    const ready = await page.locator('html[data-ready]').getAttribute('data-ready', { timeout: 120_000 });
    out(`${'  Chromium: from navigation to ready'.padEnd(48)} ${String(ready).padStart(7)} ms`);
    const filters = { 'first words': 'half batch', 'other words': 'memory 812', none: '' };
    for (const [name, words] of Object.entries(filters))
      out(`${`  Chromium: filter, ${name}`.padEnd(48)} ${(await filter(page, words)).toFixed(0).padStart(7)} ms`);
    out(`${'  Chromium: scroll to the end and draw'.padEnd(48)} ${(await scroll(page)).toFixed(0).padStart(7)} ms`);
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the typing of words to the frame that shows what matches. */
function filter(page: Page, words: string): Promise<number> {
  return page.evaluate(async (typed) => {
    const begun = performance.now();
    const input = document.querySelector<HTMLInputElement>('input[type=search]');
    if (input === null) return Number.NaN;
    input.value = typed;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - begun;
  }, words);
}

function scroll(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const begun = performance.now();
    const box = document.querySelector('#timeline');
    box?.scrollTo(0, box.scrollHeight);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))));
    return performance.now() - begun;
  });
}

await main(process.argv.slice(2));
