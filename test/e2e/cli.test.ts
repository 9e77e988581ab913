/** `npm start` as people and scripts run it: exit codes, Ctrl-C, a second start; and nothing left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { until } from '../support/stack.ts';
import { BROKEN, makeTraining } from './repos.ts';

vi.setConfig({ testTimeout: 120_000 });

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  /** Everything it said so far. */
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

let folder: string;
let running: Started[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-cli-'));
  running = [];
});
afterEach(async () => {
  for (const { child, ended } of running) {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** Starts the command line in a group of its own, as a terminal does. */
function start(...args: string[]): Started {
  const env = { ...process.env, HOME: folder };
  const child = spawn(process.execPath, [join(ROOT, 'src/bootstrap/start.mjs'), ...args], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = { child, said: () => said, ended };
  running.push(started);
  return started;
}

/** Processes whose arguments or environment name the folder of this test. */
async function findProcesses(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (line.includes(folder) || environment.includes(folder)) found.push(`${pid} ${line.replaceAll('\0', ' ')}`);
  }
  return found;
}

const expectNobodyLeft = () => until('the end of every process', async () => (await findProcesses()).length === 0);

test('reproduce --yes: exit 0 on READY, the thread on stdout, nobody left', async () => {
  const started = start('reproduce', '--yes', '--folder', join(folder, 'state'));
  expect(await started.ended, started.said()).toBe(0);
  expect(started.said()).toMatch(/== READY: tiny-train on local ==[\s\S]*Loss: 3\.\d+ → 2\.\d+/);
  await expectNobodyLeft();
  const again = start('reproduce', BROKEN, '--yes', '--folder', join(folder, 'state'));
  expect(await again.ended, again.said()).toBe(1);
  expect(again.said()).toContain("No such file or directory: 'data/mountains.txt'");
  expect(again.said()).toContain('== NOT READY: broken-data on local ==');
  await expectNobodyLeft();
});

test('bad usage: exit 2 and a sentence', async () => {
  const site = start('reproduce', '--site', 'mars', '--folder', join(folder, 'one'));
  expect(await site.ended, site.said()).toBe(2);
  expect(site.said()).toContain('no site “mars”');
  const two = start('reproduce', 'a', 'b', '--folder', join(folder, 'one'));
  expect(await two.ended, two.said()).toBe(2);
  const verb = start('dance');
  expect(await verb.ended, verb.said()).toBe(2);
  await expectNobodyLeft();
});

test('up: a second one in the same folder says that it runs already; Ctrl-C ends everything', async () => {
  const state = join(folder, 'state');
  const first = start('up', '--folder', state);
  await until('the page', () => first.said().includes('Open http://127.0.0.1:'));
  const second = start('up', '--folder', state);
  expect(await second.ended, second.said()).toBe(2);
  expect(second.said()).toMatch(/it runs already at http:\/\/127\.0\.0\.1:\d+/);
  process.kill(-(first.child.pid ?? 0), 'SIGINT');
  expect(await first.ended, first.said()).toBe(0);
  await expectNobodyLeft();
});

test('Ctrl-C while a job runs ends the job too; the next start shows the run as cancelled', async () => {
  const repo = await makeTraining(folder, 'interrupted', { pause: 0.15, steps: 5_000 });
  const state = join(folder, 'state');
  const started = start('reproduce', repo, '--yes', '--folder', state);
  await until('a running job', () => /step \d+ of 100/.test(started.said()));
  process.kill(-(started.child.pid ?? 0), 'SIGINT');
  expect(await started.ended).not.toBe(0);
  expect(started.said()).toContain('Ending the job on this machine');
  await expectNobodyLeft();
  const next = start('up', '--folder', state);
  await until('the page', () => next.said().includes('Open http://127.0.0.1:'));
  const url = new URL(/Open (\S+) /.exec(next.said())?.[1] ?? '');
  const headers = { 'x-console-key': url.searchParams.get('key') ?? '' };
  await until('the verdict of the earlier run', async () => {
    const snapshot = await (await fetch(new URL('/control/snapshot', url), { headers })).text();
    return snapshot.includes('CANCELLED: interrupted on local');
  });
  process.kill(-(next.child.pid ?? 0), 'SIGINT');
  expect(await next.ended, next.said()).toBe(0);
  await expectNobodyLeft();
});
