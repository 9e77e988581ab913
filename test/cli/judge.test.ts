import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import judge from '../../src/cli/judge.ts';

async function run(args: string[], input: string | Buffer) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await judge.run(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, cwd: '/' });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

describe('reprobot judge', () => {
  it('answers a row for each line, in order, and 1 where not all is allowed', async () => {
    const lines = ['squeue --me', '', 'touch x', JSON.stringify({ command: 'ls\nsudo ls' }), '{ ls; }'];
    const { code, out } = await run(['--site', 'slurm', '--user', 'me', '--json'], lines.join('\n'));
    expect(code).toBe(1);
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(rows).toEqual([
      { command: 'squeue --me', verdict: 'allow', reasons: [expect.any(String)] },
      { command: 'touch x', verdict: 'ask', reasons: expect.arrayContaining([expect.stringContaining('touch x')]) },
      { command: 'ls\nsudo ls', verdict: 'refuse', reasons: ['sudo ls: acts with the rights of somebody else'] },
      { command: '{ ls; }', verdict: 'allow', reasons: [expect.any(String)] },
    ]);
  });

  it('answers 0 where all is allowed, with a table for people', async () => {
    expect(await run(['--site', 'slurm'], 'ls\npwd\n')).toMatchObject({ code: 0, out: 'allow    ls\nallow    pwd\n', err: '' });
  });

  it('shows what cannot be seen, and survives bytes that are no text', async () => {
    const { code, out } = await run(
      ['--site', 'slurm'],
      Buffer.concat([Buffer.from('ls \u202Ex\n'), Buffer.from([0x6c, 0x73, 0x20, 0xff, 0xfe, 0x0a])]),
    );
    expect(code).toBe(1);
    expect(out).toContain('ask      ls ⟨U+202E⟩x');
    expect(out.match(/^ask/gm)).toHaveLength(2);
  });

  it('takes the folder, the account and the kind of node', async () => {
    const line = 'cat /data/r1/log; pip install x\n';
    const at = (...more: string[]) => run(['--site', 'lumi', '--run', '/data/r1', ...more, '--json'], line);
    expect((await at()).out).toContain('"refuse"');
    expect(JSON.parse((await at('--where', 'compute')).out)).toMatchObject({
      verdict: 'ask',
      reasons: [expect.stringContaining('pip install x')],
    });
    expect((await run(['--site', 'slurm', '--cwd', '~/.ssh'], 'cat x')).out).toMatch(/^refuse/);
    expect((await run(['--site', 'slurm', '--user', 'you'], 'ls /home/you')).code).toBe(0);
  });

  it('says how it is used', async () => {
    expect(await run([], '')).toMatchObject({ code: 2, err: expect.stringContaining('usage: reprobot judge') });
    expect(await run(['--site', 'nowhere'], 'ls')).toMatchObject({ code: 2, err: expect.stringMatching(/no such site\. Known: .*lumi/) });
    expect(await run(['--site', 'slurm', '--where', 'moon'], 'ls')).toMatchObject({
      code: 2,
      err: expect.stringContaining('login or compute'),
    });
  });
});
