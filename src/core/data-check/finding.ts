import { showDate, type TableDate } from '../tables/read-date.ts';
import type { Column, Table } from '../tables/table.ts';
import type { DataSpec } from './spec.ts';

/** The six steps that look; the seventh is the report. */
export const STEPS = {
  schema: 'files and schema',
  statistics: 'basic statistics',
  missing: 'missing values',
  leakage: 'future leakage',
  order: 'order in time',
  agreement: 'agreement of sources',
} as const;
export type StepId = keyof typeof STEPS;

/** `reject` stops the work, `condition` is to be fixed or accepted, `note` is for the record. */
export type Severity = 'reject' | 'condition' | 'note';

/** One thing found, with the numbers that show it and what to do. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  readonly column: string | null;
  /** How many rows are concerned; `null` where it is the column or the file. */
  readonly count: number | null;
  /** The first of them: dates, or `row 17` (below the header) where there are none. */
  readonly where: readonly string[];
  readonly value: number | null;
  readonly threshold: number | null;
  readonly message: string;
  readonly fix: string;
}

/** A file as the steps see it. */
export interface DataFile {
  readonly name: string;
  readonly table: Table;
  readonly dates: readonly (TableDate | null)[] | null;
  readonly dateColumn: Column | null;
  readonly keyColumn: Column | null;
  /** Columns in which numbers stand: neither dates nor keys nor text alone. */
  readonly series: readonly Column[];
}

export interface DataInput {
  readonly spec: DataSpec;
  readonly files: readonly DataFile[];
  /** Name and text of the scripts. */
  readonly code: readonly { readonly name: string; readonly text: string }[];
}

const SHOWN = 5;

/** The first few rows as a person finds them. */
export function placeRows(file: DataFile, rows: readonly number[]): string[] {
  return rows.slice(0, SHOWN).map((row) => {
    const date = file.dates?.[row];
    return date ? showDate(date.at) : `row ${row + 1}`;
  });
}

type Parts = Pick<Finding, 'rule' | 'severity' | 'message' | 'fix'> & Partial<Finding>;

/** A finding about a file, with what is not said left empty. */
export function report(file: DataFile, parts: Parts): Finding {
  return { file: file.name, column: null, count: null, where: [], value: null, threshold: null, ...parts };
}

/** A finding about rows of a column. */
export function reportRows(file: DataFile, column: string | null, rows: readonly number[], parts: Parts): Finding {
  return report(file, { column, count: rows.length, where: placeRows(file, rows), ...parts });
}

/** The rows for which something holds. */
export function findRows(values: readonly number[], holds: (value: number, row: number) => boolean): number[] {
  const rows: number[] = [];
  values.forEach((value, row) => {
    if (holds(value, row)) rows.push(row);
  });
  return rows;
}

/** Stretches of rows in which something holds: first row and length. */
export function findRuns(count: number, holds: (row: number) => boolean): { readonly start: number; readonly length: number }[] {
  const runs: { start: number; length: number }[] = [];
  let length = 0;
  for (let row = 0; row <= count; row++) {
    if (row < count && holds(row)) length += 1;
    else {
      if (length > 0) runs.push({ start: row - length, length });
      length = 0;
    }
  }
  return runs;
}
