/** What the readers of arguments share. */
import { folderOf, type RepoFile } from './input.ts';
import type { PyValue } from './python.ts';
import { roleOf } from './roles.ts';
import type { EntryArgument } from './schema.ts';
import type { Source } from './sources.ts';

/** Where the readers look: the entry itself, and it with the files of the repository that it imports, nearest first. */
export interface ArgumentContext {
  readonly entry: Source;
  readonly reached: readonly Source[];
  readonly files: readonly RepoFile[];
}

/** The decoded text of a string, else the source text; null for None and for no value. */
export function textOf(value: PyValue | null | undefined): string | null {
  if (value === null || value === undefined || value.kind === 'none') return null;
  return value.string ?? value.text;
}

/** Fills what readers leave out. */
export function makeArgument(
  parts: Pick<EntryArgument, 'name' | 'style' | 'default' | 'evidence'> & Partial<EntryArgument>,
): EntryArgument {
  return { aliases: [], type: null, required: false, choices: [], help: null, role: roleOf(parts.name, parts.help ?? null), ...parts };
}

/** The folder of the entry, from which relative configuration paths are read. */
export function entryFolder(context: ArgumentContext): string {
  return folderOf(context.entry.file.path);
}
