/** What a plan decides where wishes, hardware and conditions meet. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderVerify } from '../../../src/core/environment/verify.ts';
import { fateOf, fileOf, main, makeFacts, makeSite, plan, slurm } from './helpers.ts';

const A100 = { unit: 'A100', memoryGb: 40, perNode: 4, vendor: 'nvidia' as const, target: 'sm_80' };
const GCD = { unit: 'GCD', memoryGb: 64, perNode: 8, vendor: 'amd' as const, target: 'gfx90a' };
const nvidia = slurm({ gpu: A100 });
const amd = slurm({ gpu: GCD });

describe('the torch that is chosen', () => {
  it('goes with what else is wanted, where some generation does', () => {
    const made = plan(
      { 'train.py': main('torch', 'timm', 'mmcv'), 'requirements.txt': 'torch>=1.3\ntimm==0.3.2\nmmcv-full>=1.3.1\nnumpy==1.18.4\n' },
      { site: nvidia },
    );
    expect(made.lines?.torch).toMatchObject({
      version: '==1.7.*',
      build: 'cu110',
      why: expect.stringContaining('that goes with timm==0.3.2, mmcv-full>=1.3.1'),
    });
    expect(fateOf(made, 'timm')?.specifier).toBe('==0.3.2');
    expect(made.conflicts).toEqual([]);
  });

  it('is the nearest one where the wish cannot be met, and its companions come along', () => {
    const made = plan(
      { 'train.py': main('torch', 'torchvision', 'numpy'), 'requirements.txt': 'torch==0.4.1\ntorchvision==0.2.1\nnumpy==1.17.3\n' },
      { site: nvidia },
    );
    expect(made.lines?.torch).toMatchObject({ version: '==1.7.*', why: 'nearest build for Python 3.8, A100 on x86_64' });
    expect(fateOf(made, 'torchvision')?.specifier).toBe('>=0.8,<0.9');
    expect(made.conflicts).toContain('torch==0.4.1 was never built for Python 3.8, A100 on x86_64, so torch==1.7.* is taken instead.');
  });

  it.each([
    ['takes the oldest runtime for a driver that nobody knows', A100, 'torch==2.5.1\n', 'cu118'],
    [
      'takes the runtime that the repository names',
      A100,
      '--extra-index-url https://download.pytorch.org/whl/cu121\ntorch==2.5.1\n',
      'cu121',
    ],
    ['takes the newest that a known driver takes', { ...A100, newestRuntime: '12.4' }, 'torch==2.5.1\n', 'cu124'],
  ])('%s', (_what, gpu, requirements, build) => {
    expect(plan({ 'train.py': main('torch'), 'requirements.txt': requirements }, { site: slurm({ gpu }) }).lines?.torch.build).toBe(build);
  });

  it('is said to be there without being used', () => {
    const facts = makeFacts({
      pythons: [{ path: '/usr/bin/python3', version: '3.11.2', packages: { torch: '1.13.0' }, canMakeVenv: true }],
    });
    const made = plan({ 'train.py': main('json') }, { site: makeSite(), facts });
    expect(made.lines?.torch.why).toBe('it is there already; the code does not use it');
  });
});

describe('a version that nobody chose', () => {
  it('obeys the horizon, though the one that was chosen did not have to', () => {
    const made = plan(
      { 'train.py': main('torch', 'timm'), 'requirements.txt': 'torch==2.4.1\ntimm==0.3.2\n' },
      { site: nvidia, committedAt: '2021-05-01' },
    );
    expect(fateOf(made, 'timm')?.specifier).toBe('>=0.4.5,<1');
  });
});

describe('conditions and extras', () => {
  const files = {
    'train.py': main('numpy', 'tomli', 'uvicorn'),
    'requirements.txt':
      'numpy==1.19.5; python_version < "3.9"\nnumpy==1.24.4; python_version >= "3.9"\ntomli; python_version < "3.11"\nuvicorn[standard,--x]\n',
  };
  it('takes the line that holds here, and leaves out what is for others', () => {
    const made = plan(files, {
      site: makeSite(),
      facts: makeFacts({ indexReachable: true, pythons: [{ path: '/p', version: '3.11.7', packages: {}, canMakeVenv: true }] }),
    });
    expect(fileOf(made, 'plan/requirements.txt')).toBe('numpy==1.24.4\nuvicorn[standard]\n');
    expect(fateOf(made, 'tomli')).toMatchObject({ how: 'left-out', why: 'asked for only where python_version < "3.11"' });
  });

  it('reads them from poetry, whose variants are for several Pythons', () => {
    const poetry =
      '[tool.poetry.dependencies]\nnumpy = [{version = "1.19.5", python = "<3.9"}, {version = "^1.24", python = ">=3.9"}]\nuvicorn = {version = "*", extras = ["standard"]}\n';
    const made = plan(
      { 'train.py': main('numpy', 'uvicorn'), 'pyproject.toml': poetry },
      {
        site: makeSite({ packages: { strategy: 'venv', pythons: ['python3'] } }),
        facts: makeFacts({ indexReachable: true, pythons: [{ path: '/p', version: '3.11.7', packages: {}, canMakeVenv: true }] }),
      },
    );
    expect(fileOf(made, 'plan/requirements.txt')).toBe('numpy>=1.24,<2\nuvicorn[standard]\n');
  });
});

describe('what computes on the GPU', () => {
  const files = { 'train.py': main('jax', 'flax'), 'requirements.txt': 'jax[cuda11_pip]==0.4.33\nflax\n' };
  it('gets the extra of this hardware, in the open', () => {
    const made = plan(files, { site: nvidia });
    expect(fileOf(made, 'plan/requirements.txt')).toBe('jax[cuda12]==0.4.33\nflax\n');
    expect(made.overrides).toContainEqual({
      what: 'jax[cuda11-pip] becomes jax[cuda12]',
      why: 'without the extra cuda12, jax computes on the CPU',
    });
    expect(fateOf(plan(files, { site: amd }), 'jax')).toMatchObject({ how: 'unavailable', rule: { id: 'accelerated/jax-rocm' } });
  });

  it('is lifted out of what the index has for the CPU only', () => {
    const made = plan({ ...files, 'requirements.txt': 'jax==0.3.25\nflax\n' }, { site: nvidia });
    expect(fateOf(made, 'jax')?.specifier).toBe('>=0.4.30');
    expect(made.overrides.map((item) => item.what)).toContain('jax==0.3.25 becomes >=0.4.30');
  });

  it('is looked for by the framework that is needed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'verify-'));
    try {
      writeFileSync(
        join(folder, 'jax.py'),
        'class D:\n    platform = "gpu"\n    device_kind = "A 100"\ndef devices(): return [D(), D()]\n',
      );
      writeFileSync(
        join(folder, 'verify.py'),
        renderVerify([{ name: 'jax', imports: ['jax'], specifier: '', how: 'pip', version: null, why: '' }]),
      );
      const said = spawnSync('python3', [join(folder, 'verify.py'), '--gpu'], { encoding: 'utf8' });
      expect(said.stdout).toContain('gpu 2:A-100\nverified 2 of 2\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells nothing of a package that is left out in the end', () => {
    const made = plan({ 'train.py': `try:\n    import tensorflow\nexcept ImportError:\n    pass\n${main('torch')}` }, { site: amd });
    expect(fateOf(made, 'tensorflow-rocm')?.how).toBe('left-out');
    expect(made.conflicts).toEqual([]);
  });
});

describe('names and addresses', () => {
  it('looks up in no index what only an import names and nobody knows', () => {
    const made = plan({ 'train.py': main('zeroshotlib', 'tqdm') });
    expect(fateOf(made, 'zeroshotlib')).toMatchObject({ how: 'unavailable', rule: { id: 'code/ambiguous-name' } });
    expect(fateOf(made, 'tqdm')?.how).toBe('pip');
  });

  it('names the indexes that it does not ask, without what is secret in them', () => {
    const made = plan({
      'train.py': main('tqdm'),
      'requirements.txt':
        '-f https://data.pyg.example/whl/torch-2.0.html\n--index-url https://me:pw@own.example:8443/simple\n--extra-index-url https://download.pytorch.org/whl/cu118\ntqdm\n',
      'pyproject.toml': '[[tool.uv.index]]\nname = "x"\nurl = "https://third.example/simple"\n[tool.other]\nurl = "https://no.example"\n',
    });
    expect(made.overrides.map((item) => item.what).sort()).toEqual([
      'packages from data.pyg.example (requirements.txt:1) are not taken',
      'packages from own.example (requirements.txt:2) are not taken',
      'packages from third.example (pyproject.toml:3) are not taken',
    ]);
  });
});

describe('a Python that nobody looked at', () => {
  it('is looked at by the first step', () => {
    const made = plan({ 'train.py': main('numpy'), 'requirements.txt': 'numpy==1.19.5\n' });
    expect(made.commands[0]).toMatchObject({ argv: ['python3', '{run}/plan/check_python.py', '3.9'], readOnly: true });
    const check = fileOf(made, 'plan/check_python.py') ?? '';
    const run = (version: string) => spawnSync('python3', ['-c', check, version], { encoding: 'utf8' });
    const here = spawnSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' }).stdout.trim();
    expect(run(here)).toMatchObject({ status: 0, stderr: '' });
    expect(run('2.5')).toMatchObject({ status: 1, stderr: expect.stringContaining('This plan is for Python 2.5, and ') });
    expect(
      plan({ 'train.py': main('numpy') }, { site: makeSite(), facts: makeFacts({ indexReachable: true }) }).commands[0]?.argv,
    ).toContain('venv');
  });
});
