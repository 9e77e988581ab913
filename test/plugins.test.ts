import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPlugins } from '../src/plugins.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugins-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const write = (file: string, source: string) => writeFileSync(join(folder, file), source);

describe('loadPlugins', () => {
  it('reads a folder, sorted, and nothing else in it', async () => {
    write('b.ts', "export default { id: 'b' };");
    write('a.ts', "export default { id: 'a' };");
    write('c.d.ts', 'export {};');
    write('notes.md', '');
    mkdirSync(join(folder, 'deeper'));
    expect(await loadPlugins<{ id: string }>(folder)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('insists that a file is named by its id and exports it', async () => {
    write('a.ts', "export default { id: 'b' };");
    await expect(loadPlugins(folder)).rejects.toThrow(/its id is "b", not "a"\. Name the file by its id/);
    write('a.ts', 'export const x = 1;');
  });

  it('can go by name and skip helpers', async () => {
    write('a.ts', "export default { name: 'a' };");
    write('helper.ts', 'export const x = 1;');
    expect(await loadPlugins(folder, 'name', ['helper.ts'])).toEqual([{ name: 'a' }]);
    await expect(loadPlugins(folder, 'name')).rejects.toThrow(/no default export/);
  });
});
