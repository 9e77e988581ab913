import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import deps from '../../src/cli/deps.ts';
import { EnvPlan } from '../../src/core/environment/schema.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deps-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'repo', path)), { recursive: true });
    writeFileSync(join(folder, 'repo', path), text);
  }
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return runIn(folder, ...args);
}

async function runIn(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await deps.run(args, { stdin, stdout, stderr, cwd });
  const text = (stream: PassThrough): string => String(stream.read() ?? '');
  return { code, out: text(stdout), err: text(stderr) };
}

const TRAIN = 'import torch\nfrom tqdm import tqdm\nROOT = "/home/ana/sets"\nloss.backward()\nif __name__ == "__main__": pass\n';

describe('reprobot deps', () => {
  it('plans for a cluster from its profile and says so', async () => {
    write({ 'train.py': TRAIN, 'requirements.txt': 'torch==1.7.1\ntqdm\n' });
    const { code, out, err } = await run('repo', '--site', 'lumi', '--json');
    expect(err).toBe('');
    const plan = EnvPlan.parse(JSON.parse(out));
    expect(plan).toMatchObject({ site: 'lumi', basis: 'profile', strategy: 'squashfs-venv' });
    expect(plan.conflicts).toEqual(['The code asks for torch==1.7.1; the image has 2.10.0, and it stays.']);
    expect(code).toBe(0);
    expect((await run('repo', '--site', 'lumi')).out).toContain('Planned from the profile of lumi alone');
  });

  it('ends with 1 where something is blocked, and names it first', async () => {
    write({ 'train.py': 'import decord\nif __name__ == "__main__": pass\n', 'requirements.txt': 'decord\n' });
    const { code, out } = await run('repo', '--site', 'olivia');
    expect(code).toBe(1);
    expect(out).toContain('**Blocked: decord cannot be had on olivia.**');
    expect(out).toContain('instead: torchcodec, av or eva-decord');
    expect((await run('repo', '--site', 'perlmutter')).code).toBe(0);
  });

  it('looks at this machine for the site local', async () => {
    write({ 'train.py': 'import json\nif __name__ == "__main__": pass\n' });
    const { code, out } = await run('repo', '--site', 'local', '--json');
    expect(EnvPlan.parse(JSON.parse(out))).toMatchObject({ basis: 'probe', packages: [] });
    expect(code).toBe(0);
  });

  it('takes no settings from the folder that it reads', async () => {
    write({ 'train.py': TRAIN, 'reprobot.yaml': 'sites: { local: { packages: { pythons: [/proc/self/cwd/evil] } } }\nnonsense: [' });
    const inside = await runIn(join(folder, 'repo'), '.', '--site', 'lumi', '--json');
    expect(inside).toMatchObject({ code: 0, err: '' });
    const outside = await runIn(join(folder, 'repo'), folder, '--site', 'lumi', '--json');
    expect(outside).toMatchObject({ code: 0, err: '' });
    write({ '../reprobot.yaml': 'nonsense: [' });
    expect((await run('repo', '--site', 'lumi')).err).toContain('reprobot.yaml');
  });

  it('writes the plan, its scripts and the patches into a folder', async () => {
    write({ 'train.py': TRAIN, 'requirements.txt': 'torch\ntqdm\n' });
    expect((await run('repo', '--site', 'lumi', '--out', 'plan-here')).code).toBe(0);
    const read = (name: string): string => readFileSync(join(folder, 'plan-here', name), 'utf8');
    expect(spawnSync('sh', ['-n', join(folder, 'plan-here/build.sh')], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(read('proposals.diff')).toContain('+ROOT = os.environ.get("ROOT", "/home/ana/sets")');
    expect(read('PATCHES.md')).toContain('train.py:3');
    expect(read('plan/verify.py')).toContain('"torch"');
    expect(existsSync(join(folder, 'plan-here/ENV.md'))).toBe(true);
    expect(readFileSync(join(folder, 'repo/train.py'), 'utf8')).toBe(TRAIN);
  });

  it('plans what another program does not need only when told', async () => {
    write({ 'train.py': TRAIN, 'requirements.txt': 'torch\ntqdm\nseaborn\n' });
    const how = async (...args: string[]) =>
      EnvPlan.parse(JSON.parse((await run('repo', '--site', 'lumi', '--json', ...args)).out)).packages.find(
        (item) => item.name === 'seaborn',
      )?.how;
    expect(await how()).toBe('left-out');
    expect(await how('--all')).toBe('pip');
  });

  it.each([
    [[], 'deps takes one folder or address.'],
    [['repo', 'more'], 'deps takes one folder or address.'],
    [['repo', '--wrong'], "Unknown option '--wrong'"],
    [['nowhere'], 'reading nowhere:'],
    [['https://evil.example/a/b'], 'evil.example'],
    [['--', '-x'], 'looks like an option'],
    [['repo', '--site', 'atlantis'], 'there is no such site'],
    [['repo', '--entry', 'other.py'], 'there is no such program to run'],
  ])('refuses %j', async (args, why) => {
    write({ 'train.py': TRAIN });
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(why);
    expect(out).toBe('');
  });
});
