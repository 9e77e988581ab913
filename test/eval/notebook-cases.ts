import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import type { FolderFile } from '../../src/core/notebook/folder.ts';
import { makeFiles } from '../checks/make-folder.ts';

/**
 * A notebook with what is known of it. Two layouts are read below a folder:
 * - a folder with kernel-metadata.json; `expected.json` beside it holds {"failed": true, "reason": "secret_missing"}, or the folder lies below
 *   `failing/` or `passing/`. `reason` is a check's id or a failure class, or a list of them; it may be left out.
 * - one .py file below `failing/` or `passing/` whose first lines say `# reason: …`, `# metadata: {…}` and `# kind: notebook` or script, cells
 *   being parted by `# %%`.
 */
export interface NotebookCase {
  readonly name: string;
  readonly failed: boolean;
  readonly reasons: readonly string[];
  readonly source: { readonly folder: string } | { readonly files: readonly FolderFile[] };
}

const Expected = z.object({ failed: z.boolean(), reason: z.union([z.string(), z.array(z.string())]).optional() });

/** All cases below a folder, by name. */
export function readCases(root: string): NotebookCase[] {
  return listPaths(root)
    .flatMap((path) => readCase(root, path) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listPaths(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (!statSync(path).isDirectory()) return name.endsWith('.py') ? [path] : [];
    return existsSync(join(path, 'kernel-metadata.json')) ? [path] : listPaths(path);
  });
}

function readCase(root: string, path: string): NotebookCase | null {
  const name = relative(root, path);
  const side = /(?:^|\/)(failing|passing)\//.exec(`/${name}`)?.[1];
  if (path.endsWith('.py')) return side === undefined ? null : { name, failed: side === 'failing', ...readSingle(path) };
  const file = join(path, 'expected.json');
  const expected = existsSync(file) ? Expected.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  const failed = expected?.failed ?? (side === undefined ? null : side === 'failing');
  if (failed === null) return null;
  return { name, failed, reasons: [expected?.reason ?? []].flat(), source: { folder: path } };
}

function readSingle(path: string): Pick<NotebookCase, 'reasons' | 'source'> {
  const text = readFileSync(path, 'utf8');
  const header = (key: string): string | undefined => new RegExp(`^# ${key}: (.*)$`, 'm').exec(text.slice(0, 2000))?.[1];
  const [, ...cells] = text.split(/^# %%.*\n/m);
  const metadata = JSON.parse(header('metadata') ?? '{}') as Record<string, unknown>;
  const files = JSON.parse(header('files') ?? '{}') as Record<string, string>;
  const code = header('kind') === 'script' ? cells.join('\n') : cells.map((cell) => cell.trimEnd());
  return {
    reasons: (header('reason') ?? '').split(/[,\s]+/).filter((one) => one !== ''),
    source: { files: makeFiles({ code, metadata, files }) },
  };
}

/** The name under which a case is shown. */
export function shortName(one: NotebookCase): string {
  return `${basename(dirname(one.name))}/${basename(one.name, '.py')}`;
}
