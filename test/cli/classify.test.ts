import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import classify from '../../src/cli/classify.ts';
import type { Verb } from '../../src/cli/define-verb.ts';
import progress from '../../src/cli/progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'classify-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(verb: Verb, args: string[], input = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await verb.run(args, { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, cwd: folder });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

describe('reprobot classify', () => {
  it('names the failure and its line, from standard input', async () => {
    const { code, out } = await run(classify, ['-'], "hello\nModuleNotFoundError: No module named 'einops'\n");
    expect(code).toBe(1);
    expect(out).toContain('missing_module: The Python module einops');
    expect(out).toContain('line 2: ModuleNotFoundError');
  });

  it('answers 0 for a healthy log and takes the state', async () => {
    const log = 'step 1 loss 2\nstep 2 loss 1\n';
    expect((await run(classify, ['--state', 'COMPLETED'], log)).code).toBe(0);
    expect(JSON.parse((await run(classify, ['--state', 'TIMEOUT', '--json'], log)).out)).toMatchObject({
      class: 'time_limit',
      evidence: null,
    });
  });

  it('keeps the line numbers of a log longer than what it keeps', async () => {
    writeFileSync(join(folder, 'long.log'), `${'x\n'.repeat(23_456)}OSError: [Errno 28] No space left on device\n`);
    expect(JSON.parse((await run(classify, ['long.log', '--json'])).out)).toMatchObject({
      class: 'disk_quota',
      evidence: { line: 23_457 },
    });
  });

  it.each([
    ['at the start', 0],
    ['in the middle', 90_000],
    ['at the end', 179_999],
  ])('finds the failure %s of a file much longer than its bounded tail', async (_where, at) => {
    const noise = Array.from({ length: 180_000 }, (_, n) => `[gather] shard ${n} flushed to the mirror, queue depth ${n % 7}`);
    noise[at] = 'Traceback (most recent call last):\n  File "fit.py", line 3, in <module>\nModuleNotFoundError: No module named \'einops\'';
    writeFileSync(join(folder, 'huge.log'), `${noise.join('\n')}\n`);
    expect(JSON.parse((await run(classify, ['huge.log', '--json'])).out)).toMatchObject({
      class: 'missing_module',
      evidence: { line: at + 3, text: "ModuleNotFoundError: No module named 'einops'" },
      culprit: { place: 'fit.py:3' },
    });
  });

  it('answers one row for each row', async () => {
    const rows = [
      { id: 'a', text: 'Bus error', scheduler_state: 'FAILED' },
      { id: 'b', text: 'fine' },
    ]
      .map((row) => JSON.stringify(row))
      .join('\n');
    const { code, out } = await run(classify, ['--jsonl'], rows);
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      {
        id: 'a',
        category: 'dataloader_worker',
        evidence: 'Bus error',
        line: 1,
        route: 'resources',
        fingerprint: expect.stringMatching(/^dataloader_worker-/),
      },
      { id: 'b', category: 'none', evidence: null, line: null, route: 'none', remedy: null, fingerprint: null },
    ]);
    expect((await run(classify, ['--jsonl'], 'no json')).code).toBe(2);
  });

  it('says how it is used', async () => {
    expect(await run(classify, ['--nope'])).toMatchObject({ code: 2, err: expect.stringContaining('usage: reprobot classify') });
    expect(await run(classify, ['missing.log'])).toMatchObject({ code: 2, err: expect.stringContaining('reading missing.log') });
  });
});

describe('reprobot progress', () => {
  it('tells position, rate, end and loss', async () => {
    const lines = Array.from({ length: 10 }, (_, n) => `iter ${n}/100: loss ${5 - n / 4}, time 500.00ms\n`).join('');
    const { code, out } = await run(progress, [], lines);
    expect(code).toBe(0);
    expect(out).toContain('step 9 of 100 (9.0% of the run)');
    expect(out).toContain('2.00 steps a second');
    expect(out).toContain('still about 46 s');
    expect(out).toContain('loss: 5 to 2.75, decreasing');
  });

  it('answers 1 where a log tells nothing and 2 for bad usage', async () => {
    expect((await run(progress, ['--json'], 'hello\n')).code).toBe(1);
    expect((await run(progress, ['--steps', 'many'])).code).toBe(2);
  });
});
