import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planPatches, renderPatches } from '../../../src/core/environment/patches.ts';
import { renderDiff, type LineEdit } from '../../../src/core/unified-diff.ts';
import fc from '../../support/properties.ts';
import { mapFiles, repoFiles } from '../repo-map/helpers.ts';
import { makeSite } from './helpers.ts';

const GPU = makeSite({ gpu: { unit: 'A100', memoryGb: 40, perNode: 4, vendor: 'nvidia' } });
const CPU = makeSite();

function patch(code: string, site = CPU) {
  const files = { 'train.py': `${code}\nif __name__ == '__main__': pass\n` };
  const map = mapFiles(files);
  return planPatches({ map, entry: { file: 'train.py', files: ['train.py'] }, site, files: repoFiles(files) });
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patch-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Applies a diff with git and answers the file. */
function apply(path: string, text: string, diff: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  const result = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: diff, encoding: 'utf8' });
  expect(result.stderr).toBe('');
  return readFileSync(join(folder, path), 'utf8');
}

const CUDA = '"cuda" if torch.cuda.is_available() else "cpu"';

describe('planPatches', () => {
  it.each([
    ['import torch\nm = Net().cuda()', CPU, `m = Net().to(${CUDA})`],
    ['import torch\nx, y = x.cuda(0), y.cuda()', CPU, `x, y = x.to(${CUDA}), y.to(${CUDA})`],
    ["import torch\nd = torch.device('cuda:3')", GPU, 'd = torch.device("cuda:0")'],
    ["import torch\nd = torch.device('cuda:1')", CPU, `d = torch.device(${CUDA})`],
    ["import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '2,3'  # mine", GPU, 'os.environ.setdefault("CUDA_VISIBLE_DEVICES", "2,3")'],
    [
      "import os\np.add_argument('--data-dir', type=str, default='/home/ana/sets', help='x')",
      GPU,
      `p.add_argument('--data-dir', type=str, default=os.environ.get("DATA_DIR", "/home/ana/sets"), help='x')`,
    ],
    ["import os\nPATH = '/mnt/disk/sets'", GPU, 'PATH = os.environ.get("MY_PATH", "/mnt/disk/sets")'],
    ["import os\nHF_HOME = '/mnt/disk/hub'", GPU, 'HF_HOME = os.environ.get("MY_HF_HOME", "/mnt/disk/hub")'],
    ["import os\nROOT = '/mnt/disk/sets'", GPU, 'ROOT = os.environ.get("ROOT", "/mnt/disk/sets")'],
  ])('%j', (code, site, expected) => {
    const { patches, left, diff } = patch(code, site);
    expect(patches.map((item) => item.to)).toEqual([expected]);
    expect(left).toEqual([]);
    const text = `${code}\nif __name__ == '__main__': pass\n`;
    expect(apply('train.py', text, diff)).toContain(expected);
  });

  it.each([
    ['import torch\nm = Net().cuda()', GPU],
    ['import torch\n# m.cuda()\ns = "m.cuda()"', CPU],
    ["import torch\n'''\nd = torch.device('cuda:3')\n'''", GPU],
    ["p.add_argument('--data', default='./data')", GPU],
    ["ROOT = 'data/sets'", GPU],
    ["import torch\nif torch.cuda.is_available(): pass\nd = torch.device('cuda:0')", GPU],
    ["# ROOT = '/home/ana/x'", GPU],
  ])('leaves %j alone', (code, site) => {
    expect(patch(code, site)).toMatchObject({ patches: [], left: [], diff: '' });
  });

  it.each([
    ['from net import Net\nm = Net().cuda()', CPU, 'there is no GPU here, and the file does not import torch by that name'],
    ['import torch\nm = Net().cuda(args.gpu)', CPU, '.cuda(…) with arguments that have to be understood first'],
    ["import torch\nx = x.to('cuda:2')", GPU, 'names a GPU by its number; pass another device if the program takes one'],
    ["import x\nd = load('/home/ana/a' + name)", GPU, 'the path of another machine, in an expression that has to be understood first'],
  ])('says of %j why it is left', (code, site, why) => {
    const { patches, left } = patch(code, site);
    expect(patches).toEqual([]);
    expect(left.map((item) => item.why)).toEqual([why]);
  });

  it('imports os where it is missing, after the docstring and __future__, and the file stays Python', () => {
    const code = `"""Trains.\n\nimport this\n"""\nfrom __future__ import annotations\nimport sys\nROOT = '/data/sets'\n`;
    const files = { 'train.py': code };
    const plan = planPatches({ map: mapFiles(files), entry: { file: 'train.py' }, site: GPU, files: repoFiles(files) });
    const patched = apply('train.py', code, plan.diff);
    expect(patched.split('\n').slice(4, 8)).toEqual([
      'from __future__ import annotations',
      'import os',
      'import sys',
      'ROOT = os.environ.get("ROOT", "/data/sets")',
    ]);
    const run = spawnSync('python3', ['-c', 'import train; print(train.ROOT)'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ROOT: '/elsewhere' },
    });
    expect(run.stdout).toBe('/elsewhere\n');
  });

  it('renders what is proposed and what is left', () => {
    const text = renderPatches(patch("import os, torch\nROOT = '/data/x'\nm = n.cuda(args.gpu)"));
    expect(text).toContain('| `train.py:2` | a path of another machine; the variable ROOT can now take its place |');
    expect(text).toContain('+ROOT = os.environ.get("ROOT", "/data/x")');
    expect(text).toContain('- `train.py:3` `m = n.cuda(args.gpu)`: .cuda(…) with arguments that have to be understood first.');
    expect(renderPatches(patch('x = 1'))).toContain('No place was found');
  });
});

describe('renderDiff', () => {
  it('is what git applies, whatever the text', () => {
    const line = fc.constantFrom('a', 'b', '', 'x = 1', '-y', '+z', '\\ n');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.uniqueArray(fc.nat(29), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (lines, end, closed, places, insert) => {
          const text = lines.join(end) + (closed ? end : '');
          const count = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n').length;
          const old = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
          const edits = places
            .filter((place) => place < count)
            .map((place): LineEdit => ({ line: place + 1, to: [`new ${place}`], insert }));
          if (edits.length === 0 || text === '') return;
          const byLine = new Map(edits.map((edit) => [edit.line, edit.to]));
          const expected = old.flatMap((item, index) => {
            const to = byLine.get(index + 1);
            return to === undefined ? [item] : insert ? [...to, item] : to;
          });
          const wanted = expected.join('\n') + (text.endsWith('\n') ? '\n' : '');
          expect(apply('some folder/f.py', text, renderDiff('some folder/f.py', text, edits))).toBe(wanted);
        },
      ),
      { numRuns: 60 },
    );
  });
});
