import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeFolder, startKaggle } from '../contract/kaggle/harness.ts';

// KAGGLE_CLI=kaggle npx vitest run --config test/live/vitest.config.ts test/live/kaggle-cli.test.ts
const cli = process.env['KAGGLE_CLI'];
const run = promisify(execFile);

/** Kaggle's own tool, turned to the stand-in as its LOCALHOST environment through a proxy; nothing of it is patched. */
function prepareTool(kaggle: { url: string; account: { username: string; key: string } }, home: string) {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: home,
    KAGGLE_API_ENVIRONMENT: 'LOCALHOST',
    KAGGLE_USERNAME: kaggle.account.username,
    KAGGLE_KEY: kaggle.account.key,
    http_proxy: kaggle.url,
  };
  return async (...args: string[]): Promise<string> => (await run(cli ?? 'kaggle', args, { env, cwd: home })).stdout;
}

describe.skipIf(cli === undefined)('Kaggle’s own command line tool against the stand-in', () => {
  it('pushes data and a kernel, follows it, and fetches what it wrote', { timeout: 120_000 }, async () => {
    const kaggle = await startKaggle({ competitions: [{ slug: 'small-prize', score: (file) => file.length }] });
    const home = await makeFolder();
    const tool = prepareTool(kaggle, home);
    for (const name of ['data', 'kernel', 'out']) await mkdir(join(home, name));
    await writeFile(join(home, 'data/n.csv'), 'a,b\n1,2\n');
    await writeFile(
      join(home, 'data/dataset-metadata.json'),
      JSON.stringify({ id: 'ada/some-numbers', title: 'Some numbers', licenses: [{ name: 'CC0-1.0' }] }),
    );
    expect(await tool('datasets', 'create', '-p', 'data')).toContain('is being created');
    expect(await tool('datasets', 'status', 'ada/some-numbers')).toContain('ready');
    const metadata = {
      id: 'ada/first-kernel',
      title: 'First kernel',
      code_file: 'main.py',
      language: 'python',
      kernel_type: 'script',
      enable_internet: false,
      dataset_sources: ['ada/some-numbers'],
    };
    await writeFile(join(home, 'kernel/kernel-metadata.json'), JSON.stringify(metadata));
    const code =
      'import time\nprint(open("/kaggle/input/datasets/ada/some-numbers/n.csv").read())\nopen("s.csv", "w").write("id,y")\ntime.sleep(3)\n';
    await writeFile(join(home, 'kernel/main.py'), code);
    expect(await tool('kernels', 'push', '-p', 'kernel')).toContain('Kernel version 1 successfully pushed');
    expect(await tool('kernels', 'logs', 'ada/first-kernel', '--follow')).toContain('1,2');
    expect(await tool('kernels', 'status', 'ada/first-kernel')).toContain('KernelWorkerStatus.COMPLETE');
    await tool('kernels', 'output', 'ada/first-kernel', '-p', 'out');
    expect(await readFile(join(home, 'out/s.csv'), 'utf8')).toBe('id,y');
    await tool('kernels', 'pull', 'ada/first-kernel', '-p', 'out', '-m');
    expect(await readFile(join(home, 'out/first-kernel.py'), 'utf8')).toBe(code);
    expect(await tool('quota')).toContain('30.00h');
    await tool('competitions', 'submit', 'small-prize', '-k', 'ada/first-kernel', '-v', '1', '-f', 's.csv', '-m', 'try');
    expect(await tool('competitions', 'submissions', 'small-prize')).toContain('4.00000');
  });
});
