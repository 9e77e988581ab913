import { fillPlaces, PYTHON } from '../src/core/placeholders.ts';

/** Puts the run’s folder and interpreter where a plan says `{run}` and `{python}`; text from a repository comes back to the letter. */
export function fill(text: string, values: { readonly run: string; readonly python?: string }): string {
  const { run } = values;
  const python = values.python === undefined ? PYTHON : fillPlaces(values.python, { run, python: PYTHON });
  return fillPlaces(text, { run, python });
}

export function fillAll(
  record: Readonly<Record<string, string>>,
  values: { readonly run: string; readonly python?: string },
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fill(value, values)]));
}
