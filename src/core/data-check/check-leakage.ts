import { correlate, measureAutocorrelation } from '../gates/correlation.ts';
import { findColumn, type Column } from '../tables/table.ts';
import { checkCode } from './check-code.ts';
import { report, type DataFile, type DataInput, type Finding } from './finding.ts';
import type { DataThresholds } from './spec.ts';

const TARGET_NAME = /(?:^|[_\s.])(?:target|label|next|future|fwd|forward|tomorrow|lead\d{0,3}|t\+\d{1,3}|t_?plus_?\d{0,3})(?:$|[_\s.])/i;
// Above this a target is a level, and levels resemble each other by growing together.
const LEVEL = 0.9;
const LEAST_ROWS = 30;

/** Rows of a file in time order, each with the target of its date. */
function joinTarget(file: DataFile, targetFile: DataFile, target: Column): { rows: number[]; aim: number[] } | null {
  if (file === targetFile && (file.dates === null || file.keyColumn !== null)) {
    return { rows: target.values.map((_, row) => row), aim: [...target.values] };
  }
  if (file.dates === null || targetFile.dates === null || targetFile.keyColumn !== null) return null;
  const aimAt = new Map<number, number>();
  targetFile.dates.forEach((date, row) => date !== null && aimAt.set(date.at, target.values[row] as number));
  const rows = file.dates.flatMap((date, row) => (date !== null && aimAt.has(date.at) ? [row] : []));
  const at = (row: number) => file.dates?.[row]?.at ?? 0;
  rows.sort((a, b) => at(a) - at(b));
  return { rows, aim: rows.map((row) => aimAt.get(at(row)) as number) };
}

function difference(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] as number));
}

/** Size of the correlation with the target of the same row, of the row after, and of the one after that. */
function measureLags(values: readonly number[], aim: readonly number[]): [number, number, number] {
  const at = (lag: number) => Math.abs(correlate(values.slice(0, values.length - lag), aim.slice(lag)));
  return [at(0), at(1), at(2)];
}

function judgeColumn(file: DataFile, column: Column, values: readonly number[], aim: readonly number[], limits: DataThresholds): Finding[] {
  const isLevel = Math.abs(measureAutocorrelation(aim)) > LEVEL;
  const [same, later, further] = isLevel ? measureLags(difference(values), difference(aim)) : measureLags(values, aim);
  const of = isLevel ? 'the changes of the target' : 'the target';
  const parts = { column: column.name, count: values.length };
  if (same > limits.leak || later > limits.leak) {
    const row = same > limits.leak ? 'the same row' : 'the row after';
    const message = `correlation ${Math.max(same, later).toFixed(3)} with ${of} of ${row}: the column is the target`;
    const fix = 'Leave it out, or lag it until it only holds what was known on its day.';
    return [
      report(file, { rule: 'is-target', severity: 'reject', ...parts, value: Math.max(same, later), threshold: limits.leak, message, fix }),
    ];
  }
  for (const [now, before, row] of [
    [same, later, 'the same row'],
    [later, further, 'the row after'],
  ] as const) {
    if (!(now > limits.leak_lag) || before * 3 > now) continue;
    const message = `correlation ${now.toFixed(3)} with ${of} of ${row}, and only ${before.toFixed(3)} one row on: it may hold what was not known yet`;
    const fix = 'Check at what hour it is published, and lag it by one row if that is after the target begins.';
    return [
      report(file, { rule: 'knows-too-much', severity: 'condition', ...parts, value: now, threshold: limits.leak_lag, message, fix }),
    ];
  }
  return [];
}

function checkNames(file: DataFile, target: Column | undefined): Finding[] {
  return file.series
    .filter((column) => column !== target && TARGET_NAME.test(column.name))
    .map((column) => {
      const message = `the name "${column.name}" sounds like something from the future`;
      const fix = 'Leave it out of the features, or rename it if it only looks back.';
      return report(file, { rule: 'target-name', severity: 'condition', column: column.name, message, fix });
    });
}

/** Step 4: what no column may know on its day, and what no script may do before the split. */
export function checkLeakage(input: DataInput): Finding[] {
  const { files, spec } = input;
  const targetFile = files.find((file) => file.name === spec.target?.file);
  const target = targetFile && spec.target ? findColumn(targetFile.table, spec.target.column) : undefined;
  const findings = [...files.flatMap((file) => checkNames(file, target)), ...checkCode(input)];
  const [anyFile] = files;
  if (anyFile === undefined) return findings;
  if (targetFile === undefined || target === undefined) {
    const named = spec.target === undefined ? 'no target is named' : `the target ${spec.target.file}:${spec.target.column} is not there`;
    const severity = spec.target === undefined ? 'condition' : 'reject';
    const fix = 'Name it in the spec: "target": {"file": "…", "column": "…"}, or --target COLUMN for a single file.';
    return [
      ...findings,
      report(targetFile ?? anyFile, { rule: 'no-target', severity, message: `${named}, so leakage was not measured`, fix }),
    ];
  }
  for (const file of files) {
    const joined = joinTarget(file, targetFile, target);
    if (joined === null || joined.rows.length < LEAST_ROWS) {
      const message = `fewer than ${LEAST_ROWS} rows share a date with the target, so leakage was not measured`;
      findings.push(report(file, { rule: 'no-overlap', severity: 'condition', message, fix: 'Bring both to the same dates.' }));
      continue;
    }
    for (const column of file.series) {
      if (column === target) continue;
      const values = joined.rows.map((row) => column.values[row] as number);
      findings.push(...judgeColumn(file, column, values, joined.aim, spec.thresholds));
    }
  }
  return findings;
}
