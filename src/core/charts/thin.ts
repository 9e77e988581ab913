import type { ChartPoint } from './schema.ts';

/** Points of one series that still make a difference in a picture. */
export const MOST_OF_SERIES = 400;

/**
 * At most `most` points (and gaps), of which the first, the last, and the lowest and highest of each stretch are kept: a spike is never lost. A
 * stretch with a value that is no number keeps one of those. Order stays.
 */
export function thinPoints(points: readonly ChartPoint[], most = MOST_OF_SERIES): ChartPoint[] {
  if (points.length <= most) return [...points];
  const buckets = Math.max(1, Math.floor((most - 2) / 3));
  const inner = points.length - 2;
  const kept = new Set([0, points.length - 1]);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = 1 + Math.floor((bucket * inner) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * inner) / buckets);
    for (const index of pickTelling(points, from, to)) kept.add(index);
  }
  return [...kept].toSorted((a, b) => a - b).flatMap((index) => points.slice(index, index + 1));
}

function pickTelling(points: readonly ChartPoint[], from: number, to: number): number[] {
  let [low, high, gap] = [-1, -1, -1];
  for (let index = from; index < to; index += 1) {
    const value = points[index]?.[1] ?? null;
    if (value === null) {
      if (gap === -1) gap = index;
      continue;
    }
    if (low === -1 || value < (points[low]?.[1] ?? Infinity)) low = index;
    if (high === -1 || value > (points[high]?.[1] ?? -Infinity)) high = index;
  }
  return [low, high, gap].filter((index) => index !== -1);
}
