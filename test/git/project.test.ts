import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProjectRepository, projectFolder, type ProjectRepository, type Pushed } from '../../src/git/project.ts';
import { git, makeFolder, remove, write } from './git-lab.ts';

let dataDir: string;
let remote: string;
let folder: string;
let project: ProjectRepository;
const at = new Date(Date.UTC(2026, 10, 27, 12));

beforeEach(async () => {
  dataDir = await makeFolder('data');
  remote = await makeFolder('remote');
  git(remote, 'init', '-q', '--bare', '-b', 'main', '.');
  folder = projectFolder(dataDir, 'gold');
  project = openProjectRepository(dataDir, 'gold', remote);
});
afterEach(async () => {
  await remove(dataDir);
  await remove(remote);
});

/** Adds a line at the end. */
const add = (line: string, to = project): Promise<Pushed> =>
  to.write(({ current }) => ({ text: current.includes(line) ? current : `${current}${line}\n`, deleted: [] }), `scratch: ${line}`, at);
const pushed = (): string => git(remote, 'show', 'main:SCRATCH.md');
const log = (where: string): string[] => git(where, 'log', '--reverse', '--format=%s', 'main').split('\n');

/** A person's own clone of the remote. */
async function editElsewhere(change: (text: string) => string): Promise<void> {
  const clone = await makeFolder('clone');
  git(clone, 'clone', '-q', remote, '.');
  const path = join(clone, 'SCRATCH.md');
  await writeFile(path, change(await readFile(path, 'utf8').catch(() => '')));
  git(clone, 'add', '-A');
  git(clone, 'commit', '-q', '-m', 'by ada');
  git(clone, 'push', '-q', 'origin', 'HEAD:main');
  await remove(clone);
}

describe('the repository of a project', () => {
  it('commits and pushes each writing, and nothing where nothing is new', async () => {
    expect(await add('one')).toEqual({ kind: 'pushed' });
    expect(await add('one')).toEqual({ kind: 'pushed' });
    expect(await add('two')).toEqual({ kind: 'pushed' });
    expect(log(remote)).toEqual(['scratch: one', 'scratch: two']);
    expect(pushed()).toBe('one\ntwo');
  });

  it('works without a remote, and takes up one that is named later', async () => {
    const alone = openProjectRepository(dataDir, 'gold', null);
    expect(await add('one', alone)).toEqual({ kind: 'off' });
    expect(await add('two')).toEqual({ kind: 'pushed' });
    expect(pushed()).toBe('one\ntwo');
  });

  it('begins with what the remote holds', async () => {
    await editElsewhere(() => 'what we know\n');
    await add('one');
    expect(pushed()).toBe('what we know\none');
    expect(log(remote)).toEqual(['by ada', 'scratch: one']);
  });

  it('takes in what people changed here and there, and hands it to whoever writes', async () => {
    await add('one');
    await editElsewhere((text) => `mine\n${text}`);
    await writeFile(join(folder, 'SCRATCH.md'), 'one\nhere\n');
    const seen: string[] = [];
    await project.write(
      ({ current, written }) => {
        seen.push(current, written);
        return { text: `${current}two\n`, deleted: ['rabc.1.0'] };
      },
      'scratch: two',
      at,
    );
    expect(seen).toEqual(['mine\none\nhere\n', 'one\n']);
    expect(pushed()).toBe('mine\none\nhere\ntwo');
    expect(log(remote)).toEqual(['scratch: one', 'by ada', 'Edited by hand', 'scratch: two']);
    let deleted: readonly string[] = [];
    await project.write((before) => ((deleted = before.deleted), { text: before.current, deleted }), 'scratch: three', at);
    expect(deleted).toEqual(['rabc.1.0']);
  });

  it('goes on here where the remote holds other changes of the same lines, and says so once', async () => {
    await add('one');
    await editElsewhere(() => 'theirs\n');
    await writeFile(join(folder, 'SCRATCH.md'), 'ours\n');
    const why = 'the remote holds other changes of the same lines';
    expect(await add('two')).toEqual({ kind: 'refused', why, news: true });
    expect(await add('three')).toEqual({ kind: 'refused', why, news: false });
    expect((await project.look()).current).toBe('ours\ntwo\nthree\n');
    expect(git(folder, 'status', '--porcelain')).toBe('');
    expect(pushed()).toBe('theirs');
    // A person puts both together, here.
    git(folder, 'pull', '-q', '--no-rebase', '-X', 'ours', remote, 'main');
    expect(await add('four')).toEqual({ kind: 'pushed' });
    expect(pushed()).toContain('four');
  });

  it('never forces: a remote that takes nothing keeps what it has', async () => {
    await add('one');
    await writeFile(join(remote, 'hooks', 'pre-receive'), '#!/bin/sh\necho "no pushes today" >&2\nexit 1\n', { mode: 0o755 });
    expect(await add('two')).toMatchObject({ kind: 'refused', news: true });
    expect(await add('three')).toMatchObject({ kind: 'refused', news: false });
    expect(pushed()).toBe('one');
    await writeFile(join(remote, 'hooks', 'pre-receive'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await add('four')).toEqual({ kind: 'pushed' });
    expect(pushed()).toBe('one\ntwo\nthree\nfour');
  });

  it('goes on where the remote cannot be reached, and tells no password', async () => {
    const away = openProjectRepository(dataDir, 'gold', 'http://ada:hunter22@127.0.0.1:9/gold.git');
    const result = await add('one', away);
    expect(result).toMatchObject({ kind: 'behind' });
    expect(JSON.stringify(result)).not.toContain('hunter22');
    expect(await readFile(join(folder, '.git', 'config'), 'utf8')).not.toContain('hunter22');
    expect(await add('two')).toEqual({ kind: 'pushed' });
  });

  it('gets up after a worker that was killed in the middle', async () => {
    await add('one');
    await editElsewhere(() => 'theirs\n');
    await write(folder, { 'SCRATCH.md': 'ours\n', '.git/index.lock': '' });
    await remove(join(folder, '.git', 'index.lock'));
    git(folder, 'commit', '-q', '-a', '-m', 'ours');
    git(folder, 'fetch', '-q', remote, 'main');
    expect(() => git(folder, 'rebase', '-q', 'FETCH_HEAD')).toThrow();
    await write(folder, { '.git/index.lock': '' });
    expect(await add('two')).toMatchObject({ kind: 'refused' });
    expect((await project.look()).current).toBe('ours\ntwo\n');
  });

  it('is a folder of its own and never another', () => {
    for (const name of ['..', 'a/b', '', '.git', '-x']) expect(() => projectFolder(dataDir, name)).toThrow(/no name/);
  });
});
