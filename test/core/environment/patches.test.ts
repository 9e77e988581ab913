import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planPatches, type PatchRequest } from '../../../src/core/environment/patches.ts';
import { listPlaces, renderPatches } from '../../../src/core/environment/render-patches.ts';
import { renderDiff, type DiffEdit } from '../../../src/core/unified-diff.ts';
import fc from '../../support/properties.ts';
import { repoFiles } from '../repo-map/helpers.ts';

/** GPUs that the run sees. */
const GPU = 1;
const CPU = 0;

function patch(code: string, gpus = CPU, more: Partial<PatchRequest> & { readonly others?: Readonly<Record<string, string>> } = {}) {
  const { others = {}, ...rest } = more;
  const files = { 'train.py': `${code}\nif __name__ == '__main__': pass\n`, ...others };
  return planPatches({
    map: { name: 'ana/rails' },
    entry: { file: 'train.py', files: ['train.py'] },
    gpus,
    files: repoFiles(files),
    ...rest,
  });
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
    ['import os, torch as t, torch\nx = x.cuda()', CPU, `x = x.to(${CUDA})`],
    ["import torch\nd = torch.device('cuda:3')", GPU, 'd = torch.device("cuda:0")'],
    ["import torch\nd = torch.device('cuda:1')", CPU, `d = torch.device(${CUDA})`],
    ['import torch\ndevice = "cuda"', CPU, `device = ${CUDA}`],
    ['import torch\nx = torch.zeros(3, device="cuda:0", dtype=d)', CPU, `x = torch.zeros(3, device=${CUDA}, dtype=d)`],
    ["import torch\ns = torch.load('a.pt', map_location='cuda')", CPU, `s = torch.load('a.pt', map_location=${CUDA})`],
    ["x = x.to('cuda:2')", GPU, 'x = x.to("cuda:0")'],
    ['import torch\nx = x.cuda(1)', GPU, 'x = x.cuda(0)'],
    [
      "import torch\nd = torch.device('cuda:1' if torch.cuda.is_available() else 'cpu')",
      GPU,
      'd = torch.device("cuda:0" if torch.cuda.is_available() else \'cpu\')',
    ],
    ['import torch\ntorch.cuda.set_device(2)', GPU, 'torch.cuda.set_device(0)'],
    ['import torch\ntorch.cuda.set_device(2)', CPU, 'if torch.cuda.is_available(): torch.cuda.set_device(2)'],
    ["import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '2,3'  # mine", GPU, 'os.environ.setdefault("CUDA_VISIBLE_DEVICES", "2,3")'],
  ])('changes a device: %j with %j GPUs', (code, gpus, expected) => {
    const { patches, proposed, left, diff } = patch(code, gpus);
    expect(patches.map((item) => item.to)).toEqual([expected]);
    expect([proposed, left]).toEqual([[], []]);
    const text = `${code}\nif __name__ == '__main__': pass\n`;
    const patched = apply('train.py', text, diff);
    expect(patched).toContain(expected);
    expect(spawnSync('python3', ['-m', 'py_compile', 'train.py'], { cwd: folder, encoding: 'utf8' }).stderr).toBe('');
  });

  it.each([
    ['import torch\nm = Net().cuda()', GPU],
    ['import torch\n# m.cuda()\ns = "m.cuda()"', CPU],
    ["import torch\n'''\nd = torch.device('cuda:3')\n'''", GPU],
    ["p.add_argument('--data', default='./data')", GPU],
    ["ROOT = 'data/sets'", GPU],
    ["import torch\nif torch.cuda.is_available(): pass\nd = torch.device('cuda:0')", GPU],
    ["# ROOT = '/home/ana/x'", GPU],
    ['import torch\nx = x.cuda(1)', 2],
    ['import torch\nx = x.cuda() if torch.cuda.is_available() else x', CPU],
    ['import torch\nuse = torch.cuda.is_available()\nfor a in b:\n    if use:\n        c = 1\n\n        x = x.cuda()', CPU],
    ['import torch\nargs.gpu = torch.cuda.is_available()\nif not args.gpu:\n    a = 1\nelse:\n    x.cuda()', CPU],
    ["import torch\nif torch.cuda.is_available():\n    d = torch.device('cuda:1')", CPU],
    ["import torch\nd = torch.device('cuda:1' if torch.cuda.is_available() else 'cpu')", CPU],
    ["import torch\nif name == 'cuda': pass", CPU],
    ["p.add_argument('--device', default='cuda')", CPU],
  ])('leaves %j alone with %j GPUs', (code, gpus) => {
    expect(patch(code, gpus)).toMatchObject({ patches: [], proposed: [], left: [], diff: '' });
  });

  it('sees that a block before does not guard what comes after it', () => {
    const code = 'import torch\nif torch.cuda.is_available():\n    a = 1\nfor x in y:\n    x.cuda()';
    expect(patch(code).patches.map((item) => item.line)).toEqual([5]);
  });

  it.each([
    ['from net import Net\nm = Net().cuda()', CPU, 'there is no GPU here, and the file does not import torch by that name'],
    ['import torch\nm = Net().cuda(args.gpu)', CPU, '.cuda(…) with arguments that have to be understood first'],
    ['import torch\nx = x.type(torch.cuda.FloatTensor)', CPU, 'wants a GPU and has nothing to take its place'],
    ["x = {'cuda:2': 1}", GPU, 'names a GPU by its number; pass another device if the program takes one'],
    ["import x\nd = load('/home/ana/a' + name)", GPU, 'the path of another machine, in an expression that has to be understood first'],
  ])('says of %j why it is left', (code, gpus, why) => {
    const { patches, left } = patch(code, gpus);
    expect(patches).toEqual([]);
    expect(left.map((item) => item.why)).toEqual([why]);
  });

  it('leaves what a switch turns off, what the command gives, and what makes no difference without a GPU', () => {
    expect(patch('import torch\nif args.cuda:\n    m.cuda()', CPU, { off: ['cuda'] }).patches).toEqual([]);
    expect(patch("import torch\ndevice = 'cuda'", CPU, { given: ['device'] }).patches).toEqual([]);
    const { patches, proposed } = patch("import os\nos.environ['CUDA_VISIBLE_DEVICES'] = '2'", CPU);
    expect([patches, proposed.map((item) => item.why)]).toEqual([[], [expect.stringContaining('the run has no GPU to choose from')]]);
  });

  it.each([
    ['a file of the repository', "import os\nROOT = '/mnt/disk/ana/sets/a.csv'", { 'sets/a.csv': '1' }, 'ROOT', '{run}/repo/sets/a.csv'],
    ['a folder by two names', "import os\nPATH = '/data/ana/raw/images'", { 'raw/images/1.png': '' }, 'MY_PATH', '{run}/repo/raw/images'],
    ['a folder below its own', "import os\nPICS = '/home/ana/rails/images'", { 'images/1.png': '' }, 'PICS', '{run}/repo/images'],
    ['the repository itself', "import os\nHERE = '/home/ana/Rails/'", {}, 'HERE', '{run}/repo'],
    ['where results go', "import os\nSAVE_DIR = '/scratch/ana/out'", {}, 'SAVE_DIR', '{run}/output/save_dir'],
    ['a file of results', "import os\nLOG_FILE = '/scratch/ana/out/a.log'", {}, 'LOG_FILE', '{run}/output/log_file/a.log'],
    [
      'an argument',
      "import os\np.add_argument('--data-file', type=str, default='/home/ana/a.csv', help='x')",
      { 'a.csv': '' },
      'DATA_FILE',
      '{run}/repo/a.csv',
    ],
  ])('puts %s in the place of a path', (_what, code, others, variable, value) => {
    const plan = patch(code, GPU, { others });
    expect(plan.env).toEqual({ [variable]: value });
    expect(plan.patches[0]?.to).toContain(`os.environ.get("${variable}", `);
    expect(plan.questions).toEqual([]);
    expect(plan.folders).toEqual(value.includes('/output/') ? [`{run}/output/${variable.toLowerCase()}`] : []);
  });

  it('asks where it cannot know, and applies the patch once somebody has said it', () => {
    const code = "import os\nROOT = '/mnt/disk/sets'\nimages = '/mnt/disk/images'";
    const others = { 'images/__init__.py': '' };
    const asked = patch(code, GPU, { others });
    expect([asked.patches, asked.env, asked.diff]).toEqual([[], {}, '']);
    expect(asked.questions).toEqual([
      'Where is /mnt/disk/sets here (train.py:2)? Nobody can tell by rule. Set ROOT under `env` of this site in reprobot.yaml; the run then reads it from there.',
      expect.stringContaining('the repository holds something of that name (images/__init__.py)'),
    ]);
    expect(asked.proposed.map((item) => item.to)).toContain('ROOT = os.environ.get("ROOT", "/mnt/disk/sets")');
    const told = patch(code, GPU, { others, set: ['ROOT'] });
    expect(told.patches.map((item) => item.line)).toEqual([2]);
    expect(told.env).toEqual({});
  });

  it('lets one variable stand for one path', () => {
    const plan = patch("import os\nif a:\n    OUT = '/data/a'\nelse:\n    OUT = '/data/b'", GPU);
    expect(plan.patches.map((item) => item.line)).toEqual([3]);
    expect(plan.proposed.map((item) => item.why)).toEqual([expect.stringContaining('OUT already stands for /data/a')]);
  });

  it('imports os where it is missing, after the docstring and __future__, keeps line ends, and the file stays Python', () => {
    const code = `"""Trains.\n\nimport this\n"""\nfrom __future__ import annotations\nimport sys\nROOT = '/data/ana/sets.csv'\n`.replaceAll(
      '\n',
      '\r\n',
    );
    const files = { 'train.py': code, 'ana/sets.csv': '' };
    const plan = planPatches({ map: { name: 'x' }, entry: { file: 'train.py' }, gpus: 1, files: repoFiles(files) });
    const patched = apply('train.py', code, plan.diff);
    expect(patched.split('\r\n').slice(4, 8)).toEqual([
      'from __future__ import annotations',
      'import os',
      'import sys',
      'ROOT = os.environ.get("ROOT", "/data/ana/sets.csv")',
    ]);
    const run = spawnSync('python3', ['-c', 'import train; print(train.ROOT)'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ROOT: '/elsewhere' },
    });
    expect(run.stdout).toBe('/elsewhere\n');
  });

  it('stays linear where every line is a call in a deep block', () => {
    const deep = (count: number) => `import torch\nif a:\n${'    x.cuda()\n'.repeat(count)}`;
    expect(patch(deep(20_000)).patches.length).toBe(200);
  });

  it('renders what is made, asked, proposed and left', () => {
    const plan = patch("import os, torch\nROOT = '/data/x'\nOUT_DIR = '/data/y'\nm = n.cuda(args.gpu)");
    const text = renderPatches(plan);
    expect(text).toContain('| `train.py:3` | a path of another machine; the variable OUT_DIR can now take its place |');
    expect(text).toContain('`OUT_DIR={run}/output/out_dir`');
    expect(text).toContain('+OUT_DIR = os.environ.get("OUT_DIR", "/data/y")');
    expect(text).toContain('- Where is /data/x here (train.py:2)?');
    expect(text).toContain('- `train.py:4` `m = n.cuda(args.gpu)`: .cuda(…) with arguments that have to be understood first.');
    expect(listPlaces(plan)).toHaveLength(4);
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
            .map((place): DiffEdit => ({ line: place + 1, to: [`new ${place}`], insert }));
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
