import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderBuildScript } from '../../../src/core/environment/build-script.ts';
import { planEnvironment } from '../../../src/core/environment/plan.ts';
import { factsFromProfile } from '../../../src/core/environment/profile-facts.ts';
import { renderEnvPlan } from '../../../src/core/environment/render.ts';
import { EnvPlan } from '../../../src/core/environment/schema.ts';
import { STRATEGIES } from '../../../src/core/environment/strategies/index.ts';
import { PackageStrategy, type SiteProfile } from '../../../src/core/site.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import { mapFiles, repoFiles } from '../repo-map/helpers.ts';
import { makeFacts, makeSite, RULES } from './helpers.ts';

const SITES = new Map((await loadPlugins<SiteProfile>(new URL('../../../src/sites/', import.meta.url))).map((site) => [site.id, site]));
const FILES = {
  'train.py': 'import torch, einops, flash_attn, cv2\nfrom net import Net\nloss.backward()\nif __name__ == "__main__": pass\n',
  'net.py': 'import torch\nclass Net: pass\n',
  'requirements.txt': 'torch==2.1.2\neinops\nflash-attn\nopencv-python\n',
};

function siteOf(id: string): SiteProfile {
  const site = SITES.get(id);
  if (site === undefined) throw new Error(`no site ${id}`);
  return site;
}

function planAt(site: SiteProfile, files: Record<string, string> = FILES): EnvPlan {
  const map = mapFiles(files);
  const [entry] = map.entries;
  if (entry === undefined) throw new Error('no entry');
  const facts = site.host.kind === 'local' ? makeFacts({ indexReachable: true }) : factsFromProfile(site);
  return EnvPlan.parse(planEnvironment({ map, entry, site, facts, rules: RULES, files: repoFiles(files), basis: 'profile' }));
}

const shown = (plan: EnvPlan) => [...plan.commands, plan.verify].map((command) => command.argv.join(' '));
const PIP = '-s -m pip install --no-input --disable-pip-version-check';

