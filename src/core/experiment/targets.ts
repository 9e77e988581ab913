/** The numbers of a meta-model against its targets, computed from its predictions wherever that can be done. Pure. */
import { keyRow } from '../gates/align.ts';
import { scoreFold } from '../gates/folds.ts';
import { findColumn, type Column, type Table } from '../tables/table.ts';
import type { MetaTarget } from './project.ts';
import type { MeasuredTarget } from './schema.ts';
import { isMet } from './verdicts.ts';

/** The share of days on which the model is surest, by the size of its prediction. */
const CONFIDENT = 0.2;

/** Every target with its number. `reported` is what the notebook says of metrics that cannot be computed here. */
export function measureTargets(
  targets: readonly MetaTarget[],
  predictions: Table,
  reported: Readonly<Record<string, unknown>>,
): MeasuredTarget[] {
  const computed = scorePredictions(predictions);
  return targets.map((target) => {
    const own = computed.get(target.metric);
    const said = reported[target.metric];
    const value = own ?? (typeof said === 'number' && Number.isFinite(said) ? said : null);
    const { name, metric, direction, threshold } = target;
    return { name, metric, direction, threshold, value, passed: isMet(target, value), source: own === undefined ? 'reported' : 'computed' };
  });
}

/** Scores of `actual` against `prediction`, over all days in order of time. Throws, in words, where the table is not one of predictions. */
function scorePredictions(table: Table): Map<string, number> {
  const [date, actual, prediction] = [need(table, 'date'), need(table, 'actual'), need(table, 'prediction')];
  const rows = Array.from({ length: table.rows }, (_, row) => ({
    key: keyRow(date, row),
    actual: actual.values[row] ?? Number.NaN,
    prediction: prediction.values[row] ?? Number.NaN,
  })).filter((row) => Number.isFinite(row.actual));
  if (rows.length === 0) throw new Error(`${table.name} has no row with an actual value`);
  const silent = rows.filter((row) => !Number.isFinite(row.prediction)).length;
  if (silent > 0) throw new Error(`${table.name}: the model gave no number on ${silent} days; one that may skip days cannot be judged`);
  const twice = rows.length - new Set(rows.map(({ key }) => key)).size;
  if (twice > 0) throw new Error(`${table.name} has ${twice} days twice`);
  const ordered = rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const all = scoreFold(
    ordered.map((row) => row.actual),
    ordered.map((row) => row.prediction),
  );
  const sure = ordered
    .toSorted((a, b) => Math.abs(b.prediction) - Math.abs(a.prediction))
    .slice(0, Math.max(1, Math.floor(rows.length * CONFIDENT)));
  const confident = scoreFold(
    sure.map((row) => row.actual),
    sure.map((row) => row.prediction),
  );
  const scores = { ...all, high_confidence_direction_accuracy: confident.direction_accuracy };
  return new Map(Object.entries(scores).filter(([, value]) => Number.isFinite(value)));
}

function need(table: Table, name: string): Column {
  const column = findColumn(table, name);
  if (column !== undefined) return column;
  throw new Error(`${table.name} has no column "${name}"; it needs date, actual and prediction`);
}
