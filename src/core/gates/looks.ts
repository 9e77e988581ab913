import { z } from 'zod';
import { measureDeviation } from './correlation.ts';
import { normalQuantile } from './distributions.ts';

/** One evaluation on the test set. Whoever looked, for whatever reason, it is one more draw. */
export const Look = z.object({ at: z.string(), attempt: z.string(), metric: z.string(), value: z.number() });
export type Look = z.infer<typeof Look>;

/** The best of all looks, and what is left of it once the luck of looking often is taken off. */
export interface CorrectedBest {
  readonly looks: number;
  readonly best: Look;
  /** What the best of so many looks is expected to gain by luck alone. */
  readonly luck: number;
  readonly corrected: number;
}

const EULER = 0.5772156649015329;

/**
 * How many standard deviations the best of n equal draws is expected to lie above their mean:
 * (1 − γ) Φ⁻¹(1 − 1/n) + γ Φ⁻¹(1 − 1/(n e)), γ being Euler's constant (Bailey and López de Prado, The Deflated Sharpe Ratio, 2014, eq. 1).
 * 0 for a single look.
 */
export function expectBestOf(n: number): number {
  if (n < 2) return 0;
  return (1 - EULER) * normalQuantile(1 - 1 / n) + EULER * normalQuantile(1 - 1 / (n * Math.E));
}

/** Adds a look; the ledger only grows. */
export function recordLook(ledger: readonly Look[], look: Look): readonly Look[] {
  return [...ledger, look];
}

/**
 * The best look at a metric less the luck of n looks. The spread of a draw is the noise floor's deviation where re-runs measured it, else
 * that of the looks themselves, which is larger and so errs on the safe side. `null` where nobody looked.
 */
export function correctBest(
  ledger: readonly Look[],
  metric: string,
  better: 'higher' | 'lower',
  noise: number | null,
): CorrectedBest | null {
  const looks = ledger.filter((look) => look.metric === metric && Number.isFinite(look.value));
  const sign = better === 'higher' ? 1 : -1;
  const best = looks.reduce<Look | null>((top, look) => (top === null || sign * (look.value - top.value) > 0 ? look : top), null);
  if (best === null) return null;
  const spread = noise ?? (looks.length < 2 ? 0 : measureDeviation(looks.map((look) => look.value)));
  const luck = expectBestOf(looks.length) * spread;
  return { looks: looks.length, best, luck, corrected: best.value - sign * luck };
}
