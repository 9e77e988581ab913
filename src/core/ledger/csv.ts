import type { LedgerRow } from './row.ts';

const COLUMNS: readonly { readonly name: string; readonly read: (row: LedgerRow) => string | number | boolean | null }[] = [
  { name: 'at', read: (row) => new Date(row.at).toISOString() },
  { name: 'kind', read: (row) => row.kind },
  { name: 'about', read: (row) => row.about },
  { name: 'amount', read: (row) => row.amount },
  { name: 'cached', read: (row) => row.cached },
  { name: 'dollars', read: (row) => row.dollars },
  { name: 'project', read: (row) => row.project },
  { name: 'run', read: (row) => row.run },
  { name: 'person', read: (row) => row.person },
  { name: 'outcome', read: (row) => row.outcome },
  { name: 'so_far', read: (row) => row.soFar },
  { name: 'journal', read: (row) => `${row.source.of} ${row.source.id}` },
  { name: 'version', read: (row) => row.source.version },
  { name: 'event', read: (row) => row.source.event },
  { name: 'job', read: (row) => row.job },
];

/** The rows as CSV (RFC 4180), oldest first, one an event. A spreadsheet takes no text of it for a formula. */
export function writeCsv(rows: readonly LedgerRow[]): string {
  const sorted = rows.toSorted((a, b) => a.at - b.at);
  const lines = [COLUMNS.map((column) => column.name), ...sorted.map((row) => COLUMNS.map((column) => writeCell(column.read(row))))];
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

/** A number stands as it is. A text that a spreadsheet would calculate gets an apostrophe in front, which it does not show. */
function writeCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
