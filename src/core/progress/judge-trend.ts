import type { z } from 'zod';
import type { Trend } from './schema.ts';

function findMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Which way a loss goes: the median of its first quarter against that of its last, with the usual jump between neighbours as the
 * measure of noise. `diverging` is a last quarter at more than 1.5 times the best level reached and above the start.
 */
export function judgeTrend(values: readonly number[]): z.infer<typeof Trend> {
  if (values.some((value) => !Number.isFinite(value))) return 'nan';
  if (values.length < 4) return 'too-few';
  const width = Math.max(1, Math.floor(values.length / 4));
  const first = findMedian(values.slice(0, width));
  const last = findMedian(values.slice(-width));
  let best = Infinity;
  for (let at = 0; at + width <= values.length; at += width) best = Math.min(best, findMedian(values.slice(at, at + width)));
  const noise = findMedian(values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)))) / Math.sqrt(width);
  const change = last - first;
  if (change > 0 && last > best + Math.abs(best) * 0.5 && change > noise) return 'diverging';
  const needed = width === 1 ? Math.abs(first) * 0.01 : Math.max(Math.abs(first) * 0.005, noise);
  if (Math.abs(change) <= needed) return 'flat';
  return change < 0 ? 'decreasing' : 'increasing';
}
