import { formatCount } from '../run/format.ts';
import type { BarChart } from './schema.ts';

type Bar = BarChart['bars'][number];
export interface Importance {
  readonly name: string;
  readonly value: number;
  /** Spread between folds or repetitions. */
  readonly deviation?: number | null;
}

const MOST_IMPORTANT = 20;

/** The features that matter most, the greatest first; null for none. */
export function chartImportance(title: string, measure: string, features: readonly Importance[]): BarChart | null {
  const known = features.filter(({ value }) => Number.isFinite(value));
  const shown = known.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_IMPORTANT);
  if (shown.length === 0) return null;
  const bars = shown.map(({ name, value, deviation = null }): Bar => {
    const error = deviation !== null && Number.isFinite(deviation) ? Math.abs(deviation) : null;
    return { name, value, error, tone: 'plain' };
  });
  const rest = features.length - shown.length;
  const note = rest === 0 ? '' : `${formatCount(rest, 'feature')} that matter less or have no number left out.`;
  return { kind: 'bars', title, note, value: { name: measure, unit: '', scale: 'linear' }, marks: [], bars };
}
