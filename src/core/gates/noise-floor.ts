import { measureDeviation } from './correlation.ts';
import { studentQuantile } from './distributions.ts';

const CONFIDENCE = 0.95;

/** How far a metric moves when nothing was changed. */
export interface NoiseFloor {
  readonly runs: number;
  readonly mean: number;
  readonly deviation: number;
  /** A new run that changes nothing lands within this of the mean, 19 times in 20. */
  readonly floor: number;
}

/**
 * The floor from k unchanged re-runs: half the width of the 95 % prediction interval of one more run,
 * t(0.975, k − 1) · s · √(1 + 1/k) (Hahn and Meeker, Statistical Intervals, 1991, section 4.7). `null` for fewer than two runs.
 */
export function measureNoiseFloor(reruns: readonly number[]): NoiseFloor | null {
  const runs = reruns.length;
  if (runs < 2 || !reruns.every(Number.isFinite)) return null;
  const mean = reruns.reduce((sum, value) => sum + value, 0) / runs;
  const deviation = measureDeviation(reruns);
  const floor = studentQuantile(0.5 + CONFIDENCE / 2, runs - 1) * deviation * Math.sqrt(1 + 1 / runs);
  return { runs, mean, deviation, floor };
}

/** Better, worse or a tie; `better` says which way the metric improves. A change not above the floor is a tie. */
export function compareWithFloor(value: number, { mean, floor }: NoiseFloor, better: 'higher' | 'lower'): 'better' | 'worse' | 'tie' {
  const gain = better === 'higher' ? value - mean : mean - value;
  if (!(Math.abs(gain) > floor)) return 'tie';
  return gain > 0 ? 'better' : 'worse';
}
