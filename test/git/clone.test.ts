import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneRepository, type CloneLimits } from '../../src/git/clone.ts';
import { git, makeFolder, makeRepository, remove, serveFolder, write, type WebServer } from './git-lab.ts';

const limits: CloneLimits = { maxBytes: 50_000_000, timeoutMs: 30_000, embedded: true };
let repo: Awaited<ReturnType<typeof makeRepository>>;
let folder: string;
let target: string;

beforeAll(async () => {
  repo = await makeRepository();
});
afterAll(async () => {
  await remove(repo.folder);
});
beforeEach(async () => {
  folder = await makeFolder('clone');
  target = join(folder, 'repo');
});
afterEach(async () => {
  await remove(folder);
});

const ask = (url: string, ref: string | null = null) => ({ url, ref, subfolder: '' });

describe('what is asked for', () => {
  it.each([
    ['nothing in particular', () => null, () => repo.second],
    ['a branch', () => 'feature/fast', () => repo.branch],
    ['a tag', () => 'v1.0', () => repo.first],
    ['a full commit', () => repo.first, () => repo.first],
    ['a shortened commit', () => repo.branch.slice(0, 8), () => repo.branch],
  ])('checks out %s', async (_what, ref, commit) => {
    git(repo.folder, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const cloned = await cloneRepository(ask(repo.folder, ref()), target, limits);
    expect(cloned.commit).toBe(commit());
    expect(git(target, 'status', '--porcelain')).toBe('');
    expect(cloned.files).toBe(git(target, 'ls-files').split('\n').length);
    expect(Number.isNaN(Date.parse(cloned.committedAt))).toBe(false);
    expect(cloned.sizeBytes).toBeGreaterThan(0);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it.each([
    ['a branch', 'no-such-branch'],
    ['a commit', '0123456789012345678901234567890123456789'],
    ['a shortened commit', 'deadbeef'],
  ])('says so when there is no such thing: %s', async (_what, ref) => {
    await expect(cloneRepository(ask(repo.folder, ref), target, limits)).rejects.toMatchObject({ code: 'git.failed', transient: false });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it('only looks when the clone is there already', async () => {
    const first = await cloneRepository(ask(repo.folder), target, limits);
    await writeFile(join(target, '.git', 'marker'), '');
    expect(await cloneRepository(ask(repo.folder), target, limits, { commit: first.commit })).toMatchObject({ commit: first.commit });
    expect(existsSync(join(target, '.git', 'marker'))).toBe(true);
  });

  it('begins anew after a crash in the middle', async () => {
    await mkdir(`${target}.part/.git`, { recursive: true });
    await writeFile(`${target}.part/.git/HEAD`, 'half');
    await mkdir(target);
    await writeFile(join(target, 'leftover'), 'half of a checkout');
    expect((await cloneRepository(ask(repo.folder), target, limits)).commit).toBe(repo.second);
    expect(existsSync(join(target, 'leftover'))).toBe(false);
  });

  it('does not take a half folder for part of the repository around it', async () => {
    git(folder, 'init', '-q', '.');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'around');
    await mkdir(target);
    expect((await cloneRepository(ask(repo.folder), target, limits)).commit).toBe(repo.second);
  });

  it('refuses folders of this machine where it is not embedded', async () => {
    const refused = cloneRepository(ask(repo.folder), target, { ...limits, embedded: false });
    await expect(refused).rejects.toMatchObject({ code: 'git.refused' });
    await expect(cloneRepository(ask('/no/such/folder'), target, limits)).rejects.toMatchObject({ code: 'git.refused' });
  });
});

describe('a plain folder', () => {
  it('becomes the same commit each time, without caches and other repositories in it', async () => {
    const plain = join(folder, 'plain');
    await write(plain, { 'train.py': 'print(1)\n', '.gitignore': '*.bin\n', 'w.bin': 'kept\n', 'src/__pycache__/x.pyc': 'no' });
    await write(plain, { 'vendor/lib/.git/config': 'no', 'vendor/lib/a.py': 'a\n' });
    const one = await cloneRepository(ask(plain), target, limits);
    const two = await cloneRepository(ask(plain), join(folder, 'again'), limits);
    expect(two).toMatchObject({ commit: one.commit, files: 4 });
    expect(git(target, 'ls-files').split('\n')).toEqual(
      ['.gitignore', 'src/train.py', 'train.py', 'vendor/lib/a.py', 'w.bin'].filter((name) => name !== 'src/train.py'),
    );
    await write(plain, { 'train.py': 'print(2)\n' });
    expect((await cloneRepository(ask(plain), join(folder, 'third'), limits)).commit).not.toBe(one.commit);
  });
});

describe('a repository that means harm', () => {
  /** Every trap of it would leave this file. */
  let proof: string;

  beforeEach(() => {
    proof = join(folder, 'PWNED');
  });

  async function setTraps(): Promise<string> {
    const bad = join(folder, 'bad');
    await mkdir(bad);
    git(bad, 'init', '-q', '-b', 'main', '.');
    await write(bad, {
      '.gitattributes': '*.py filter=evil diff=evil merge=evil\n*.bin filter=lfs\n',
      'train.py': 'print(1)\n',
      'weights.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n',
      '.gitmodules': `[submodule "sub"]\n\tpath = sub\n\turl = ext::sh -c 'touch ${proof}'\n\tupdate = !touch ${proof}\n`,
      '.githooks/post-checkout': `#!/bin/sh\ntouch ${proof}\n`,
      '.gitconfig': `[core]\n\tfsmonitor = "touch ${proof}"\n`,
    });
    await chmod(join(bad, '.githooks/post-checkout'), 0o755);
    await symlink('/etc/passwd', join(bad, 'passwd'));
    await symlink('../../../../../../etc', join(bad, 'etc'));
    git(bad, 'add', '--all');
    git(bad, 'update-index', '--add', '--cacheinfo', `160000,${repo.first},sub`);
    git(bad, 'commit', '-q', '-m', 'traps');
    await write(bad, {
      '.git/hooks/post-checkout': `#!/bin/sh\ntouch ${proof}\n`,
      '.git/hooks/post-upload-pack': `#!/bin/sh\ntouch ${proof}\n`,
    });
    await chmod(join(bad, '.git/hooks/post-checkout'), 0o755);
    for (const [key, value] of Object.entries({
      'core.fsmonitor': `touch ${proof}`,
      'core.hooksPath': '.githooks',
      'filter.evil.smudge': `touch ${proof}`,
      'filter.evil.clean': `touch ${proof}`,
      'uploadpack.packObjectsHook': `touch ${proof};`,
      'core.sshCommand': `touch ${proof}`,
      'alias.fetch': `!touch ${proof}`,
    }))
      git(bad, 'config', key, value);
    return bad;
  }

  it('runs nothing, follows no submodule, and keeps links as links', async () => {
    const cloned = await cloneRepository(ask(await setTraps()), target, limits);
    expect(cloned.files).toBeGreaterThan(5);
    expect(existsSync(proof)).toBe(false);
    expect(existsSync(join(target, 'sub', 'train.py'))).toBe(false);
    expect(lstatSync(join(target, 'passwd')).isSymbolicLink()).toBe(true);
    expect(await readFile(join(target, 'weights.bin'), 'utf8')).toContain('git-lfs');
    expect(existsSync(join(target, '.git', 'hooks', 'post-checkout'))).toBe(false);
    // What is outside does not count as its size either.
    expect(cloned.sizeBytes).toBeLessThan(1_000_000);
  });

  it('refuses submodules of strange addresses even when they are asked for', async () => {
    const asked = { ...ask(await setTraps()), submodules: true };
    await expect(cloneRepository(asked, target, limits)).rejects.toMatchObject({ code: 'git.refused' });
    expect(existsSync(proof)).toBe(false);
    expect(existsSync(target)).toBe(false);
  });

  it('fetches submodules that are asked for, and takes no command for how to update them', async () => {
    const outer = join(folder, 'outer');
    await mkdir(outer);
    git(outer, 'init', '-q', '-b', 'main', '.');
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo.folder, 'sub');
    git(outer, 'config', '--file', '.gitmodules', 'submodule.sub.update', 'merge');
    git(outer, 'add', '--all');
    git(outer, 'commit', '-q', '-m', 'outer');
    await cloneRepository({ ...ask(outer), submodules: true }, target, limits);
    expect(existsSync(join(target, 'sub', 'train.py'))).toBe(true);
  });

  it('uses no template of the machine', async () => {
    const template = join(folder, 'template');
    await write(template, { 'hooks/post-checkout': `#!/bin/sh\ntouch ${proof}\n` });
    await chmod(join(template, 'hooks/post-checkout'), 0o755);
    process.env['GIT_TEMPLATE_DIR'] = template;
    try {
      await cloneRepository(ask(repo.folder), target, limits);
    } finally {
      delete process.env['GIT_TEMPLATE_DIR'];
    }
    expect(existsSync(join(target, '.git', 'hooks'))).toBe(false);
    expect(existsSync(proof)).toBe(false);
  });

  it.each([
    ['a helper address', (touch: string) => `ext::sh -c '${touch}'`, null],
    ['an option as address', (touch: string) => `--upload-pack=${touch}`, null],
    ['an option as ref', () => 'REPO', '--upload-pack=touch PROOF'],
  ])('starts no helper for %s', async (_what, makeUrl, ref) => {
    const url = makeUrl(`touch ${proof}`).replace('REPO', repo.folder);
    const asked = ask(url, ref?.replace('PROOF', proof) ?? null);
    await expect(cloneRepository(asked, target, limits)).rejects.toMatchObject({ name: 'ReprobotError' });
    expect(existsSync(proof)).toBe(false);
    expect(existsSync(target)).toBe(false);
  });
});

describe('limits', () => {
  it.each(['a repository', 'a folder'])('refuses %s that is too large, even when it comes fast', async (what) => {
    const big = join(folder, 'big');
    await write(big, { 'data.txt': Array.from({ length: 100_000 }, () => Math.random()).join('\n') });
    if (what === 'a repository') {
      git(big, 'init', '-q', '.');
      git(big, 'add', '--all');
      git(big, 'commit', '-q', '-m', 'big');
    }
    const tooLarge = cloneRepository(ask(big), target, { ...limits, maxBytes: 1_000_000 });
    await expect(tooLarge).rejects.toMatchObject({ code: 'git.too-large', message: expect.stringContaining('larger than 1 MB') as string });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it('stops before a hundred million files are laid out', async () => {
    const bomb = join(folder, 'bomb');
    await mkdir(bomb);
    git(bomb, 'init', '-q', '-b', 'main', '.');
    const make = (mode: string, id: string): string => {
      const lines = Array.from({ length: 10 }, (_, index) => `${mode} ${id}\tx${index}\n`).join('');
      return execFileSync('git', ['mktree'], { cwd: bomb, input: lines, encoding: 'utf8' }).trim();
    };
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: bomb, input: '', encoding: 'utf8' }).trim();
    let tree = make('100644 blob', blob);
    for (let level = 0; level < 7; level += 1) tree = make('040000 tree', tree);
    git(bomb, 'update-ref', 'refs/heads/main', git(bomb, 'commit-tree', '-m', 'bomb', tree));
    await expect(cloneRepository(ask(bomb), target, limits)).rejects.toMatchObject({ code: 'git.too-large' });
    expect(existsSync(target)).toBe(false);
  });

  it('does not begin when it was cancelled before', async () => {
    const signal = AbortSignal.abort();
    await expect(cloneRepository(ask(repo.folder), target, limits, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(target)).toBe(false);
  });
});

describe('over HTTP', () => {
  let web: WebServer;
  let root: string;

  beforeAll(async () => {
    root = await makeFolder('web');
    git(root, 'clone', '-q', '--bare', repo.folder, join(root, 'minGPT.git'));
    git(join(root, 'minGPT.git'), 'update-server-info');
  });
  afterAll(async () => {
    await remove(root);
  });
  beforeEach(async () => {
    web = await serveFolder(root);
  });
  afterEach(async () => {
    await web.stop();
  });

  it('clones from a server that knows only files', async () => {
    const cloned = await cloneRepository(ask(`${web.url}/minGPT.git`), target, limits);
    expect(cloned.commit).toBe(repo.second);
    expect(web.asked[0]).toBe('/minGPT.git/info/refs');
  });

  it('says in a sentence that a repository is not there', async () => {
    const missing = cloneRepository(ask(`${web.url}/nothing.git`), target, limits);
    await expect(missing).rejects.toMatchObject({
      code: 'git.failed',
      transient: false,
      message: expect.stringMatching(/not found.*Check the address/) as string,
    });
  });

  it('calls a server that is away a passing trouble', async () => {
    const { url } = web;
    await web.stop();
    await expect(cloneRepository(ask(`${url}/minGPT.git`), target, limits)).rejects.toMatchObject({ code: 'git.failed', transient: true });
  });

  it('ends git when it takes too long, and when the run is cancelled', async () => {
    web.hang();
    const asked = ask(`${web.url}/minGPT.git`);
    await expect(cloneRepository(asked, target, { ...limits, timeoutMs: 400 })).rejects.toMatchObject({
      code: 'timeout',
      transient: false,
    });
    const controller = new AbortController();
    const going = cloneRepository(asked, target, limits, { signal: controller.signal });
    await expect.poll(() => web.asked.length).toBe(2);
    controller.abort();
    await expect(going).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(`${target}.part`)).toBe(false);
  });

  it('keeps a name and password of an address out of the words of an error', async () => {
    const url = `${web.url.replace('http://', 'http://ada:s3cret@')}/nothing.git`;
    const failure: unknown = await cloneRepository(ask(url), target, limits).catch((error: unknown) => error);
    expect((failure as { why: string }).why).not.toContain('s3cret');
  });
});
