import { hashText } from '../hash.ts';
import { formatNumber } from '../run/format.ts';
import type { Chart, ChartPoint } from './schema.ts';

/** Cells of a picture: what moves less than one across or up is not noticed at a glance. */
const ACROSS = 60;
const UP = 30;

/** Equal for charts that look the same at a glance: whoever shows pictures makes a new one only when this has changed. */
export function fingerprintChart(chart: Chart): string {
  if (!('series' in chart))
    return hashText(JSON.stringify(chart, (_, value: unknown) => (typeof value === 'number' ? coarsen(value) : value)));
  const points = chart.series.flatMap((one) => one.points);
  const [left, right] = findRange(points.map(([x]) => x));
  const [low, high] = findRange(points.flatMap(([, y]) => (y === null ? [] : [y])));
  const cell = ([x, y]: ChartPoint) => `${scale(x, left, right, ACROSS)}:${y === null ? 'none' : scale(y, low, high, UP)}`;
  const series = chart.series.map(({ name, points }) => [name, [...new Set(points.map(cell))]]);
  return hashText(JSON.stringify([chart.kind, chart.title, chart.x, chart.y, chart.marks, [left, right, low, high].map(coarsen), series]));
}

function findRange(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low <= high ? [low, high] : [0, 0];
}

function scale(value: number, low: number, high: number, cells: number): number {
  return high > low ? Math.round(((value - low) / (high - low)) * cells) : 0;
}

/** Two digits, or the tenth of a minute where it is a time. */
function coarsen(value: number): string {
  return Math.abs(value) > 1e11 ? String(Math.round(value / 6_000)) : formatNumber(Number(value.toPrecision(2)));
}
