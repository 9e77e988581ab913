import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

/** Runs a verb for somebody who does not read to the end; resolves with its exit code and what it said of errors. */
async function runUnread(args: readonly string[], stdin = ''): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.destroy();
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

it.each([
  ['the list of verbs', ['help'], ''],
  ['one verb', ['classify', '-'], 'KeyError: 1\n'],
  ['many rows', ['classify', '-', '--jsonl'], '{"id":"1","text":"x"}\n'.repeat(2000)],
  ['progress', ['progress', '-'], 'step 1/2\n'],
] as const)('ends quietly as SIGPIPE would where nobody reads on: %s', async (_title, args, stdin) => {
  expect(await runUnread(args, stdin)).toEqual({ code: 141, said: '' });
});
