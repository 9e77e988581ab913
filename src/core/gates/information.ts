import type { Aligned } from './align.ts';
import { judgeCheck, type Checks } from './checks.ts';
import { measureDeviation, rollCorrelation } from './correlation.ts';
import { measureInflation, measureInflationWithIntercept } from './inflation.ts';
import { measureMutualInformation } from './mutual-information.ts';
import type { GateThresholds } from './spec.ts';

type Named = Readonly<Record<string, number>>;
const WINDOW = 60;
const NO_COLUMN = 'the sub-model has no column with values';
// The estimator ends in a difference of sums; what is smaller than this is their rounding.
const NO_INFORMATION = 1e-9;

/** Gate 2: what the sub-model adds to what the base knows. */
export interface Information {
  readonly mi_base: number;
  readonly mi_extended: number;
  readonly mi_increase: number;
  readonly mi_each: Named;
  readonly vif_no_intercept: Named;
  readonly vif_sub_with_intercept: Named;
  readonly rolling_corr_std: Named;
  /** Windows in which a column stood still, so that no correlation exists; they are left out. */
  readonly rolling_windows_undefined: Named;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function nameAll(series: readonly { readonly name: string }[], values: readonly number[]): Named {
  return Object.fromEntries(series.map(({ name }, index) => [name, values[index] as number]));
}

/** Measures gate 2 on the shared rows. */
export function measureInformation({ base, sub, target }: Aligned): Information {
  const all = [...base, ...sub];
  const matrix = all.map(({ values }) => values);
  const subMatrix = sub.map(({ values }) => values);
  const miBase = sumOf(
    measureMutualInformation(
      base.map(({ values }) => values),
      target,
    ),
  );
  const each = measureMutualInformation(matrix, target);
  const miExtended = sumOf(each);
  const rolled = subMatrix.map((values) => rollCorrelation(values, target, WINDOW));
  return {
    mi_base: miBase,
    mi_extended: miExtended,
    mi_increase: miExtended / miBase - 1,
    mi_each: nameAll(all, each),
    vif_no_intercept: nameAll(all, measureInflation(matrix)),
    vif_sub_with_intercept: nameAll(sub, measureInflationWithIntercept(subMatrix)),
    rolling_corr_std: nameAll(sub, rolled.map(measureDeviation)),
    rolling_windows_undefined: nameAll(
      sub,
      rolled.map((values) => values.slice(WINDOW - 1).filter((value) => Number.isNaN(value)).length),
    ),
  };
}

/** The largest value; a value that could not be measured outranks all, so that it cannot hide behind the others. */
function findWorst(entries: readonly (readonly [string, number])[]): readonly [string, number] | undefined {
  return entries.find(([, value]) => Number.isNaN(value)) ?? entries.reduce<readonly [string, number] | undefined>(pickLarger, undefined);
}

function pickLarger(best: readonly [string, number] | undefined, entry: readonly [string, number]): readonly [string, number] {
  return best === undefined || entry[1] > best[1] ? entry : best;
}

function describeVif(entry: readonly [string, number] | undefined, measured: Information): string {
  if (entry === undefined) return NO_COLUMN;
  const name = entry[0];
  const alone = measured.vif_sub_with_intercept[name] as number;
  const beside = measured.vif_no_intercept[name] as number;
  const shown = (value: number) => (Number.isFinite(value) ? value.toPrecision(3) : String(value));
  return `worst: ${name}, ${shown(beside)} beside the base without intercept, ${shown(alone)} within the sub-model with one`;
}

/** Holds gate 2 against its limits; of the base's own columns nothing is asked. */
export function judgeInformation(measured: Information, thresholds: GateThresholds): Checks<'gate2'> {
  const subNames = Object.keys(measured.vif_sub_with_intercept);
  const vif = findWorst(
    subNames.flatMap((name) => [
      [name, measured.vif_no_intercept[name] as number] as const,
      [name, measured.vif_sub_with_intercept[name] as number] as const,
    ]),
  );
  const drift = findWorst(Object.entries(measured.rolling_corr_std));
  const undefinedWindows = drift === undefined ? 0 : (measured.rolling_windows_undefined[drift[0]] as number);
  const still = undefinedWindows === 0 ? '' : `; in ${undefinedWindows} windows a column stood still and no correlation exists`;
  const silent = measured.mi_extended < NO_INFORMATION;
  const silence = silent ? ', so there is nothing to compare' : '';
  const sums = `sum of mutual information ${measured.mi_base.toFixed(4)} → ${measured.mi_extended.toFixed(4)}${silence}`;
  const steadiness = drift === undefined ? NO_COLUMN : `least steady: ${drift[0]} over ${WINDOW} rows${still}`;
  return {
    mi_increase: judgeCheck('mi_increase', silent ? null : measured.mi_increase, thresholds, sums),
    vif: judgeCheck('vif', vif?.[1] ?? null, thresholds, describeVif(vif, measured)),
    rolling_corr_std: judgeCheck('rolling_corr_std', drift?.[1] ?? null, thresholds, steadiness),
  };
}
