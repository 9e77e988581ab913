/** Pearson's correlation over the pairs of which both are numbers, as pandas computes it; NaN for fewer than two or for a side that stands still. */
export function correlate(left: readonly number[], right: readonly number[]): number {
  const pairs: [number, number][] = [];
  left.forEach((value, index) => {
    const other = right[index] as number;
    if (Number.isFinite(value) && Number.isFinite(other)) pairs.push([value, other]);
  });
  if (pairs.length < 2 || pairs.every(([a]) => a === pairs[0]?.[0]) || pairs.every(([, b]) => b === pairs[0]?.[1])) return Number.NaN;
  const meanLeft = pairs.reduce((sum, [a]) => sum + a, 0) / pairs.length;
  const meanRight = pairs.reduce((sum, [, b]) => sum + b, 0) / pairs.length;
  let [both, squareLeft, squareRight] = [0, 0, 0];
  for (const [a, b] of pairs) {
    both += (a - meanLeft) * (b - meanRight);
    squareLeft += (a - meanLeft) ** 2;
    squareRight += (b - meanRight) ** 2;
  }
  return Math.min(1, Math.max(-1, both / Math.sqrt(squareLeft) / Math.sqrt(squareRight)));
}

/** Correlation of a series with itself one row earlier. */
export function measureAutocorrelation(values: readonly number[]): number {
  return correlate(values.slice(1), values.slice(0, -1));
}

/** How often in a row the newest value has come; pandas trusts it over its sums, which carry rounding. */
interface Streak {
  readonly value: number;
  readonly length: number;
}

function extendStreak(streak: Streak, value: number): Streak {
  return { value, length: streak.value === value ? streak.length + 1 : 1 };
}

/** A running sum after Kahan with one compensation for what comes and one for what goes. */
function rollMean(values: readonly number[], window: number): number[] {
  let [sum, lostIn, lostOut, negative] = [0, 0, 0, 0];
  let streak: Streak = { value: Number.NaN, length: 0 };
  return values.map((value, index) => {
    if (index >= window) {
      const gone = values[index - window] as number;
      const part = -gone - lostOut;
      const next = sum + part;
      lostOut = next - sum - part;
      sum = next;
      if (gone < 0 || Object.is(gone, -0)) negative -= 1;
    }
    const part = value - lostIn;
    const next = sum + part;
    lostIn = next - sum - part;
    sum = next;
    if (value < 0 || Object.is(value, -0)) negative += 1;
    streak = extendStreak(streak, value);
    if (index < window - 1) return Number.NaN;
    if (streak.length >= window) return streak.value;
    // A mean of numbers of one sign has that sign, whatever rounding says.
    if ((negative === 0 && sum < 0) || (negative === window && sum > 0)) return 0;
    return sum / window;
  });
}

/** Welford's running variance, compensated the same way. */
function rollVariance(values: readonly number[], window: number): number[] {
  let [count, mean, square, lostIn, lostOut] = [0, 0, 0, 0, 0];
  let streak: Streak = { value: Number.NaN, length: 0 };
  return values.map((value, index) => {
    if (index >= window) {
      const gone = values[index - window] as number;
      count -= 1;
      const before = mean - lostOut;
      const shifted = gone - lostOut;
      const delta = shifted - mean;
      lostOut = delta + mean - shifted;
      mean -= delta / count;
      square -= (gone - before) * (gone - mean);
    }
    count += 1;
    streak = extendStreak(streak, value);
    const before = mean - lostIn;
    const shifted = value - lostIn;
    const delta = shifted - mean;
    lostIn = delta + mean - shifted;
    mean += delta / count;
    square += (value - before) * (value - mean);
    if (index < window - 1) return Number.NaN;
    return streak.length >= window ? 0 : square / (window - 1);
  });
}

/**
 * Correlation over a moving window as pandas 1.5 computes it (`rolling(window).corr`), with its order of additions and its rounding: where
 * a series nearly stands still its figures are noise, and the noise has to be the same. Windows without a defined correlation are NaN.
 * The input holds no NaN.
 */
export function rollCorrelation(left: readonly number[], right: readonly number[], window: number): number[] {
  const meanBoth = rollMean(
    left.map((value, index) => value * (right[index] as number)),
    window,
  );
  const [meanLeft, meanRight] = [rollMean(left, window), rollMean(right, window)];
  const [varLeft, varRight] = [rollVariance(left, window), rollVariance(right, window)];
  return meanBoth.map((both, index) => {
    const shared = (both - (meanLeft[index] as number) * (meanRight[index] as number)) * (window / (window - 1));
    const correlation = shared / Math.sqrt((varLeft[index] as number) * (varRight[index] as number));
    return Number.isFinite(correlation) ? correlation : Number.NaN;
  });
}

/** Standard deviation (n − 1) of the numbers among the values; NaN for fewer than two. */
export function measureDeviation(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  if (known.length < 2) return Number.NaN;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
}
