import { z } from 'zod';

/** One attempt so far: what it gained on the metric that counts (positive is better) and what it cost, in any one currency. */
export const PastRun = z.object({ gain: z.number(), cost: z.number().min(0) });
export type PastRun = z.infer<typeof PastRun>;

export interface NextRunTerms {
  /** A gain not above this is a tie. */
  readonly floor: number;
  /** What is still missing to the gate; 0 when it is reached. */
  readonly missing: number;
  /** What one unit of the metric is worth, in the currency of the costs. */
  readonly worth: number;
  readonly cost: number;
  /** What is left to spend. */
  readonly budget: number;
}

/** Whether the next run pays, with the numbers that say so. */
export interface NextRunPrice {
  readonly go: boolean;
  readonly probability: number;
  readonly expectedGain: number;
  /** Worth of the gain times its probability. */
  readonly value: number;
  readonly why: string;
}

// An attempt counts a fifth less with each one after it: early gains come easily and say little of the next.
const MEMORY = 0.8;

/**
 * Prices the next run: probability of a gain above the floor, times the gain, times its worth, against the cost. The probability is
 * Laplace's rule of succession, (gains + 1) / (attempts + 2), over attempts of fading weight; the gain is the weighted mean of the gains so
 * far or, before the first one, what is missing.
 */
export function priceNextRun(past: readonly PastRun[], terms: NextRunTerms): NextRunPrice {
  let [weights, wins, gains] = [0, 0, 0];
  for (const run of past) {
    const won = run.gain > terms.floor;
    weights = weights * MEMORY + 1;
    wins = wins * MEMORY + (won ? 1 : 0);
    gains = gains * MEMORY + (won ? run.gain : 0);
  }
  const probability = (wins + 1) / (weights + 2);
  const expectedGain = wins > 0 ? gains / wins : terms.missing;
  const value = probability * expectedGain * terms.worth;
  const price = { probability, expectedGain, value };
  if (terms.missing <= 0) return { ...price, go: false, why: 'the gate is reached; nothing is missing' };
  if (terms.cost > terms.budget) return { ...price, go: false, why: `the run costs ${terms.cost} and ${terms.budget} is left` };
  const sum = `a gain of ${expectedGain.toPrecision(3)} with probability ${probability.toFixed(2)} is worth ${value.toPrecision(3)}`;
  const go = value > terms.cost;
  return { ...price, go, why: `${sum}; the run costs ${terms.cost}${go ? '' : ', so it does not pay'}` };
}
