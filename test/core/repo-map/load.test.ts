import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRepoFiles } from '../../../src/repo-files/load.ts';

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
    expect(await loadRepoFiles(folder)).toEqual([
      { path: 'data.bin', size: 1, text: null },
      { path: 'fake.py', size: 3, text: null },
      { path: 'requirements.txt', size: 14, text: 'torch\n' },
      { path: 'src/a.py', size: 6, text: 'x = 1\n' },
    ]);
  });

  it('keeps to its limits', async () => {
    writeFileSync(join(folder, 'big.py'), 'x'.repeat(50));
    expect(await loadRepoFiles(folder, { maxTextBytes: 20 })).toMatchObject([
      { path: 'big.py', text: null },
      { path: 'src/a.py', text: 'x = 1\n' },
    ]);
    expect(await loadRepoFiles(folder, { maxFiles: 1 })).toHaveLength(1);
  });

  it('says what is wrong with a folder that is not there', async () => {
    await expect(loadRepoFiles(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'usage.bad-input' });
  });
});
