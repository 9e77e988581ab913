/** Puts the run’s folder and interpreter where a plan says `{run}` and `{python}`. */
export function fill(text: string, values: { readonly run: string; readonly python?: string }): string {
  const python = values.python === undefined ? undefined : values.python.replaceAll('{run}', () => values.run);
  const filled = python === undefined ? text : text.replaceAll('{python}', () => python);
  return filled.replaceAll('{run}', () => values.run);
}

export function fillAll(
  record: Readonly<Record<string, string>>,
  values: { readonly run: string; readonly python?: string },
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fill(value, values)]));
}
