import { open } from 'node:fs/promises';
import { readFolder, type FolderFile } from '../../src/core/notebook/folder.ts';
import { runChecks, type Verdict } from '../../src/core/notebook/run-checks.ts';
import { loadChecks } from '../../src/notebooks/open-notebook.ts';
import { createTreeParser } from '../../src/python/parser.ts';
import { createLinter } from '../../src/python/ruff.ts';

export interface CodeJob {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** Files that lie below `inputs/`, by where they are read from; their first lines are enough. */
  readonly inputs: readonly { readonly path: string; readonly from: string }[];
  /** A kernel is to run at Kaggle; a script runs where the data are fetched, and what only Kaggle minds is not asked of it. */
  readonly as: 'kernel' | 'script';
}

/** Checks about Kaggle’s machines, folders and metadata. */
const OF_KAGGLE = new Set([
  'dataset-paths',
  'expected-outputs',
  'gpu',
  'internet',
  'kernel-metadata',
  'local-paths',
  'missing-packages',
  'notebook-format',
  'secrets',
]);
const HEAD_BYTES = 4_000;

/** Runs the notebook checks over what a model wrote; meant for a thread, since it may be anything. Runs nothing of it. */
export default async function checkCode({ files, inputs, as }: CodeJob): Promise<Verdict> {
  const checks = await loadChecks();
  const heads = await Promise.all(inputs.map(async ({ path, from }) => makeFile(path, await readHead(from))));
  const all = [...files.map(({ path, content }) => makeFile(path, content)), ...heads];
  const folder = readFolder(all, { parse: await createTreeParser(), lint: createLinter() });
  return runChecks(folder, as === 'kernel' ? checks : checks.filter(({ id }) => !OF_KAGGLE.has(id)));
}

function makeFile(path: string, text: string): FolderFile {
  return { path, text, size: Buffer.byteLength(text) };
}

/** The first whole lines; nothing where the file is not there yet. */
async function readHead(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return text.slice(0, text.lastIndexOf('\n') + 1);
  } finally {
    await file.close();
  }
}
