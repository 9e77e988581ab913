import { z } from 'zod';
import type { Verdict } from '../../notebook/run-checks.ts';
import type { Design } from './design.ts';
import { Name, Summary, type Bounds, type Fault } from './parts.ts';

/**
 * What builder-model hands over. Everything else of a kernel – address, privacy, machine, internet, inputs – follows from what a person
 * allowed for the whole experiment, and is no choice of a model.
 */
export const ModelBuild = z.strictObject({
  summary: Summary,
  part: Name.describe('the feature, or meta'),
  cells: z.array(z.string().max(40_000)).min(1).max(60).describe('code cells in order, Python'),
  minutes: z.number().int().min(1).max(720).describe('how long it will run, counted from the search and the folds'),
});
export type ModelBuild = z.infer<typeof ModelBuild>;

export const NOTEBOOK_FILE = 'notebook.ipynb';
/** Characters that one document of the record surely holds. */
const MOST_CHARACTERS = 150_000;

/** A notebook of these code cells as Jupyter writes it. */
export function renderNotebook(cells: readonly string[]): string {
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
  const { length } = renderNotebook(build.cells);
  return [
    ...errors,
    ...(build.part === bounds.part ? [] : [{ at: 'part', message: `this is about ${bounds.part}` }]),
    ...(build.minutes <= bounds.minutes ? [] : [{ at: 'minutes', message: `${bounds.minutes} were allowed; make the search smaller` }]),
    ...(length <= MOST_CHARACTERS
      ? []
      : [{ at: 'cells', message: `the notebook has ${length} characters, and nobody could read it through` }]),
    ...(design === null ? [] : checkAgainst(build, design)),
  ];
}

function checkAgainst({ cells, minutes }: ModelBuild, design: Design): Fault[] {
  const source = cells.join('\n');
  const unsearched = design.search.parameters.filter(({ name }) => !source.includes(name));
  return [
    ...(minutes <= design.minutes ? [] : [{ at: 'minutes', message: `the design plans ${design.minutes}; make the search smaller` }]),
    ...unsearched.map(({ name }) => ({ at: 'cells', message: `the design searches ${name}, and no cell names it` })),
  ];
}
