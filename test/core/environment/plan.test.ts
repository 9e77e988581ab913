import { describe, expect, it } from 'vitest';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import { EnvPlan, type SiteFacts } from '../../../src/core/environment/schema.ts';
import { compareVersions, satisfies } from '../../../src/core/environment/versions.ts';
import type { SiteProfile } from '../../../src/core/site.ts';
import { mapFiles, repoFiles } from '../repo-map/helpers.ts';
import { makeFacts, makeSite, RULES } from './helpers.ts';

const CODE = `import torch
import numpy as np
import tqdm
import einops
from torch.utils.tensorboard import SummaryWriter
try:
    import apex
except ImportError:
    apex = None
loss.backward()
if __name__ == '__main__': pass
`;

function plan(
  parts: {
    site?: SiteProfile;
    facts?: SiteFacts;
    requirements?: string;
    code?: string;
    extra?: { name: string; specifier: string }[];
  } = {},
) {
  const files = { 'train.py': parts.code ?? CODE, 'requirements.txt': parts.requirements ?? 'torch\neinops\nseaborn\n' };
  const map = mapFiles(files);
  const [entry] = map.entries;
  if (entry === undefined) throw new Error('no entry');
  return EnvPlan.parse(
    planEnvironment({
      map,
      entry,
      site: parts.site ?? makeSite(),
      facts: parts.facts ?? makeFacts(),
      extra: parts.extra,
      rules: RULES,
      files: repoFiles(files),
    }),
  );
}

const fates = (result: EnvPlan) => Object.fromEntries(result.packages.map((item) => [item.name, item.how]));
const commands = (result: EnvPlan) => result.commands.map((item) => item.argv.join(' '));

describe('planEnvironment without a package index', () => {
  it('starts from the interpreter that has most, and says what happens to each package', () => {
    const result = plan();
    expect(result.basePython.path).toBe('/usr/bin/python3');
    expect(fates(result)).toEqual({
      torch: 'present',
      numpy: 'present',
      tqdm: 'apt',
      einops: 'unavailable',
      tensorboard: 'no-op',
      apex: 'left-out',
      seaborn: 'left-out',
    });
    expect(result.gaps).toEqual(['einops: not there, the package index does not answer, and no Debian package may fill in.']);
  });

  it('asks for apt once, then makes a private environment without pip', () => {
    expect(commands(plan())).toEqual([
      'apt-get install -y --no-install-recommends python3-tqdm',
      '/usr/bin/python3 -m venv --clear --system-site-packages --without-pip {run}/env',
    ]);
    expect(plan().commands.every((item) => !item.readOnly)).toBe(true);
  });

  it('puts the stand-in first on the path and lists it openly', () => {
    const result = plan();
    expect(result.env['PYTHONPATH']).toBe('{run}/stand-ins');
    expect(result.files.map((file) => file.path)).toEqual(['plan/verify.py', 'stand-ins/sitecustomize.py']);
    expect(result.overrides).toContainEqual({
      what: 'tensorboard becomes a stand-in that does nothing',
      why: 'it only records or displays and cannot be installed here; nothing it would have recorded is kept',
    });
    expect(result.verify.argv).toEqual(['env', 'PYTHONPATH={run}/stand-ins', '{run}/env/bin/python', '{run}/plan/verify.py']);
  });

  it('leaves apt alone where the site forbids it', () => {
    expect(fates(plan({ site: makeSite({ packages: { strategy: 'venv' } }) }))['tqdm']).toBe('unavailable');
  });

  it('keeps the version that is there and reports the difference', () => {
    const result = plan({ requirements: 'torch>=2.6\neinops\n' });
    expect(fates(result)['torch']).toBe('present');
    expect(result.overrides[0]).toEqual({
      what: 'torch>=2.6 becomes 1.13.0a0+gitunknown',
      why: 'it is there, and no other version can be had here',
    });
  });

  it('says so when there is no Python at all', () => {
    expect(plan({ facts: makeFacts({ pythons: [] }) }).gaps[0]).toBe('No Python was found; tried python3.');
  });
});

