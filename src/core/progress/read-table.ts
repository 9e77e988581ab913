import type { Metric } from './read-metrics.ts';

const HEADER = /^\s{0,12}(?:epoch|iter)\s{1,20}\S/i;
const MAX_COLUMNS = 24;

/** The column names of a table whose header begins with the epoch or iteration, as fastai, Ultralytics and scikit-learn print it; null elsewhere. */
export function readHeader(text: string): string[] | null {
  if (text.length > 400 || !HEADER.test(text) || /\d/.test(text)) return null;
  const wide = text.trim().split(/\s{2,}/);
  const columns = wide.length >= 3 ? wide : text.trim().split(/\s+/);
  return columns.length >= 3 && columns.length <= MAX_COLUMNS && columns.every((name) => /^[A-Za-z][\w ./()@-]{0,40}$/.test(name))
    ? columns
    : null;
}

/** The metrics of a row under such a header; empty for a line that is no row of it. */
export function readTableRow(text: string, columns: readonly string[]): Metric[] {
  const cells = text.trim().slice(0, 400).split(/\s+/);
  if (cells.length < columns.length || !/^\d/.test(cells[0] ?? '')) return [];
  const metrics: Metric[] = [];
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (index === 0 || /^(?:time|remaining time|gpu_?mem|instances|size|img_size|labels|targets)$/i.test(name)) continue;
    const value = /^nan$/i.test(cell) ? Number.NaN : Number(cell);
    if (/^[-+]?(?:\d|nan$)/i.test(cell)) metrics.push({ name, value, unit: '' });
  }
  return metrics;
}
