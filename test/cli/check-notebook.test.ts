import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import checkNotebook from '../../src/cli/check-notebook.ts';
import { makeFiles } from '../checks/make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'check-notebook-'));
afterAll(() => rmSync(root, { recursive: true }));

const Finding = z.strictObject({
  check: z.string(),
  level: z.enum(['error', 'warning']),
  message: z.string(),
  cell: z.number().nullable(),
  line: z.number().nullable(),
  fix: z.string(),
});
const Answer = z.strictObject({ passed: z.boolean(), errors: z.array(Finding), warnings: z.array(Finding) });

async function run(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await checkNotebook.run(args, { stdin: Readable.from([]), stdout, stderr, cwd: root });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

function write(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), content);
  }
  return name;
}

function writeCode(name: string, code: string | string[]): string {
  return write(name, Object.fromEntries(makeFiles({ code }).map((file) => [file.path, file.text ?? ''])));
}

describe('reprobot check-notebook', () => {
  it('passes a good notebook and says so', async () => {
    const { code, out } = await run(writeCode('good', ['x = 1', 'print(x)']));
    expect(out).toBe('May be pushed: 0 errors, 0 warnings.\n');
    expect(code).toBe(0);
  });

  it('blocks a bad one with cell, line and remedy, and never runs it', async () => {
    const marker = join(root, 'was-run');
    const name = writeCode('bad', ['import pandas as pd', `open(${JSON.stringify(marker)}, 'w').close()\nprint(totl)`]);
    const { code, out } = await run(name);
    expect(code).toBe(1);
    expect(out).toContain('error · cell 2, line 2 · undefined-names');
    expect(out).toContain('Not to be pushed: 1 error, 0 warnings.');
    expect(existsSync(marker)).toBe(false);
  });

  it('answers with the agreed JSON', async () => {
    const { code, out } = await run(writeCode('json', 'import fredapi\nimport numpy as np\nprint(np.trapz([1]))'), '--json');
    const answer = Answer.parse(JSON.parse(out));
    expect(code).toBe(1);
    expect(answer.errors.map((finding) => [finding.check, finding.cell, finding.line])).toEqual([['missing-packages', null, 1]]);
    expect(answer.warnings.map((finding) => finding.check)).toEqual(['removed-names']);
  });

  it('reads samples of the inputs that lie beside the notebook', async () => {
    const name = writeCode('inputs', "import pandas as pd\nd = pd.read_csv('/kaggle/input/datasets/ann/tides/a.csv')\nprint(d['depth'])");
    const meta = JSON.parse(makeFiles({ code: 'x', metadata: { dataset_sources: ['ann/tides'] } })[0]?.text ?? '{}') as object;
    write(name, { 'kernel-metadata.json': JSON.stringify(meta), 'inputs/tides/a.csv': 'time,level\n1,2\n' });
    expect(Answer.parse(JSON.parse((await run(name, '--json')).out)).errors).toMatchObject([{ check: 'missing-columns', line: 3 }]);
  });

  it('finds a code file in a folder below, and none outside', async () => {
    const metadata = '{"id": "a/bcdef", "title": "bcdef", "code_file": "src/run.py", "language": "python", "kernel_type": "script"}';
    const name = write('below', { 'kernel-metadata.json': metadata, 'src/run.py': 'print(1)\n' });
    expect((await run(name)).out).toBe('May be pushed: 0 errors, 0 warnings.\n');
    rmSync(join(root, name, 'src'), { recursive: true });
    symlinkSync(root, join(root, name, 'src'));
    writeFileSync(join(root, 'run.py'), 'print(1)\n');
    expect((await run(name)).out).toContain('src/run.py is not in the folder');
  });

  it.each([
    ['an empty folder', {}, 'There is no kernel-metadata.json'],
    ['metadata that is no JSON', { 'kernel-metadata.json': '{' }, 'no JSON object'],
    ['metadata that is a list', { 'kernel-metadata.json': '[]' }, 'no JSON object'],
    [
      'a code file that is missing',
      { 'kernel-metadata.json': '{"id": "a/bcdef", "title": "bcdef", "code_file": "x.py"}' },
      'x.py is not in the folder',
    ],
    [
      'a code file that is no UTF-8',
      {
        'kernel-metadata.json': '{"id": "a/bcdef", "title": "bcdef", "code_file": "x.py", "language": "python", "kernel_type": "script"}',
        'x.py': Buffer.from([0x78, 0x20, 0x3d, 0x20, 0xff, 0xfe]),
      },
      'x.py is no UTF-8 text',
    ],
    [
      'a code file outside of the folder',
      {
        'kernel-metadata.json':
          '{"id": "a/bcdef", "title": "bcdef", "code_file": "../secret.py", "language": "python", "kernel_type": "script"}',
      },
      'is not in the folder',
    ],
    [
      'a notebook over 1 MB',
      {
        'kernel-metadata.json': '{"id": "a/bcdef", "title": "bcdef", "code_file": "x.py", "language": "python", "kernel_type": "script"}',
        'x.py': `x = 1\n# ${'y'.repeat(1_000_100)}\n`,
      },
      'at most 1 MB',
    ],
  ] as [string, Record<string, string | Buffer>, string][])('says what is wrong with %s', async (name, files, message) => {
    mkdirSync(join(root, name), { recursive: true });
    const { code, out } = await run(write(name, files));
    expect(code).toBe(1);
    expect(out).toContain(message);
  });

  it.each([
    ['no folder', [], 'Name one folder'],
    ['a folder that is not there', ['nowhere'], 'there is no such folder'],
    ['an unknown option', ['good', '--fast'], 'usage: reprobot check-notebook'],
  ])('answers 2 for %s', async (_name, args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('never prints a key that it finds', async () => {
    const key = ['hf_', 'Zz9yXx8wVv7uTt6sRr5qPp4oNn3mLl2k'].join('');
    const { code, out } = await run(writeCode('key', `token = '${key}'\nprint(token)`), '--json');
    expect(code).toBe(1);
    expect(out).not.toContain(key.slice(3, 20));
  });
});
