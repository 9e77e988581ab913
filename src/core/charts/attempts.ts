import { formatCount } from '../run/format.ts';
import { MOST_ATTEMPTS, type GapChart } from './schema.ts';

export interface AttemptScores {
  readonly name: string;
  /** Null where the attempt failed before there was a score. */
  readonly train: number | null;
  readonly test: number | null;
  readonly isFinal: boolean;
}

export interface AttemptsWish {
  readonly title: string;
  readonly metric: string;
  /** Oldest first. */
  readonly attempts: readonly AttemptScores[];
  readonly baseline: number | null;
  readonly target?: number | null;
  /** How far the baseline moves by chance. */
  readonly noise?: { readonly low: number; readonly high: number } | null;
}

/** The score on training and on test data, attempt by attempt, with baseline and target; null before the first attempt. */
export function chartAttempts({ title, metric, attempts, baseline, target = null, noise = null }: AttemptsWish): GapChart | null {
  if (attempts.length === 0) return null;
  const newest = attempts.slice(-MOST_ATTEMPTS);
  const final = attempts.find(({ isFinal }) => isFinal);
  // The final attempt stays, however many came after it.
  const shown = final === undefined || newest.includes(final) ? newest : [final, ...newest.slice(1)];
  const keep = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  const isKnown = (value: number | null): value is number => keep(value) !== null;
  return {
    kind: 'gap',
    title,
    note: shown.length === attempts.length ? '' : `${formatCount(attempts.length - shown.length, 'older attempt')} left out.`,
    x: 'attempt',
    y: { name: metric, unit: '', scale: 'linear' },
    marks: [
      ...(isKnown(baseline) ? [{ name: 'baseline', value: baseline }] : []),
      ...(isKnown(target) ? [{ name: 'target', value: target }] : []),
    ],
    band: noise === null || !isKnown(noise.low) || !isKnown(noise.high) ? null : { name: 'noise of the baseline', ...noise },
    attempts: shown.map(({ name, train, test, isFinal }) => ({ name, train: keep(train), test: keep(test), isFinal })),
  };
}
