import type { Check } from '../../src/core/notebook/check.ts';
import { readFolder, type FolderFile } from '../../src/core/notebook/folder.ts';
import { runChecks, type Verdict } from '../../src/core/notebook/run-checks.ts';
import { loadPlugins } from '../../src/plugins.ts';
import { createTreeParser } from '../../src/python/parser.ts';
import { createLinter } from '../../src/python/ruff.ts';

export interface CodeJob {
  readonly files: readonly FolderFile[];
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

/** Runs the notebook checks over what a model wrote; meant for a thread, since it may be anything. */
export default async function checkCode({ files, as }: CodeJob): Promise<Verdict> {
  const checks = await loadPlugins<Check>(new URL('../../src/checks/', import.meta.url));
  const folder = readFolder(files, { parse: await createTreeParser(), lint: createLinter() });
  return runChecks(folder, as === 'kernel' ? checks : checks.filter(({ id }) => !OF_KAGGLE.has(id)));
}
