import { runChecks, renderVerdict } from '../../src/core/notebook/run-checks.ts';
import { createFolderReader, loadChecks } from '../../src/notebooks/open-notebook.ts';

export interface KernelVerdict {
  readonly passed: boolean;
  readonly errors: readonly string[];
  readonly warnings: number;
  readonly text: string;
}

/** The notebook check over a folder; meant for a thread, since notebooks may be large and hostile. Runs nothing of it. */
export default async function checkKernel({ folder }: { readonly folder: string }): Promise<KernelVerdict> {
  const read = await createFolderReader();
  const verdict = runChecks(await read(folder), await loadChecks());
  const errors = verdict.errors.map(({ check, cell, line, message, fix }) => {
    const place = [cell === null ? '' : `cell ${cell}`, line === null ? '' : `line ${line}`].filter((part) => part !== '').join(', ');
    return `${place === '' ? '' : `${place}: `}${message} ${fix} (${check})`;
  });
  return { passed: verdict.passed, errors, warnings: verdict.warnings.length, text: renderVerdict(verdict) };
}
