/** How one model did in one fold. */
export interface FoldScore {
  /** Share of the days with a return on which the sign was right; days without one do not count. */
  readonly direction_accuracy: number;
  readonly mae: number;
  /** A year's Sharpe ratio of sign positions after costs. */
  readonly sharpe: number;
}

const COST_PER_CHANGE = 0.0005;
const DAYS_A_YEAR = 252;

/** Scores predictions against what came; rows in time order, no NaN. */
export function scoreFold(actual: readonly number[], predicted: readonly number[]): FoldScore {
  const n = actual.length;
  let [moved, right, distance, held] = [0, 0, 0, 0];
  const net = actual.map((value, index) => {
    const guess = predicted[index] as number;
    const position = Math.sign(guess);
    if (value !== 0) moved += 1;
    if (value !== 0 && position === Math.sign(value)) right += 1;
    distance += Math.abs(value - guess);
    // The first day pays for entering, since the day before nothing was held.
    const paid = Math.abs(position - held) * COST_PER_CHANGE;
    held = position;
    return position * value - paid;
  });
  const mean = net.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(net.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  return {
    direction_accuracy: moved === 0 ? Number.NaN : right / moved,
    mae: distance / n,
    sharpe: net.every((value) => value === 0) ? 0 : (mean / deviation) * Math.sqrt(DAYS_A_YEAR),
  };
}

/** The plain mean of the folds' scores. */
export function averageScores(scores: readonly FoldScore[]): FoldScore {
  const mean = (key: keyof FoldScore) => scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return { direction_accuracy: mean('direction_accuracy'), mae: mean('mae'), sharpe: mean('sharpe') };
}
