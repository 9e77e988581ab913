import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRepoFiles, loadRepository } from '../../../src/repo-files/load.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repo-'));
  mkdirSync(join(folder, '.git'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, '.git', 'config'), 'x');
  writeFileSync(join(folder, 'src', 'a.py'), 'x = 1\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('loadRepoFiles', () => {
  it('lists files with the text of what is text, and leaves .git and links out', async () => {
    writeFileSync(join(folder, 'requirements.txt'), Buffer.from('\uFEFFtorch\n', 'utf16le'));
    writeFileSync(join(folder, 'data.bin'), 'x');
    writeFileSync(join(folder, 'fake.py'), Buffer.from([0, 1, 2]));
    symlinkSync('/etc/passwd', join(folder, 'passwd.txt'));
    symlinkSync('/etc', join(folder, 'etc'));
    expect(loadRepoFiles(folder)).toEqual([
      { path: 'data.bin', size: 1, text: null },
      { path: 'fake.py', size: 3, text: null },
      { path: 'requirements.txt', size: 14, text: 'torch\n' },
      { path: 'src/a.py', size: 6, text: 'x = 1\n' },
    ]);
  });

  it('takes a link to a listed file for its second name, except a module', () => {
    mkdirSync(join(folder, 'doc'));
    writeFileSync(join(folder, 'doc', 'README.md'), '# Owl\n');
    symlinkSync('doc/README.md', join(folder, 'README.md'));
    symlinkSync('../README.md', join(folder, 'src', 'README.md'));
    symlinkSync('src/a.py', join(folder, 'b.py'));
    expect(loadRepoFiles(folder).map((file) => [file.path, file.text])).toEqual([
      ['README.md', '# Owl\n'],
      ['doc/README.md', '# Owl\n'],
      ['src/a.py', 'x = 1\n'],
    ]);
  });

  it('reads small programs without an ending, and no data without one', () => {
    for (const name of ['go', 'large', 'data'])
      writeFileSync(join(folder, name), `#!/bin/sh\n${name === 'large' ? 'x'.repeat(300_000) : ''}`);
    chmodSync(join(folder, 'go'), 0o755);
    chmodSync(join(folder, 'large'), 0o755);
    expect(loadRepoFiles(folder).flatMap((file) => (file.text === null ? [] : [file.path]))).toEqual(['go', 'src/a.py']);
  });

  it('keeps to its limits', async () => {
    writeFileSync(join(folder, 'big.py'), 'x'.repeat(50));
    expect(loadRepoFiles(folder, { maxTextBytes: 20 })).toMatchObject([
      { path: 'big.py', text: null },
      { path: 'src/a.py', text: 'x = 1\n' },
    ]);
    expect(loadRepoFiles(folder, { maxFiles: 1 })).toHaveLength(1);
  });

  it('says what is wrong with a folder that is not there', () => {
    expect(() => loadRepoFiles(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'usage.bad-input' }));
  });

  it('goes on past what is not as it should be, and says where', async () => {
    mkdirSync(join(folder, 'requirements.txt'));
    writeFileSync(join(folder, 'requirements.txt', 'base.txt'), 'torch\n');
    writeFileSync(join(folder, 'latin.py'), Buffer.from('x = 1\n# caf\u00e9\n', 'latin1'));
    writeFileSync(join(folder, 'huge.ipynb'), 'x'.repeat(400));
    writeFileSync(join(folder, 'zero.py'), Buffer.from([1, 0, 2]));
    symlinkSync('.', join(folder, 'loop'));
    symlinkSync('/etc/passwd', join(folder, 'README.md'));
    const { files, warnings } = loadRepository(folder, { maxNotebookBytes: 300 });
    expect(files.map((file) => file.path)).toEqual(['huge.ipynb', 'latin.py', 'requirements.txt/base.txt', 'src/a.py', 'zero.py']);
    expect(files.find((file) => file.path === 'latin.py')?.text).toBe('x = 1\n# caf\u00e9\n');
    expect(warnings).toEqual([
      { file: 'README.md', line: null, what: 'a symbolic link, which is not followed' },
      { file: 'huge.ipynb', line: null, what: '0.0 MB, too large to be read' },
      { file: 'latin.py', line: 2, what: 'not UTF-8; read as Latin-1' },
      { file: 'requirements.txt', line: null, what: 'a folder with the name of a file' },
      { file: 'zero.py', line: null, what: 'no text, in spite of its name' },
    ]);
  });

  it('reads code and manifests before data, so that data cannot use up the room', async () => {
    mkdirSync(join(folder, 'a-results'));
    for (let n = 0; n < 20; n += 1) writeFileSync(join(folder, 'a-results', `${String(n)}.json`), 'x'.repeat(50));
    writeFileSync(join(folder, 'requirements.txt'), 'torch\n');
    writeFileSync(join(folder, 'z.gin'), 'a = 1\n');
    const { files, warnings } = loadRepository(folder, { maxTotalTextBytes: 200 });
    const read = files.filter((file) => file.text !== null).map((file) => file.path);
    expect(read).toEqual(expect.arrayContaining(['requirements.txt', 'src/a.py', 'z.gin']));
    expect(warnings).toEqual([{ file: '', line: null, what: '17 text files beyond 0 MB in all were not read' }]);
  });

  it('says when there are more files than it lists', async () => {
    writeFileSync(join(folder, 'b.py'), '');
    const { files, warnings } = loadRepository(folder, { maxFiles: 1 });
    expect(files).toHaveLength(1);
    expect(warnings[0]?.what).toBe('more than 1 files; the deepest were not listed');
  });

  it.each([
    'Makefile',
    'docker/Dockerfile.gpu',
    'a.yml',
    'b.yaml',
    'c.gin',
    'd.cfg',
    'e.lock',
    'Pipfile',
    'f.ini',
    'g.jsonnet',
    'h.sub',
    'i.pbs',
    '.gitlab-ci.yml',
    '.github/workflows/ci.yml',
    'requirements',
    'README',
  ])('reads the text of %s', async (path) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), 'words\n');
    expect(loadRepoFiles(folder).find((file) => file.path === path)?.text).toBe('words\n');
  });
});
