import type { RepoFile, RepoInput } from '../../../src/core/repo-map/input.ts';
import { mapRepository } from '../../../src/core/repo-map/map.ts';
import type { Entry, RepoMap } from '../../../src/core/repo-map/schema.ts';
import { createPythonParser } from '../../../src/python/parser.ts';

export const parse = await createPythonParser();

/** A repository written down as path → text. */
export function repository(files: Readonly<Record<string, string>>, subfolder = ''): RepoInput {
  return { name: 'fixture', commit: null, committedAt: null, subfolder, files: repoFiles(files), parse };
}

export function repoFiles(files: Readonly<Record<string, string>>): RepoFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, size: Buffer.byteLength(text), text }));
}

export function mapFiles(files: Readonly<Record<string, string>>, subfolder = ''): RepoMap {
  return mapRepository(repository(files, subfolder));
}

export function firstEntry(files: Readonly<Record<string, string>>): Entry {
  const [entry] = mapFiles(files).entries;
  if (entry === undefined) throw new Error('the map has no entry');
  return entry;
}

/** A notebook file with the given code cells. */
export function notebook(...cells: readonly string[]): string {
  const lines = (text: string) => text.split(/(?<=\n)/);
  return JSON.stringify(
    { nbformat: 4, cells: cells.map((text) => ({ cell_type: 'code', metadata: {}, source: lines(text), outputs: [] })) },
    null,
    1,
  );
}
