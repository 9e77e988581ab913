import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKaggleBackend, type KaggleBackend } from '../../../src/backends/kaggle/index.ts';
import { makeFolder, submission } from './harness.ts';

const MAIN = new URL('../../../src/stand-ins/kaggle/main.ts', import.meta.url).pathname;

async function launch(folder: string): Promise<{ child: ChildProcess; apiUrl: string }> {
  const env = { ...process.env, STANDIN_FOLDER: join(folder, 'kaggle'), STANDIN_CREDENTIALS: join(folder, 'account.json') };
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => end(child, 'SIGKILL'));
  const line = await new Promise<string>((resolve) => child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())));
  return { child, apiUrl: (JSON.parse(line) as { apiUrl: string }).apiUrl };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

function connect(folder: string, apiUrl: string): KaggleBackend {
  const { token } = JSON.parse(readFileSync(join(folder, 'account.json'), 'utf8')) as { token: string };
  return createKaggleBackend({ credentials: { kind: 'token', token }, apiUrl, pace: { intervalMs: 0 } });
}

describe('the process of the stand-in', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'ends by %s and takes up what it knew: account, kernels, data sets, and the run that went on',
    async (signal) => {
      const folder = await makeFolder();
      const first = await launch(folder);
      expect(statSync(join(folder, 'account.json')).mode & 0o777).toBe(0o600);
      const backend = connect(folder, first.apiUrl);
      const file = { name: 'numbers.csv', path: new URL(import.meta.url).pathname };
      const id = { owner: 'ada', slug: 'some-numbers' };
      await backend.publishDataset({ token: 'tok-d', id, title: 'Some numbers', licence: 'CC0-1.0', files: [file] });
      const code = 'import os, time\ntime.sleep(4)\nprint(os.path.getsize("/kaggle/input/datasets/ada/some-numbers/numbers.csv"))\n';
      const request = submission(code, { dataset_sources: ['ada/some-numbers'] });
      const run = await backend.submitAndFind(request);
      // Long enough for the state to be kept, shorter than the run.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await end(first.child, signal);
      const second = await launch(folder);
      const again = connect(folder, second.apiUrl);
      expect(await again.submitAndFind(request)).toMatchObject({ versionNumber: 1, kernelId: run.kernelId });
      await expect.poll(async () => (await again.status(run.id, 1)).state, { interval: 200 }).toBe('COMPLETE');
      expect((await again.log(run)).records.map(({ data }) => data)).toEqual([`${String(statSync(file.path).size)}\n`]);
      await end(second.child, 'SIGTERM');
      expect(second.child.exitCode).toBe(0);
    },
  );
});
