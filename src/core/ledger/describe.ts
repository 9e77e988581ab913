import type { BudgetKind } from '../project/events.ts';
import { formatNumber } from '../run/format.ts';
import type { LedgerRow } from './row.ts';
import { sumGroup, sumRows, type Grouping, type Sum } from './sum.ts';

const MOST_LINES = 15;
/** Characters of a name. */
const NAME_WIDTH = 34;

interface Column {
  readonly head: string;
  readonly read: (sum: Sum) => number;
  readonly show: (value: number) => string;
}

const COLUMNS: readonly Column[] = [
  { head: '$', read: (sum) => sum.dollars, show: (value) => value.toFixed(3) },
  { head: 'tokens', read: (sum) => sum.amounts.tokens, show: (value) => value.toLocaleString('en') },
  { head: 'cached', read: (sum) => sum.cached / Math.max(1, sum.amounts.tokens), show: (value) => `${Math.round(value * 100)} %` },
  { head: 'GPU-h', read: (sum) => sum.amounts['gpu-hours'], show: showHours },
  { head: 'CPU-h', read: (sum) => sum.amounts['cpu-hours'], show: showHours },
  { head: 'Kaggle-h', read: (sum) => sum.amounts['kaggle-hours'], show: showHours },
  { head: 'watched GPU-h', read: (sum) => sum.amounts['watched-gpu-hours'], show: showHours },
  { head: 'watched CPU-h', read: (sum) => sum.amounts['watched-cpu-hours'], show: showHours },
];

/** Hours of machines as people read them. */
export function showHours(hours: number): string {
  return hours === 0 || hours >= 0.01 ? formatNumber(Number(hours.toFixed(2))) : '<0.01';
}

/** What was used of a kind, with its unit. */
export function showUse(kind: BudgetKind, amount: number): string {
  if (kind === 'dollars') return `$${amount.toFixed(amount < 1 ? 3 : 2)}`;
  return `${showHours(amount)} ${kind === 'gpu-hours' ? 'GPU hours' : 'Kaggle hours'}`;
}

/** A table for a fixed-width font: a line for each sum, all of them together last. Columns that hold nothing are left out. */
export function drawTable(rows: readonly LedgerRow[], by: Grouping, nameOf: (name: string) => string = (name) => name): string {
  const sums = sumRows(rows, by);
  const shown = sums.slice(0, MOST_LINES);
  const counted = rows.filter((row) => by !== 'model' || row.kind === 'tokens').filter((row) => by !== 'cluster' || row.kind !== 'tokens');
  const total = sumGroup('all', counted);
  const columns = COLUMNS.filter((column) => column.read(total) > 0);
  const withRuns = by === 'outcome' || by === 'person' || by === 'project';
  const head = [by === 'what' ? 'model or cluster' : by, ...columns.map((column) => column.head), ...(withRuns ? ['runs'] : [])];
  const lines = [...shown, ...(sums.length > 1 ? [total] : [])].map((sum) => [
    cutName(sum === total ? 'all' : nameOf(sum.name)),
    ...columns.map((column) => showCell(column, sum)),
    ...(withRuns ? [String(sum.runs)] : []),
  ]);
  const left = sums.length - shown.length;
  const foot = [
    ...(left > 0 ? [`and ${left} more; add csv for every line`] : []),
    ...(columns.some(({ head: name }) => name.startsWith('watched'))
      ? ['watched: jobs that I did not start, once they are over; no budget counts them']
      : []),
    ...(total.soFar ? ['* counted so far: jobs still run'] : []),
  ];
  return [...alignColumns([head, ...lines]), ...foot].join('\n');
}

function showCell({ head, read, show }: Column, sum: Sum): string {
  const value = read(sum);
  return value === 0 ? '–' : `${show(value)}${sum.soFar && head.endsWith('-h') ? '*' : ''}`;
}

function cutName(name: string): string {
  const plain = name === '' ? '(none)' : name;
  return plain.length <= NAME_WIDTH ? plain : `${plain.slice(0, NAME_WIDTH - 1)}…`;
}

/** Names to the left, numbers to the right. */
function alignColumns(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
  const pad = (cell: string, index: number): string => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0));
  return lines.map((cells) => cells.map(pad).join('  ').trimEnd());
}
