import type { Aligned, Series } from './align.ts';
import { judgeCheck, type CheckId, type Checks } from './checks.ts';
import { correlate, measureAutocorrelation } from './correlation.ts';
import type { GateSpec, GateThresholds } from './spec.ts';

type Named = Readonly<Record<string, number>>;

/** Gate 1: what the sub-model's output says of itself. */
export interface StandAlone {
  readonly all_nan: readonly string[];
  readonly constant: readonly string[];
  readonly autocorr: Named;
  /** Correlation of each column with the target. */
  readonly target_corr: Named;
  readonly overfit_ratio: number | null;
}

function isStill(values: readonly number[]): boolean {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.every((value) => value === known[0]);
}

/** Measures the sub-model's file as it stands (empty, still, persistent) and, on the shared rows, how near it is to the target. */
export function measureStandAlone(sub: readonly Series[], aligned: Aligned, errors: GateSpec['errors']): StandAlone {
  const empty = sub.filter(({ values }) => values.every((value) => Number.isNaN(value)));
  const full = sub.filter((series) => !empty.includes(series));
  return {
    all_nan: empty.map(({ name }) => name),
    constant: full.filter(({ values }) => isStill(values)).map(({ name }) => name),
    autocorr: Object.fromEntries(full.map(({ name, values }) => [name, measureAutocorrelation(values)])),
    target_corr: Object.fromEntries(aligned.sub.map(({ name, values }) => [name, correlate(values, aligned.target)])),
    overfit_ratio: errors === undefined || (errors.train === 0 && errors.test === 0) ? null : errors.test / errors.train,
  };
}

/** The entry of the largest size; NaN entries say nothing. */
function findLargest(values: Named): { name: string; size: number } | null {
  let largest: { name: string; size: number } | null = null;
  for (const [name, value] of Object.entries(values)) {
    const size = Math.abs(value);
    if (!Number.isNaN(size) && (largest === null || size > largest.size)) largest = { name, size };
  }
  return largest;
}

function listNames(names: readonly string[], none: string): string {
  return names.length === 0 ? none : names.join(', ');
}

/** Holds gate 1 against its limits. */
export function judgeStandAlone(measured: StandAlone, thresholds: GateThresholds): Checks<'gate1'> {
  const judge = (id: CheckId<'gate1'>, value: number | null, why: string) => judgeCheck(id, value, thresholds, why);
  const persistent = findLargest(measured.autocorr);
  const near = findLargest(measured.target_corr);
  const ratio = measured.overfit_ratio;
  return {
    overfit_ratio: judge(
      'overfit_ratio',
      ratio,
      ratio === null ? 'the spec gives no errors.train and errors.test that have a ratio' : 'test error over train error',
    ),
    all_nan: judge('all_nan', measured.all_nan.length, listNames(measured.all_nan, 'every column has values')),
    constant: judge('constant', measured.constant.length, listNames(measured.constant, 'every column moves')),
    autocorrelation: judge(
      'autocorrelation',
      persistent?.size ?? null,
      persistent === null
        ? 'no column has an autocorrelation'
        : `largest: ${persistent.name}; above the limit it is a level or looks ahead`,
    ),
    target_correlation: judge(
      'target_correlation',
      near?.size ?? null,
      near === null
        ? 'no column has a correlation with the target'
        : `nearest to the target: ${near.name}; above the limit it is the target`,
    ),
  };
}
