import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import map from '../../src/cli/map.ts';
import { RepoMap } from '../../src/core/repo-map/schema.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'map-verb-'));
  mkdirSync(join(folder, 'project', 'sub'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'hollow'));
  writeFileSync(join(folder, 'project', 'train.py'), "import torch\nfor i in range(9): loss.backward()\nif __name__ == '__main__': pass\n");
  writeFileSync(join(folder, 'project', 'sub', 'main.py'), "print(1)\nif __name__ == '__main__': pass\n");
  writeFileSync(join(folder, 'empty', 'notes.txt'), 'x\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: join(folder, 'project') });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  writeFileSync(join(folder, 'project', 'later.py'), 'x = 1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const reading = Promise.all([text(stdout), text(stderr)]);
  const code = await map.run(args, { stdin: Readable.from([]), stdout, stderr, cwd: folder });
  stdout.end();
  stderr.end();
  const [out, err] = await reading;
  return { code, out, err };
}

describe('reprobot map', () => {
  it('prints REPO_MAP.md for a person', async () => {
    const { code, out, err } = await run('project');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('| `python train.py` | . | train |');
  });

  it('prints the map and nothing else with --json', async () => {
    const { code, out } = await run('project', '--json');
    const read = RepoMap.parse(JSON.parse(out));
    expect(code).toBe(0);
    expect(read).toMatchObject({ name: 'project', entries: [{ file: 'train.py' }, { file: 'sub/main.py' }], files: { python: 3 } });
    expect(read.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(read.committedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('narrows to a folder and goes back to a commit, and leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('reprobot-map-'));
    const narrowed = RepoMap.parse(JSON.parse((await run('project', '--json', '--path', './sub/')).out));
    expect(narrowed).toMatchObject({ subfolder: 'sub', entries: [{ file: 'sub/main.py' }] });
    expect(RepoMap.parse(JSON.parse((await run('project', '--json', '--ref', 'main')).out)).files.python).toBe(2);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('reprobot-map-'))).toEqual(before);
  });

  it('prints the schema that is published, which every map fits', async () => {
    const { code, out } = await run('--schema');
    const published: unknown = JSON.parse(readFileSync(new URL('../../docs/repo-map.schema.json', import.meta.url), 'utf8'));
    expect(code).toBe(0);
    // Out of date? `npx reprobot map --schema > docs/repo-map.schema.json`
    expect(JSON.parse(out)).toEqual(published);
    expect(published).toMatchObject({ type: 'object', properties: { hardware: {}, entries: {}, claims: {} } });
  });

  it('answers 1 where nothing can be run', async () => {
    expect(await run('empty')).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was found that can be started.') });
  });

  it('runs nothing that the settings of a repository name, though it lacks its commit on purpose', async () => {
    const trap = join(folder, 'trap');
    const sprung = join(folder, 'sprung');
    mkdirSync(trap);
    writeFileSync(join(trap, 'train.py'), "if __name__ == '__main__': pass\n");
    execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: trap });
    const settings = {
      'core.repositoryFormatVersion': '1',
      'extensions.partialClone': 'origin',
      'remote.origin.promisor': 'true',
      'remote.origin.url': join(folder, 'project'),
      'remote.origin.uploadpack': `touch ${sprung}; git-upload-pack`,
    };
    for (const [name, value] of Object.entries(settings)) execFileSync('git', ['config', name, value], { cwd: trap });
    writeFileSync(join(trap, '.git', 'refs', 'heads', 'main'), `${'12'.repeat(20)}\n`);
    expect(RepoMap.parse(JSON.parse((await run('trap', '--json')).out))).toMatchObject({ commit: null, files: { python: 1 } });
    await run('trap', '--ref', 'main');
    expect(existsSync(sprung)).toBe(false);
  });

  it.each([
    [[], 'map takes one folder or address'],
    [['a', 'b'], 'map takes one folder or address'],
    [['--nope', 'project'], 'usage: reprobot map'],
    [['nowhere'], 'is not an address of a repository'],
    [['project', '--path', 'nowhere'], 'the repository has no such folder'],
    [['project', '--path', '../..'], 'is not a folder inside the repository'],
    [['project', '--ref', '--upload-pack=x'], '--ref'],
    [['https://evil.example/a/b'], 'is not among the allowed hosts'],
    [['ext::sh -c id'], 'helper addresses'],
    [[''], 'no repository was given'],
    [['hollow'], 'reading hollow: it holds no files.'],
    [['empty/notes.txt'], 'it is a file, not a folder'],
    [['empty', '--ref', 'v1'], 'it is no git repository, so it has no “v1”'],
    [['project', '--ref', 'v1'], 'it has no branch, tag or commit “v1”. Name one that it has'],
    [
      ['https://ana:hunter2hunter2@github.com/a/b'],
      'reading https://ana:[password in an address]@github.com/a/b: the address holds a password',
    ],
  ])('answers 2 for %j', async (args, why) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(why);
  });
});