describe('a plan with a great deal in it', () => {
  it('names a few and counts the rest, in sentences only', () => {
    const names = Array.from({ length: 40 }, (_, index) => `package-${index}`);
    const files = { 'train.py': 'import torch\nif __name__ == "__main__": pass\n', 'requirements.txt': `${names.join('\n')}\n` };
    const everything = mapFiles(files).dependencies.map(({ name, imports }) => ({ name, imports, optional: false }));
    const map = mapFiles(files);
    const [entry] = map.entries;
    if (entry === undefined) throw new Error('no entry');
    const request = { map, entry: { ...entry, needs: everything }, rules: RULES, files: repoFiles(files) };
    const plan = planEnvironment({
      ...request,
      site: makeSite({ packages: { strategy: 'uv' } }),
      facts: makeFacts({ indexReachable: true }),
    });
    const install = plan.commands.find((command) => command.argv.includes('{run}/plan/requirements.txt'));
    expect(install?.why).toMatch(/^installs [\w-]+(?:, [\w-]+){9} and 30 more$/);
    expect(
      plan.files
        .find((file) => file.path === 'plan/requirements.txt')
        ?.content.trim()
        .split('\n'),
    ).toHaveLength(40);
  });

  it('lists what is left out for one reason in one line', () => {
    const plan = planAt(siteOf('slurm'), {
      'train.py': 'import json\nif __name__ == "__main__": pass\n',
      'requirements.txt': 'tqdm>=4\nrich\n',
    });
    expect(renderEnvPlan(plan)).toContain(
      '## Packages\n\nLeft out, because train.py does not import it (`code/not-imported`): `tqdm>=4`, `rich`.\n',
    );
  });

  it.each([
    ['importlib.import_module(target)', true],
    ['import_module( "." + name)', false],
    ['hydra.utils.instantiate(cfg)', true],
    ['importlib.import_module("net")', false],
    ['# importlib.import_module(target)', false],
  ])('says where imports cannot tell what is needed: %s → %s', (code, expected) => {
    const train = `import json, importlib, hydra\n${code}\nif __name__ == "__main__": pass\n`;
    const gapsOf = (requirements: string) => planAt(siteOf('lumi'), { 'train.py': train, 'requirements.txt': requirements }).gaps;
    expect(gapsOf('hydra-core\nkornia\n').filter((gap) => gap.startsWith('train.py:2 imports modules by a name'))).toHaveLength(
      expected ? 1 : 0,
    );
    expect(gapsOf('hydra-core\n')).toEqual([]);
  });

  it('puts no folder on the path whose name would be read as two', () => {
    const map = mapFiles({ 'train.py': 'import json\nif __name__ == "__main__": pass\n' });
    const [entry] = map.entries;
    if (entry === undefined) throw new Error('no entry');
    const request = { map, entry: { ...entry, importRoots: ['a:/tmp/b', 'src'] }, site: siteOf('slurm'), facts: makeFacts() };
    expect(planEnvironment(request).env['PYTHONPATH']).toBe('{run}/repo/src');
  });

  it('asks the index for no build that only a site of its own has', () => {
    const files = {
      'train.py': 'import dgl, numpy\nif __name__ == "__main__": pass\n',
      'requirements.txt': 'dgl==1.0.1+cu117,!=1.0.2\nnumpy\n',
    };
    const plan = planAt(siteOf('slurm'), files);
    expect(plan.files.find((file) => file.path === 'plan/requirements.txt')?.content).toContain('dgl==1.0.1,!=1.0.2\n');
    expect(plan.overrides).toContainEqual(expect.objectContaining({ what: 'dgl==1.0.1+cu117,!=1.0.2 becomes ==1.0.1,!=1.0.2' }));
  });

  it.each([
    ['import networkx as nx\ng = nx.to_numpy_matrix(a)', '<3'],
    ['import networkx\nfrom networkx.convert_matrix import (from_scipy_sparse_matrix)', '<3'],
    ['import networkx\nfrom own.utils import to_scipy_sparse_matrix\nto_scipy_sparse_matrix(a)', ''],
  ])('knows functions of networkx by their owner: %j', (code, expected) => {
    const plan = planAt(siteOf('slurm'), { 'train.py': `${code}\nif __name__ == "__main__": pass\n` });
    expect(plan.packages.find((item) => item.name === 'networkx')?.specifier).toBe(expected);
  });

  it('says that code of the repository has to be compiled', () => {
    const files = {
      ...FILES,
      'setup.py': 'setup(name="x", ext_modules=[CUDAExtension("x._C", ["csrc/x.cu"])])\n',
      'csrc/x.cu': '__global__ void f() {}\n',
    };
    expect(planAt(siteOf('lumi'), files).gaps).toContainEqual(expect.stringMatching(/^setup\.py compiles code of the repository \(/));
    expect(planAt(siteOf('lumi')).gaps).toEqual([]);
  });

  it('shows names of files as data', () => {
    const name = 'a|b`c` <b>.py';
    const plan = planAt(siteOf('slurm'), {
      [name]: 'try:\n    import tqdm\nexcept ImportError: pass\nif __name__ == "__main__": pass\n',
    });
    const row = renderEnvPlan(plan)
      .split('\n')
      .find((line) => line.startsWith('| `tqdm`'));
    expect(row).toContain("a\\|b'c'");
    expect(row?.replaceAll('\\|', '').split('|')).toHaveLength(8);
  });
});

describe('the strategies', () => {
  it('are all the files of their folder, and all that a profile may name', () => {
    const files = readdirSync(new URL('../../../src/core/environment/strategies/', import.meta.url))
      .map((name) => name.replace(/\.ts$/, ''))
      .filter((name) => !['index', 'shared', 'strategy'].includes(name));
    expect(STRATEGIES.map((item) => item.id).sort()).toEqual(files.sort());
    expect([...PackageStrategy.options].sort()).toEqual(files.sort());
  });

  it('LUMI: a squashfs on top of the image, torch and flash-attn from it', () => {
    const plan = planAt(siteOf('lumi'));
    const inside = 'bash -l {run}/plan/in-image.sh';
    expect(shown(plan)).toEqual([
      'rm -rf {run}/env',
      'mkdir {run}/env',
      `${inside} python3 -m venv --clear --without-pip /user-software`,
      `${inside} /user-software/bin/python -I -m ensurepip --upgrade --default-pip`,
      `${inside} python3 -m venv --system-site-packages --without-pip /user-software`,
      `${inside} /user-software/bin/python {run}/plan/freeze.py {run}/plan/constraints.txt`,
      `${inside} /user-software/bin/python ${PIP} -r {run}/plan/requirements.txt -c {run}/plan/constraints.txt`,
      'mksquashfs {run}/env {run}/env.sqsh.part -processors 1 -no-xattrs -noappend',
      'mv -f {run}/env.sqsh.part {run}/env.sqsh',
      'rm -rf {run}/env',
      'chmod 755 {run}/plan/python',
      'bash -l {run}/plan/in-site.sh env -u PYTHONPATH {run}/plan/python {run}/plan/verify.py',
    ]);
    expect(plan.undo?.map((command) => command.argv)).toEqual([['rm', '-rf', '{run}/env', '{run}/env.sqsh.part', '{run}/env.sqsh']]);
    expect(plan.conflicts).toEqual(['The code asks for torch==2.1.2; the image has 2.10.0, and it stays.']);
    expect(plan.files.find((file) => file.path === 'plan/requirements.txt')?.content).toBe('einops\nopencv-python-headless\n');
    expect(Object.fromEntries(plan.packages.map((item) => [item.name, [item.how, item.rule?.id]]))).toEqual({
      torch: ['present', 'site/image'],
      einops: ['pip', 'site/index'],
      'flash-attn': ['present', 'site/image'],
      'opencv-python-headless': ['pip', 'site/index'],
      'opencv-python': ['replaced', 'renamed/opencv-python'],
    });
  });

  it('Olivia: an overlay, made on a compute node, never on the login node', () => {
    const commands = shown(planAt(siteOf('olivia')));
    const node = 'srun --partition=accel --qos=devel --mem=16G --ntasks=1 --cpus-per-task=8 --time=00:30:00 bash -l';
    expect(commands).toEqual([
      'rm -f {run}/overlay.img.part',
      `${node} {run}/plan/in-site.sh apptainer overlay create --sparse --size 5120 {run}/overlay.img.part`,
      `${node} {run}/plan/in-image.sh python3 {run}/plan/freeze.py {run}/plan/constraints.txt`,
      `${node} {run}/plan/in-image.sh python3 -m pip install --no-input --disable-pip-version-check --user -r {run}/plan/requirements.txt -c {run}/plan/constraints.txt`,
      'mv -f {run}/overlay.img.part {run}/overlay.img',
      'chmod 755 {run}/plan/python',
      `${node} {run}/plan/in-site.sh env -u PYTHONPATH {run}/plan/python {run}/plan/verify.py`,
    ]);
  });

  it('Frontier: a venv over modules, torch from the index of its ROCm, flash-attn built after it', () => {
    const plan = planAt(siteOf('frontier'), { ...FILES, 'requirements.txt': 'torch\neinops\nflash-attn\nopencv-python\n' });
    const inside = 'bash -l {run}/plan/in-site.sh';
    expect(plan.lines?.torch).toMatchObject({ version: '==2.10.*', build: 'rocm7.1', index: 'https://download.pytorch.org/whl/rocm7.1' });
    expect(shown(plan)).toEqual([
      `${inside} python3 {run}/plan/check_python.py 3.11`,
      `${inside} python3 -m venv --clear --without-pip {run}/env`,
      `${inside} {run}/env/bin/python -I -m ensurepip --upgrade --default-pip`,
      `${inside} python3 -m venv --system-site-packages --without-pip {run}/env`,
      `${inside} {run}/env/bin/python ${PIP} torch==2.10.* --index-url https://download.pytorch.org/whl/rocm7.1`,
      `${inside} {run}/env/bin/python {run}/plan/freeze.py {run}/plan/constraints.txt`,
      `${inside} {run}/env/bin/python ${PIP} -r {run}/plan/requirements.txt -c {run}/plan/constraints.txt`,
      `${inside} {run}/env/bin/python ${PIP} ninja packaging setuptools<81 wheel -c {run}/plan/constraints.txt`,
      `${inside} {run}/env/bin/python ${PIP} --no-build-isolation -r {run}/plan/build-from-source.txt -c {run}/plan/constraints.txt`,
      'chmod 755 {run}/plan/python',
      'env -u PYTHONPATH {run}/plan/python {run}/plan/verify.py',
    ]);
    expect(plan.files.find((file) => file.path === 'plan/in-site.sh')?.content).toContain('module load rocm/7.1.1\n');
    expect(plan.env).toMatchObject({ https_proxy: 'http://proxy.ccs.ornl.gov:3128/', HF_HOME: '{run}/../cache/huggingface' });
  });

  it('Betzy: the container wrapper takes one list with torch’s index in front', () => {
    const plan = planAt(siteOf('betzy'), { ...FILES, 'requirements.txt': 'torch==2.1.2\n' });
    expect(shown(plan).slice(0, 2)).toEqual([
      'rm -rf {run}/tykky',
      'bash -l {run}/plan/in-site.sh pip-containerize new --prefix {run}/tykky --slim {run}/plan/requirements.txt',
    ]);
    expect(plan.files.find((file) => file.path === 'plan/requirements.txt')?.content).toBe(
      '--extra-index-url https://download.pytorch.org/whl/cu118\ntorch==2.1.2\neinops\nopencv-python-headless\n',
    );
    expect(plan.gaps).toEqual(['The wrapper installs wheels only; build by hand: flash-attn.']);
  });

  it('never writes anything for pip that is no name, version or address of a rule', () => {
    const map = mapFiles(FILES);
    const [entry] = map.entries;
    if (entry === undefined) throw new Error('no entry');
    const bad = [
      { name: 'einops', specifier: '==1\n--index-url=https://evil.example' },
      { name: 'flash-attn', specifier: ' @ git+https://evil.example/a/b' },
      { name: '--pre', specifier: '' },
      { name: 'a b; rm -rf /', specifier: '' },
    ];
    const dependencies = bad.map((item) => ({ ...item, imports: [], declared: true, optional: false, evidence: [] }));
    const needs = bad.map((item) => ({ name: item.name, imports: [], optional: false }));
    for (const id of ['lumi', 'frontier', 'perlmutter', 'betzy']) {
      const site = siteOf(id);
      const hostile = { ...map, dependencies };
      const plan = planEnvironment({ map: hostile, entry: { ...entry, needs }, site, facts: factsFromProfile(site), rules: RULES });
      const written = plan.files.filter((file) => /plan\/(requirements|build)/.test(file.path)).map((file) => file.content);
      expect(written.join('')).not.toMatch(/evil|--pre|rm -rf/);
      expect(plan.commands.flatMap((command) => command.argv).join(' ')).not.toMatch(/evil|--pre(?!fix)| a b/);
    }
  });

  it('uv: brings the Python that old versions want', () => {
    const site = makeSite({ packages: { strategy: 'uv' }, host: { kind: 'ssh', hostname: 'c.example' }, backend: 'slurm' });
    const plan = planAt(site, {
      ...FILES,
      'train.py': 'import numpy\nif __name__ == "__main__": pass\n',
      'requirements.txt': 'numpy==1.19.5\n',
    });
    expect(shown(plan).slice(0, 2)).toEqual([
      'uv venv --clear --python 3.9 {run}/env',
      'uv pip install --python {run}/env/bin/python -r {run}/plan/requirements.txt',
    ]);
    expect(plan.conflicts).toEqual([]);
  });

  it('chooses no Python for which this GPU has no torch', () => {
    const files = { ...FILES, 'requirements.txt': 'torch\nnumpy==1.15.4\n', 'train.py': `import numpy\n${FILES['train.py']}` };
    const plan = planAt(siteOf('frontier'), files);
    expect(plan.packages.find((item) => item.name === 'torch')?.how).toBe('pip');
    expect(plan.lines?.python.version).toBe('3.11');
    expect(plan.conflicts?.[0]).toBe('numpy==1.15.4 wants Python <3.8; this plan takes 3.11, so >=1.23.2,<1.26 is taken instead.');
  });

  it('refuses to lay down small files where the profile forbids it', () => {
    const site = makeSite({ packages: { strategy: 'venv', noBareInstalls: 'Lustre is slow' } });
    expect(planAt(site).commands).toEqual([]);
    expect(planAt(site).gaps.at(-1)).toBe(
      'here forbids a virtual environment on top of the Python that is there: Lustre is slow. Choose squashfs-venv, overlay or tykky in the profile.',
    );
  });

  it('MareNostrum: nothing can be fetched, and the plan says so', () => {
    const plan = planAt(siteOf('marenostrum5'));
    expect(plan.commands).toEqual([]);
    expect(plan.packages.find((item) => item.name === 'einops')).toMatchObject({ how: 'unavailable', rule: { id: 'site/no-index' } });
  });

  it.each([...SITES.keys()])('%s: every package has a rule and a source, and ENV.md names them', (id) => {
    const site = siteOf(id);
    const plan = planAt(site);
    for (const item of plan.packages)
      expect(item.rule, item.name).toMatchObject({ id: expect.stringMatching(/^[\w-]+\/[\w-]+$/), source: expect.stringMatching(/\w/) });
    const text = renderEnvPlan(plan, { site, others: [planAt(siteOf('olivia'))] });
    for (const item of plan.packages) expect(text).toContain(`\`${item.rule?.id ?? ''}\``);
    expect(text).toContain('## What would differ on another site');
    expect(text).toContain('## Activation');
  });
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "build it's "));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The script of a plan with commands of ours, in a folder whose name needs quoting. */
function runScript(commands: readonly string[][], undo: readonly string[][]) {
  const plan = planAt(makeSite());
  const step = (argv: readonly string[]) => ({ argv: [...argv], why: 'a\nrm -rf /', readOnly: false, timeoutSeconds: 9 });
  const script = renderBuildScript({ ...plan, commands: commands.map(step), undo: undo.map(step), verify: step(['true']) });
  mkdirSync(join(folder, 'plan'));
  writeFileSync(join(folder, 'build.sh'), script);
  return spawnSync('sh', [join(folder, 'build.sh'), folder], { encoding: 'utf8' });
}

describe('the build script', () => {
  it('runs the words as they are, whatever they hold', () => {
    const result = runScript([['printf', '%s\\n', '$(id)', "it's", '`id`', '{run}/x', 'a;b', '{{}run}']], []);
    expect(result.stdout.split('\n').slice(1, 7)).toEqual(['$(id)', "it's", '`id`', join(folder, 'x'), 'a;b', '{run}']);
    expect(result.status).toBe(0);
  });

  it('takes everything back when a step fails, and goes no further', () => {
    const result = runScript([['mkdir', '{run}/env'], ['false'], ['touch', '{run}/later']], [['rm', '-rf', '{run}/env']]);
    expect(result.status).toBe(1);
    expect(existsSync(join(folder, 'env'))).toBe(false);
    expect(existsSync(join(folder, 'later'))).toBe(false);
    expect(result.stderr).toContain('taking the build back');
  });

  it('builds a real environment on this machine', () => {
    const plan = planAt(makeSite(), { 'train.py': 'import json\nif __name__ == "__main__": pass\n' });
    const local = { ...plan, commands: plan.commands.map((command) => ({ ...command, argv: ['python3', ...command.argv.slice(1)] })) };
    for (const file of [...plan.files, { path: 'build.sh', content: renderBuildScript(local) }]) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), file.content);
    }
    const result = spawnSync('sh', [join(folder, 'build.sh'), folder], { encoding: 'utf8' });
    expect(result.stderr).toBe('');
    expect(result.stdout).toContain('verified 0 of 0');
    expect(readFileSync(join(folder, 'env/pyvenv.cfg'), 'utf8')).toContain('include-system-site-packages = true');
  });
});

describe('the verification', () => {
  it('also imports the repository’s own modules and looks for a GPU when told', () => {
    const files = {
      'train.py': 'from lib.net import x\nif __name__ == "__main__": pass\n',
      'lib/__init__.py': '',
      'lib/net.py': 'x = 1\n',
      'lib/bad.py': '1 / 0\n',
    };
    const plan = planAt(makeSite(), files);
    const verify = plan.files.find((file) => file.path === 'plan/verify.py')?.content ?? '';
    for (const [path, text] of [...Object.entries(files), ['verify.py', verify] as const]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const run = (...args: string[]) => spawnSync('python3', [join(folder, 'verify.py'), ...args], { encoding: 'utf8', cwd: tmpdir() });
    expect(run().stdout).toBe('verified 0 of 0\n');
    expect(run('--own', folder).stdout).toMatch(/^verified ([12]) of \1\n$/);
    writeFileSync(join(folder, 'lib/net.py'), 'import no_such_thing\n');
    expect(run('--own', folder)).toMatchObject({ status: 1, stdout: expect.stringContaining('missing lib.net: ModuleNotFoundError') });
    expect(run('--gpu').stdout).toMatch(/gpu/);
  });
});