describe('planEnvironment with a package index', () => {
  const facts = makeFacts({ indexReachable: true });

  it('installs what is missing and forbids pip to replace what is built for the machine', () => {
    const result = plan({ facts });
    expect(fates(result)).toMatchObject({
      torch: 'present',
      tqdm: 'pip',
      einops: 'pip',
      tensorboard: 'pip',
      apex: 'left-out',
      seaborn: 'left-out',
    });
    expect(commands(result)).toEqual([
      '/usr/bin/python3 -m venv --clear --without-pip {run}/env',
      '{run}/env/bin/python -I -m ensurepip --upgrade --default-pip',
      '/usr/bin/python3 -m venv --system-site-packages --without-pip {run}/env',
      '{run}/env/bin/python -s -m pip install --no-input --disable-pip-version-check -r {run}/plan/requirements.txt -c {run}/plan/constraints.txt',
      'chmod 755 {run}/plan/python',
    ]);
    expect(result.files.find((file) => file.path === 'plan/requirements.txt')?.content).toBe('tqdm\neinops\ntensorboard\n');
    expect(result.files.find((file) => file.path === 'plan/constraints.txt')?.content).toBe('torch==1.13.0a0+gitunknown\nnumpy==1.24.2\n');
  });

  it('obeys what the site forbids, with its reason', () => {
    const site = makeSite({ packages: { strategy: 'venv', forbidden: [{ name: 'einops', why: 'use the module' }] } });
    expect(plan({ facts, site }).packages.find((item) => item.name === 'einops')).toMatchObject({
      how: 'unavailable',
      why: 'use the module',
    });
  });

  it('lifts a pin of torch that was never built for the interpreter', () => {
    const bare = makeFacts({
      indexReachable: true,
      pythons: [{ path: '/opt/py/bin/python3', version: '3.11.7', packages: {}, canMakeVenv: true }],
    });
    const result = plan({ facts: bare, requirements: 'torch==1.7.1\n' });
    expect(result.overrides[0]).toEqual({
      what: 'torch==1.7.1 becomes torch==2.0.*',
      why: 'torch==1.7.1 was never built for Python 3.11.7, x86_64',
    });
    expect(result.conflicts?.[0]).toBe('torch==1.7.1 was never built for Python 3.11.7, x86_64, so torch==2.0.* is taken instead.');
  });

  it('takes the companions of a lifted torch along', () => {
    const bare = makeFacts({
      indexReachable: true,
      pythons: [{ path: '/opt/py/bin/python3', version: '3.11.7', packages: {}, canMakeVenv: true }],
    });
    const code = `import torchvision\n${CODE}`;
    const result = plan({ facts: bare, code, requirements: 'torch==1.7.1\ntorchvision==0.8.2\n' });
    expect(result.packages.find((item) => item.name === 'torchvision')).toMatchObject({
      specifier: '>=0.15,<0.16',
      rule: { id: 'pairs/torchvision-torch' },
    });
    expect(result.conflicts).toContain('torchvision==0.8.2 wants torch >=1.7,<1.8; this plan takes 2.0, so >=0.15,<0.16 is taken instead.');
  });

  it('blocks code for TensorFlow 1 where no Python can run it, and says where it is', () => {
    const code = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\nif __name__ == '__main__': pass\n";
    const result = plan({ facts, code, requirements: 'tensorflow==1.15\n' });
    expect(result.packages[0]).toMatchObject({ name: 'tensorflow', how: 'unavailable', rule: { id: 'code-signs/tensorflow-1' } });
    const compat = code.replace('import tensorflow as', 'import tensorflow.compat.v1 as');
    expect(plan({ facts, code: compat, requirements: 'tensorflow\n' }).packages[0]).toMatchObject({ how: 'pip' });
  });

  it('keeps the torch that is there, whatever is asked for', () => {
    expect(plan({ facts, requirements: 'torch==1.7.1\n' }).overrides[0]).toEqual({
      what: 'torch==1.7.1 becomes 1.13.0a0+gitunknown',
      why: 'the version that is there fits this machine',
    });
  });

  it('installs what a remedy asks for', () => {
    const result = plan({
      facts,
      extra: [
        { name: 'NumPy', specifier: '<1.24' },
        { name: 'gymnasium', specifier: '' },
      ],
    });
    expect(fates(result)).toMatchObject({ numpy: 'pip', gymnasium: 'pip' });
    expect(result.files.find((file) => file.path === 'plan/requirements.txt')?.content).toContain('numpy<1.24\n');
  });

  it('never installs a package because of an ambiguous import alone', () => {
    const result = plan({ facts, code: "import clip\nloss.backward()\nif __name__ == '__main__': pass\n", requirements: '' });
    expect(fates(result)['clip']).toBe('unavailable');
  });
});

