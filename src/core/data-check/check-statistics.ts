import type { Column } from '../tables/table.ts';
import { findRows, findRuns, report, reportRows, type DataFile, type DataInput, type Finding } from './finding.ts';

// A larger share of far values is the shape of a distribution.
const FEW = 0.01;

/** The basic numbers of a column; `null` where it has no value. */
export interface ColumnStatistics {
  readonly count: number;
  readonly missing: number;
  readonly distinct: number;
  readonly min: number | null;
  readonly median: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly deviation: number | null;
}

function medianOf(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

function sortFinite(values: readonly number[]): Float64Array {
  return Float64Array.from(values.filter(Number.isFinite)).sort();
}

/** Counts and moments of the finite values. */
export function describeColumn(column: Column): ColumnStatistics {
  const sorted = sortFinite(column.values);
  const count = sorted.length;
  const base = { count, missing: column.missing, distinct: sorted.filter((value, at) => value !== sorted[at - 1]).length };
  if (count === 0) return { ...base, min: null, median: null, max: null, mean: null, deviation: null };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const square = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count < 2 ? null : Math.sqrt(square / (count - 1));
  return { ...base, min: sorted[0] as number, median: medianOf(sorted), max: sorted[count - 1] as number, mean, deviation };
}

function checkInfinite(file: DataFile, column: Column): Finding[] {
  const rows = findRows(column.values, (value) => Math.abs(value) === Infinity);
  if (rows.length === 0) return [];
  return [
    reportRows(file, column.name, rows, {
      rule: 'infinite',
      severity: 'reject',
      value: rows.length,
      threshold: 0,
      message: `${rows.length} values are infinite`,
      fix: 'Look for a division by zero or the logarithm of zero in the data script.',
    }),
  ];
}

function checkRange(file: DataFile, column: Column, spec: DataInput['spec']): Finding[] {
  const { min = -Infinity, max = Infinity } = spec.ranges[column.name] ?? {};
  const rows = findRows(column.values, (value) => value < min || value > max);
  const first = rows[0];
  if (first === undefined) return [];
  const value = column.values[first] as number;
  return [
    reportRows(file, column.name, rows, {
      rule: 'out-of-range',
      severity: 'condition',
      value,
      threshold: value < min ? min : max,
      message: `${rows.length} values lie outside ${min} to ${max}, the first is ${value}`,
      fix: 'Check the unit (percent or share, thousands) and the source of these rows.',
    }),
  ];
}

function checkOutliers(file: DataFile, column: Column, limit: number): Finding[] {
  const sorted = sortFinite(column.values);
  if (sorted.length < 20) return [];
  const median = medianOf(sorted);
  const spread = 1.4826 * medianOf(sorted.map((value) => Math.abs(value - median)).sort());
  if (spread === 0) return [];
  const rows = findRows(column.values, (value) => Number.isFinite(value) && Math.abs(value - median) / spread > limit);
  // Errors are few; where many values lie far out, the column is skewed, as a probability near 0 is.
  if (rows.length === 0 || rows.length > sorted.length * FEW) return [];
  const worst = rows.reduce((top, row) => {
    const size = (at: number) => Math.abs((column.values[at] as number) - median);
    return size(row) > size(top) ? row : top;
  });
  const value = column.values[worst] as number;
  return [
    reportRows(file, column.name, rows, {
      rule: 'outlier',
      severity: 'condition',
      value: Math.abs(value - median) / spread,
      threshold: limit,
      message: `${rows.length} values lie more than ${limit} robust deviations from the median ${median}, the farthest is ${value}`,
      fix: 'Compare them with the source; keep them if they are real, and say so.',
    }),
  ];
}

function checkStuck(file: DataFile, column: Column, limit: number): Finding[] {
  const { values } = column;
  const { distinct, count, min, max } = describeColumn(column);
  // A flag or a policy rate stands still by nature; a price does not.
  if (distinct < count / 3) return [];
  // At its smallest or largest value a column is clipped, which somebody meant.
  const isRepeat = (row: number) => row > 0 && values[row] === values[row - 1] && values[row] !== min && values[row] !== max;
  const runs = findRuns(values.length, isRepeat).filter((run) => run.length + 1 >= limit);
  const longest = runs.reduce((top, run) => Math.max(top, run.length + 1), 0);
  if (longest === 0) return [];
  return [
    reportRows(
      file,
      column.name,
      runs.map((run) => run.start - 1),
      {
        rule: 'stuck',
        severity: 'condition',
        value: longest,
        threshold: limit,
        message: `the value stands still for ${longest} rows in a column that otherwise moves`,
        fix: 'Look whether the feed stopped and was filled forward; mark those rows as missing.',
      },
    ),
  ];
}

function checkStill(file: DataFile, column: Column, isTarget: boolean): Finding[] {
  const { distinct, count } = describeColumn(column);
  if (count === 0 || distinct > 1) return [];
  return [
    report(file, {
      rule: 'constant',
      severity: isTarget ? 'reject' : 'condition',
      column: column.name,
      value: 1,
      threshold: 2,
      message: `every value is ${column.values.find(Number.isFinite)}`,
      fix: 'Leave the column out, or look why it does not move.',
    }),
  ];
}

function checkCopies(file: DataFile): Finding[] {
  const alike = new Map<string, Column[]>();
  const findings: Finding[] = [];
  for (const column of file.series) {
    const { distinct, mean, min, max, missing } = describeColumn(column);
    // Two columns of few values are equal by chance.
    if (distinct < 3) continue;
    const print = [distinct, mean, min, max, missing].join();
    const others = alike.get(print) ?? [];
    alike.set(print, [...others, column]);
    const first = others.find((other) => other.values.every((value, row) => Object.is(value, column.values[row])));
    if (first === undefined) continue;
    const message = `the column holds the same values as "${first.name}"`;
    findings.push(report(file, { rule: 'copy', severity: 'condition', column: column.name, message, fix: 'Leave one of the two out.' }));
  }
  return findings;
}

/** Step 2: numbers that cannot be, that cannot be true, or that say nothing. */
export function checkStatistics({ files, spec }: DataInput): Finding[] {
  const { thresholds, target } = spec;
  return files.flatMap((file) => [
    ...file.series.flatMap((column) => [
      ...checkInfinite(file, column),
      ...checkRange(file, column, spec),
      ...checkOutliers(file, column, thresholds.outlier),
      ...(file.keyColumn === null ? checkStuck(file, column, thresholds.stuck_run) : []),
      ...checkStill(file, column, target?.file === file.name && target.column === column.name),
    ]),
    ...checkCopies(file),
  ]);
}
