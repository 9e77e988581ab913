/** A number and how much it counts. */
export type Weighted = readonly [value: number, weight: number];

/** The middle value by weight; NaN for none. */
export function findWeightedMedian(values: readonly Weighted[]): number {
  const sorted = [...values].sort((a, b) => a[0] - b[0]);
  const half = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  let sum = 0;
  for (const [index, [value, weight]] of sorted.entries()) {
    sum += weight;
    if (sum > half) return value;
    if (sum === half) return (value + (sorted[index + 1]?.[0] ?? value)) / 2;
  }
  return Number.NaN;
}

/** The middle value; NaN for none. */
export function findMedian(values: readonly number[]): number {
  return findWeightedMedian(values.map((value) => [value, 1]));
}

/** Spread about a centre that single outliers do not move, on the scale of a standard deviation. */
export function findSpread(values: readonly number[], centre: number): number {
  return values.length === 0 ? 0 : 1.4826 * findMedian(values.map((value) => Math.abs(value - centre)));
}

/** The mean by weight; NaN for none. */
export function findMean(values: readonly Weighted[]): number {
  const weight = values.reduce((sum, [, each]) => sum + each, 0);
  return weight > 0 ? values.reduce((sum, [value, each]) => sum + value * each, 0) / weight : Number.NaN;
}
