import { findColumn, type Column, type Table } from '../tables/table.ts';
import { keyRow } from './align.ts';
import { judgeCheck, type CheckId, type Checks } from './checks.ts';
import { averageScores, scoreFold, type FoldScore } from './folds.ts';
import type { GateThresholds } from './spec.ts';

export interface FoldPair {
  readonly baseline: FoldScore;
  readonly extended: FoldScore;
}

/** Gate 3: the model with the sub-model's columns against the one without, fold by fold on the same days. */
export interface Ablation {
  readonly per_fold: readonly FoldPair[];
  readonly mean: FoldPair;
  /** Days without an actual value; nobody can be judged on them. */
  readonly rows_without_actual: number;
  /** Days on which a model gave no number; with one of them nothing is judged. */
  readonly rows_without_prediction: number;
}

interface Row {
  readonly key: string;
  readonly actual: number;
  readonly baseline: number;
  readonly extended: number;
}

function needColumn(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (column !== undefined) return column;
  const there = table.columns.map((item) => `"${item.name}"`).join(', ');
  throw new Error(`${table.name} has no column "${name}"; it has ${there}, and needs fold, date, actual, baseline and extended`);
}

function cellOf(column: Column, row: number): string {
  return column.texts[row] ?? String(column.values[row]);
}

/** Folds in the order of their numbers (or names), the rows of each in time order. */
function readFolds(table: Table): Map<string, Row[]> {
  const [fold, date] = [needColumn(table, 'fold'), needColumn(table, 'date')];
  const [actual, baseline, extended] = [needColumn(table, 'actual'), needColumn(table, 'baseline'), needColumn(table, 'extended')];
  const text = [actual, baseline, extended].find((column) => column.textCount > 0);
  if (text !== undefined) throw new Error(`${table.name}: column "${text.name}" holds text`);
  const folds = new Map<string, Row[]>();
  const seen = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const [name, key] = [cellOf(fold, row), keyRow(date, row)];
    if (seen.has(`${name} ${key}`)) throw new Error(`${table.name}: fold ${name} has two rows for ${key}`);
    seen.add(`${name} ${key}`);
    const rows = folds.get(name) ?? [];
    folds.set(name, rows);
    rows.push({
      key,
      actual: actual.values[row] as number,
      baseline: baseline.values[row] as number,
      extended: extended.values[row] as number,
    });
  }
  const names = [...folds.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return new Map(names.map((name) => [name, (folds.get(name) ?? []).sort((a, b) => (a.key < b.key ? -1 : 1))]));
}

/** What the fingerprint of the baseline is taken of: fold, date, actual and baseline of every row, and nothing of the extended model. */
export function renderBaseline(table: Table): string {
  const lines: string[] = [];
  for (const [fold, rows] of readFolds(table)) for (const row of rows) lines.push(`${fold},${row.key},${row.actual},${row.baseline}`);
  return `${lines.join('\n')}\n`;
}

/** Scores both models. Throws where the table is not one of fold predictions. */
export function measureAblation(table: Table): Ablation {
  let [withoutActual, withoutPrediction] = [0, 0];
  const pairs: FoldPair[] = [];
  for (const rows of readFolds(table).values()) {
    const judged = rows.filter((row) => Number.isFinite(row.actual));
    withoutActual += rows.length - judged.length;
    withoutPrediction += judged.filter((row) => !Number.isFinite(row.baseline) || !Number.isFinite(row.extended)).length;
    if (judged.length === 0) continue;
    const actual = judged.map((row) => row.actual);
    const baseline = judged.map((row) => row.baseline);
    const extended = judged.map((row) => row.extended);
    pairs.push({ baseline: scoreFold(actual, baseline), extended: scoreFold(actual, extended) });
  }
  return {
    per_fold: pairs,
    mean: { baseline: averageScores(pairs.map((pair) => pair.baseline)), extended: averageScores(pairs.map((pair) => pair.extended)) },
    rows_without_actual: withoutActual,
    rows_without_prediction: withoutPrediction,
  };
}

// The limits are decimal fractions and the gains differences of doubles; a gain of exactly the limit must not fail in its 16th digit.
const ROUNDING = 1e-12;

/** Holds gate 3 against its limits; without predictions, or with days left out by a model, nothing is measured. */
export function judgeAblation(measured: Ablation | null, thresholds: GateThresholds): Checks<'gate3'> {
  const gap =
    measured === null
      ? 'the spec names no predictions'
      : measured.rows_without_prediction > 0
        ? `a model gave no number on ${measured.rows_without_prediction} days; one that may skip days cannot be compared`
        : null;
  const judge = (key: CheckId<'gate3'>, digits: number) => {
    const [before, after] = [measured?.mean.baseline[key] ?? Number.NaN, measured?.mean.extended[key] ?? Number.NaN];
    // A fold of one day has no deviation and an infinite Sharpe ratio, which is no gain.
    const gain = gap === null && Number.isFinite(after - before) ? after - before : null;
    const why = gap ?? `mean over ${measured?.per_fold.length} folds ${before.toFixed(digits)} → ${after.toFixed(digits)}`;
    const threshold = thresholds[key];
    const nearly = gain !== null && Math.abs(gain - threshold) < ROUNDING;
    return judgeCheck(key, nearly ? threshold : gain, thresholds, why);
  };
  return {
    direction_accuracy: judge('direction_accuracy', 4),
    sharpe: judge('sharpe', 3),
    mae: judge('mae', 4),
  };
}
