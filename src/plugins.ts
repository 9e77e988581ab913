import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ReprobotError } from './errors.ts';

/**
 * Imports the default export of every `.ts` or `.js` file of a folder, sorted by id. Insists that each has an `id` (or a `name`)
 * equal to its file name, so that a file tells what it holds. Never looks into sub-folders. With `only`, the one of that name is all
 * that is imported.
 */
export async function loadPlugins<T extends object>(
  folder: string | URL,
  key: 'id' | 'name' = 'id',
  skip: readonly string[] = [],
  only?: string,
): Promise<T[]> {
  const path = folder instanceof URL ? fileURLToPath(folder) : folder;
  const files = (await readdir(path))
    .filter((file) => /(?<!\.d)\.[tj]s$/.test(file) && !skip.includes(file) && (only === undefined || file.startsWith(`${only}.`)))
    .sort();
  const plugins: T[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(join(path, file)).href)) as { default?: T };
    const plugin = module.default;
    const expected = basename(file).replace(/\.[tj]s$/, '');
    const named: unknown = plugin === undefined ? undefined : Reflect.get(plugin, key);
    if (plugin === undefined || named !== expected) {
      const why = plugin === undefined ? 'it has no default export' : `its ${key} is ${JSON.stringify(named)}, not "${expected}"`;
      throw new ReprobotError({
        code: 'config.invalid',
        doing: `loading ${join(path, file)}`,
        why,
        remedy: `Name the file by its ${key}.`,
      });
    }
    plugins.push(plugin);
  }
  return plugins;
}
