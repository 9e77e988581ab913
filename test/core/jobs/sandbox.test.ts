import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needsNetwork } from '../../../src/core/jobs/needs-network.ts';
import { parseSandboxFacts, SANDBOX_FACTS_SCRIPT } from '../../../src/core/jobs/sandbox-facts.ts';
import { chooseReadable, wrapInSandbox, type SandboxSettings } from '../../../src/core/jobs/sandbox.ts';
import type { Asset, Entry } from '../../../src/core/repo-map/schema.ts';

function makeFolder(parent: string): string {
  const folder = mkdtempSync(join(realpathSync(parent), '.reprobot-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function runInside(script: string, parts: Partial<SandboxSettings>): { status: number | null; stdout: string; stderr: string } {
  const settings = { network: false, hidden: [], readable: [], writable: [], fixed: [], workdir: '/', ...parts };
  const [program = '', ...args] = wrapInSandbox(['/bin/sh', '-c', script], settings);
  return spawnSync(program, args, { encoding: 'utf8' });
}

describe('wrapInSandbox', () => {
  it('lets a build write into its folder, but not into what is ours there, and shows it no home', () => {
    const folder = makeFolder(tmpdir());
    for (const name of ['plan', 'jobs', '.home']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'plan', 'verify.py'), 'ours');
    const secret = join(makeFolder(homedir()), 'token');
    writeFileSync(secret, 'hush');
    const script = `
      cat ${secret}; ls -A ${homedir()}
      echo made >made; echo h >.home/h
      echo x >plan/verify.py && echo forged; mv plan plan2 && echo forged; rmdir jobs && echo forged; rm -rf .home && echo forged
      touch /etc/x ${homedir()}/../x && echo escaped
      umount ${folder} && echo escaped; mount -o remount,rw,bind / && echo escaped
      grep CapEff /proc/self/status`;
    const { status, stdout } = runInside(script, {
      hidden: [homedir()],
      writable: [folder, join(folder, '.home')],
      fixed: ['plan', 'jobs', 'not-there'].map((name) => join(folder, name)),
      workdir: folder,
    });
    expect([status, stdout.replaceAll(/\s+/g, ' ')]).toEqual([0, 'CapEff: 0000000000000000 ']);
    expect(readFileSync(join(folder, 'made'), 'utf8')).toBe('made\n');
    expect(readFileSync(join(folder, 'plan', 'verify.py'), 'utf8')).toBe('ours');
  });

  it('starts an interpreter of the hidden home, with the folders that it names itself', () => {
    const prefix = makeFolder(homedir());
    expect(spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', join(prefix, 'env')]).status).toBe(0);
    const python = join(prefix, 'env', 'bin', 'python');
    const { stdout } = spawnSync('/bin/sh', ['-c', SANDBOX_FACTS_SCRIPT, 'sh', python, tmpdir()], { encoding: 'utf8' });
    const facts = parseSandboxFacts(stdout);
    expect(facts.hidden).toEqual([realpathSync(homedir()), realpathSync(tmpdir())]);
    const readable = chooseReadable(facts.wanted, facts.hidden).filter((path) => !path.endsWith('pip.conf'));
    expect(readable).toEqual([join(prefix, 'env')]);
    const command = `${python} -c 'import sys; print(sys.prefix)'`;
    expect(runInside(command, { hidden: facts.hidden }).status).not.toBe(0);
    expect(runInside(command, { hidden: facts.hidden, readable }).stdout).toBe(`${join(prefix, 'env')}\n`);
  });
});

describe('chooseReadable', () => {
  const hidden = ['/home/ada', '/home/ada/bot'];
  it.each([
    ['a folder in the home', ['/home/ada/.pyenv/versions/3.11.7'], ['/home/ada/.pyenv/versions/3.11.7']],
    ['what is inside another once', ['/home/ada/conda/bin/python', '/home/ada/conda'], ['/home/ada/conda']],
    ['nothing that is not hidden', ['/usr', '/usr/bin/python3', 'python3'], []],
    ['not the home itself, nor what holds it', ['/home/ada', '/home', '/'], []],
    ['nothing that holds a hidden folder', ['/home/ada/bot'], []],
    ['a name that only begins alike', ['/home/ada2/python'], []],
    ['what lies in /tmp, which is emptied', ['/tmp/py'], ['/tmp/py']],
  ])('%s', (_title, paths, expected) => {
    expect(chooseReadable(paths, hidden)).toEqual(expected);
  });
});

describe('needsNetwork', () => {
  const entry = (parts: Partial<Entry> = {}): Entry => ({
    command: 'python train.py',
    argv: ['python', 'train.py'],
    cwd: '',
    file: 'train.py',
    line: 1,
    kind: 'train',
    launcher: 'python',
    arguments: [],
    evidence: [],
    score: 1,
    files: ['train.py', 'data.py'],
    ...parts,
  });
  const asset = (source: Asset['source'], file: string, present = false): Asset => ({
    kind: 'dataset',
    reference: 'x',
    source,
    expectedAt: null,
    present,
    evidence: [{ file, line: 1, text: '' }],
  });
  it.each<[string, Asset[], Entry, string[], boolean]>([
    ['no assets', [], entry(), [], false],
    ['a data set of torchvision that it reads', [asset('torchvision', 'data.py')], entry(), [], true],
    ['one that is there', [asset('huggingface', 'data.py', true)], entry(), [], false],
    ['one of another program', [asset('url', 'other.py')], entry(), [], false],
    ['a path', [asset('path', 'data.py')], entry(), [], false],
    [
      'a program that prepares',
      [asset('url', 'prepare.py')],
      entry({ preparations: [{ argv: ['python', 'prepare.py'], cwd: '', why: '' }] }),
      [],
      true,
    ],
    ['nobody knows what it reads', [asset('url', 'other.py')], { ...entry(), files: undefined }, [], true],
    ['a download', [], entry({ kind: 'download' }), [], true],
    ['a note', [], entry(), ['Downloads x while it runs.'], true],
  ])('%s', (_title, assets, given, notes, expected) => {
    expect(needsNetwork({ assets }, given, notes)).toBe(expected);
  });
});