describe('strategies of clusters', () => {
  const amd = { gpu: { unit: 'GCD', memoryGb: 64, perNode: 8, vendor: 'amd' as const } };
  const image = { images: [{ path: '/images/torch.sif', about: 'torch' }] };
  const slurm = { account: 'p1', samplePartition: 'dev', memory: { policy: 'per-node' as const } };
  const requirements = 'torch==2.0\neinops\nnvidia-cublas-cu12\npynvml\n';

  it('squashfs-venv: packs the environment into one file on top of the image', () => {
    const site = makeSite({
      ...amd,
      slurm: { ...slurm, prelude: ['module purge'] },
      packages: { strategy: 'squashfs-venv', container: { command: 'singularity', ...image }, modules: ['bindings'] },
    });
    const result = plan({ site, requirements });
    const inside = 'bash -l {run}/plan/in-image.sh';
    expect(commands(result)).toEqual([
      'rm -rf {run}/env',
      'mkdir {run}/env',
      `${inside} python3 -m venv --clear --without-pip /user-software`,
      `${inside} /user-software/bin/python -I -m ensurepip --upgrade --default-pip`,
      `${inside} python3 -m venv --system-site-packages --without-pip /user-software`,
      `${inside} /user-software/bin/python {run}/plan/freeze.py {run}/plan/constraints.txt`,
      `${inside} /user-software/bin/python -s -m pip install --no-input --disable-pip-version-check -r {run}/plan/requirements.txt -c {run}/plan/constraints.txt`,
      'mksquashfs {run}/env {run}/env.sqsh.part -processors 1 -no-xattrs -noappend',
      'mv -f {run}/env.sqsh.part {run}/env.sqsh',
      'rm -rf {run}/env',
      'chmod 755 {run}/plan/python',
    ]);
    expect(result.python).toBe('{run}/plan/python');
    expect(result.files.find((file) => file.path === 'plan/python')?.content).toContain(
      'exec singularity exec -B "$run" -B "$run/env.sqsh:/user-software:image-src=/" "$image" /user-software/bin/python "$@"',
    );
    expect(fates(result)).toMatchObject({ torch: 'present', einops: 'pip', tqdm: 'pip' });
    expect(result.overrides.map((item) => item.what)).toContain("torch==2.0 becomes the image's own torch");
    expect(result.files.find((file) => file.path === 'plan/in-site.sh')?.content).toBe(
      '#!/bin/bash -l\n# Written by Reprobot from the site\'s profile.\nmodule purge\nmodule load bindings\nexec "$@"\n',
    );
  });

  it('overlay: builds on a compute node when the login node has another processor', () => {
    const site = makeSite({
      arch: { login: 'x86_64', compute: 'aarch64' },
      slurm,
      packages: { strategy: 'overlay', container: { command: 'apptainer', gpuSwitch: '--nv', ...image } },
    });
    const result = plan({ site });
    expect(commands(result)[0]).toBe('rm -f {run}/overlay.img.part');
    expect(commands(result)[1]).toBe(
      'srun --partition=dev --account=p1 --mem=16G --ntasks=1 --cpus-per-task=8 --time=00:30:00 bash -l {run}/plan/in-site.sh apptainer overlay create --sparse --size 5120 {run}/overlay.img.part',
    );
    expect(commands(result)[3]).toContain('bash -l {run}/plan/in-image.sh python3 -m pip install');
    expect(commands(result)[4]).toBe('mv -f {run}/overlay.img.part {run}/overlay.img');
    expect(result.files.find((file) => file.path === 'plan/python')?.content).toContain(
      'exec apptainer exec --nv -B "$run" --overlay "$run/overlay.img:ro"',
    );
  });

  it('tykky: hands the requirements to the wrapper', () => {
    const result = plan({ site: makeSite({ packages: { strategy: 'tykky' } }), facts: makeFacts({ indexReachable: true }) });
    expect(commands(result)).toEqual([
      'rm -rf {run}/tykky',
      'bash -l {run}/plan/in-site.sh pip-containerize new --prefix {run}/tykky --slim {run}/plan/requirements.txt',
    ]);
  });

  it('none: uses the interpreter as it is', () => {
    const result = plan({ site: makeSite({ packages: { strategy: 'none' } }), facts: makeFacts({ indexReachable: true }) });
    expect(result.commands).toEqual([]);
    expect(result.python).toBe('/usr/bin/python3');
    expect(fates(result)['einops']).toBe('unavailable');
  });

  it('names the gap when the profile has no image', () => {
    expect(plan({ site: makeSite({ packages: { strategy: 'overlay' } }) }).gaps.at(-1)).toContain('names no container image');
  });
});

describe('versions', () => {
  it.each([
    ['1.13.0a0+gitunknown', '>=1.13', true],
    ['1.13.0', '>=2', false],
    ['1.21.5', '==1.21.*', true],
    ['1.22.0', '==1.21.*', false],
    ['4.65', '~=4.60', true],
    ['5.0', '~=4.60', false],
    ['1.4.9', '~=1.4.5', true],
    ['1.5.0', '~=1.4.5', false],
    ['2.0', '>=1,<2', false],
    ['2.0', '!=2.0', false],
    ['2.0.0', '==2', true],
    ['1.0', 'whatever', true],
    ['1.0', '', true],
  ])('%s against %s is %s', (version, specifier, expected) => {
    expect(satisfies(version, specifier)).toBe(expected);
  });

  it('orders by numbers', () => {
    expect(compareVersions('1.10', '1.9')).toBe(1);
    expect(compareVersions('3.11.2', '3.11')).toBe(2);
  });
});
