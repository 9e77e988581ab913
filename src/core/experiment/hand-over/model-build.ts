import { z } from 'zod';
import type { FolderFile } from '../../notebook/folder.ts';
import type { Verdict } from '../../notebook/run-checks.ts';
import type { Design } from './design.ts';
import { Name, Summary, type Bounds, type Fault } from './parts.ts';

const Slugs = z.array(z.string().regex(/^[\w-]{1,100}\/[a-z0-9-]{3,100}(?:\/\d{1,6})?$/)).max(20);

/**
 * What builder-model hands over. Address, title, language and privacy of the kernel are no choice of a model: code fills them in, so that nothing is
 * made public and no other kernel is overwritten.
 */
export const ModelBuild = z.strictObject({
  summary: Summary,
  part: Name,
  cells: z.array(z.string().max(40_000)).min(1).max(60).describe('code cells in order, Python'),
  kernel: z.strictObject({
    enable_gpu: z.boolean(),
    machine_shape: z.enum(['', 'NvidiaTeslaT4']).default(''),
    enable_internet: z.boolean(),
    dataset_sources: Slugs,
    kernel_sources: Slugs.default([]),
    competition_sources: z
      .array(z.string().regex(/^[a-z0-9-]{3,100}$/))
      .max(5)
      .default([]),
  }),
  minutes: z.number().int().min(1).max(720).describe('how long it will run, counted from the search and the folds'),
});
export type ModelBuild = z.infer<typeof ModelBuild>;

/** Where a kernel is to lie, which its builder does not choose. */
export interface KernelPlace {
  readonly id: string;
  readonly title: string;
}

export const NOTEBOOK_FILE = 'notebook.ipynb';

/** The folder that is checked and pushed: notebook, metadata, and what is expected of it. `inputs`: files as the kernel will find them, by
 *  their path below /kaggle/input. */
export function renderKernel(
  build: Pick<ModelBuild, 'cells' | 'kernel'>,
  place: KernelPlace,
  expected: { readonly outputs: readonly string[]; readonly inputs: readonly { readonly path: string; readonly text: string }[] },
): FolderFile[] {
  const { enable_gpu, machine_shape, ...kernel } = build.kernel;
  const metadata = {
    ...place,
    code_file: NOTEBOOK_FILE,
    language: 'python',
    kernel_type: 'notebook',
    is_private: true,
    enable_gpu,
    ...(machine_shape === '' ? {} : { machine_shape }),
    ...kernel,
  };
  const texts: [string, string][] = [
    ['kernel-metadata.json', `${JSON.stringify(metadata, null, 2)}\n`],
    [NOTEBOOK_FILE, renderNotebook(build.cells)],
    ['expected-outputs.json', `${JSON.stringify(expected.outputs)}\n`],
    ...expected.inputs.map(({ path, text }): [string, string] => [`inputs/${path}`, text]),
  ];
  return texts.map(([path, text]) => ({ path, text, size: new TextEncoder().encode(text).length }));
}

/** A notebook of these code cells as Jupyter writes it. */
function renderNotebook(cells: readonly string[]): string {
  const code = cells.map((source) => ({
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source: source.split(/(?<=\n)/),
  }));
  const kernelspec = { display_name: 'Python 3', language: 'python', name: 'python3' };
  const notebook = { cells: code, metadata: { kernelspec, language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** What keeps a notebook from being pushed: errors of the check, what nobody allowed, and what the design says otherwise. */
export function checkModelBuild(build: ModelBuild, verdict: Verdict, design: Design | null, bounds: Bounds): Fault[] {
  const errors = verdict.errors.map(({ check, cell, line, message, fix }) => {
    const place = [cell === null ? '' : `cell ${cell}`, line === null ? '' : `line ${line}`].filter((part) => part !== '').join(', ');
    return { at: place === '' ? check : `${place} (${check})`, message: `${message} ${fix}` };
  });
  return [...errors, ...checkTerms(build, bounds), ...(design === null ? [] : checkAgainst(build, design))];
}

/** A person allowed pushes on these terms and no others. */
function checkTerms({ part, kernel, minutes }: ModelBuild, bounds: Bounds): Fault[] {
  const foreign = kernel.dataset_sources.filter((one) => !bounds.datasets.includes(one.replace(/(?<=\/[^/]{1,100})\/\d+$/, '')));
  return [
    ...(part === bounds.part ? [] : [{ at: 'part', message: `this is about ${bounds.part}` }]),
    ...(kernel.enable_gpu && !bounds.gpu ? [{ at: 'kernel.enable_gpu', message: 'the project allows no GPU' }] : []),
    ...(kernel.enable_internet && !bounds.internet ? [{ at: 'kernel.enable_internet', message: 'the project allows no internet' }] : []),
    ...foreign.map((one) => ({
      at: 'kernel.dataset_sources',
      message: `${one} is not allowed; there are ${bounds.datasets.join(', ') || 'none'}`,
    })),
    ...(minutes <= bounds.minutes ? [] : [{ at: 'minutes', message: `${bounds.minutes} minutes were allowed; make the search smaller` }]),
  ];
}

function checkAgainst(build: ModelBuild, design: Design): Fault[] {
  const source = build.cells.join('\n');
  const faults: Fault[] = [];
  if (build.kernel.enable_gpu !== design.machine.gpu)
    faults.push({ at: 'kernel.enable_gpu', message: `the design says ${design.machine.gpu ? 'with' : 'without'} a GPU` });
  if (build.minutes > design.machine.minutes)
    faults.push({ at: 'minutes', message: `the design plans ${design.machine.minutes}; make the search smaller` });
  const unsearched = design.search.parameters.filter(({ name }) => !source.includes(name));
  for (const { name } of unsearched) faults.push({ at: 'cells', message: `the design searches ${name}, and no cell names it` });
  return faults;
}
