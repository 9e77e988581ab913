import type { Check } from '../gates/checks.ts';
import { formatCount, formatNumber } from '../run/format.ts';
import { MOST_BARS, type BarChart } from './schema.ts';

type Bar = BarChart['bars'][number];
const WORDS: Readonly<Record<Check['rule'], string>> = { below: 'below', 'at most': '≤', above: 'above', 'at least': '≥' };

/**
 * Each measured value of a gate as a share of its limit, so that values of all sizes stand side by side; what has a limit of zero or was not
 * measured is named without a bar. Null where there is nothing to show.
 */
export function chartGates(title: string, checks: Readonly<Record<string, Check>>): BarChart | null {
  const bars = Object.entries(checks).map(([id, { value, threshold, rule, verdict }]): Bar => {
    const share = value === null || threshold === 0 ? null : (value / threshold) * 100;
    const measured = value === null ? 'not measured' : formatNumber(value);
    return {
      name: `${id.replaceAll('_', ' ')}: ${measured}, ${WORDS[rule]} ${formatNumber(threshold)}`,
      value: share !== null && Number.isFinite(share) ? Math.round(share * 10) / 10 : null,
      error: null,
      tone: verdict === 'failed' ? 'bad' : verdict === 'passed' ? 'chosen' : 'plain',
    };
  });
  if (bars.length === 0) return null;
  const value = { name: 'share of the limit', unit: '%', scale: 'linear' as const };
  return { kind: 'bars', title, note: '', value, marks: [{ name: 'limit', value: 100 }], bars: bars.slice(0, MOST_BARS) };
}

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
