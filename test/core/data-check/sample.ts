import { checkData, type DataReport } from '../../../src/core/data-check/check-data.ts';
import type { Finding } from '../../../src/core/data-check/finding.ts';
import { DataSpec } from '../../../src/core/data-check/spec.ts';
import { startNormals } from '../../../src/core/gates/random-state.ts';
import { parseTable } from '../../../src/core/tables/table.ts';

/** One row of a sample: a working day, a price, a rate and the return of the next day. */
export interface Row {
  date: string;
  price: string;
  rate: string;
  next: string;
}

/** Working days of clean data; equal for equal seeds. */
export function makeRows(count = 300, seed = 1): Row[] {
  const normal = startNormals(seed);
  let [price, rate, day] = [100, 2, Date.UTC(2022, 0, 3)];
  return Array.from({ length: count }, () => {
    const date = new Date(day);
    day += (date.getUTCDay() === 5 ? 3 : 1) * 86_400_000;
    price += normal();
    rate += normal() * 0.05;
    return { date: date.toISOString().slice(0, 10), price: price.toFixed(3), rate: rate.toFixed(3), next: normal().toFixed(4) };
  });
}

/** The rows as CSV; `more` adds a column of its own. */
export function writeRows(rows: readonly Row[], more: { name: string; cell: (row: Row, at: number) => string } | null = null): string {
  const head = ['date', 'price', 'rate', 'return_1d', ...(more === null ? [] : [more.name])];
  const lines = rows.map((row, at) => [row.date, row.price, row.rate, row.next, ...(more === null ? [] : [more.cell(row, at)])]);
  return `${[head, ...lines].map((cells) => cells.join()).join('\n')}\n`;
}

/** Checks texts as files, the first of which holds the target. */
export function checkTexts(texts: Record<string, string>, settings: Record<string, unknown> = {}, code = ''): DataReport {
  const files = Object.keys(texts).map((path) => ({ path }));
  const target = { file: Object.keys(texts)[0], column: 'return_1d' };
  const spec = DataSpec.parse({ files, target, ...settings });
  const tables = spec.files.map(({ path }) => parseTable(path, texts[path] ?? ''));
  return checkData(spec, tables, code === '' ? [] : [{ name: 'prepare.py', text: code }]);
}

/** What weighs: everything but notes. */
export function listFindings(report: DataReport): Finding[] {
  return report.steps.flatMap(({ findings }) => findings).filter(({ severity }) => severity !== 'note');
}
