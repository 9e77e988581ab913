import { formatCount } from '../run/format.ts';
import type { Chart, ChartPoint, LineChart } from './schema.ts';

/** What a picture cannot show, in sentences; empty where it shows everything. Whoever draws it or tells it in words says them. */
export function listRemarks(chart: Chart): string[] {
  const found = 'series' in chart ? remarkLines(chart) : remarkNames(chart);
  return chart.note === '' ? found : [...found, chart.note];
}

/** Whether a value has a place on an axis of that scale. */
export function hasPlace(value: number | null, scale: 'linear' | 'log' | 'time'): value is number {
  return value !== null && (scale !== 'log' || value > 0);
}

function remarkLines({ series, y }: LineChart): string[] {
  const count = (test: (point: ChartPoint) => boolean) => series.reduce((sum, { points }) => sum + points.filter(test).length, 0);
  const broken = count(([, value]) => value === null);
  const low = count(([, value]) => value !== null && !hasPlace(value, y.scale));
  const be = (number: number) => (number === 1 ? 'is' : 'are');
  return [
    ...(broken === 0 ? [] : [`${formatCount(broken, 'value')} ${be(broken)} not a number (grey).`]),
    ...(low === 0 ? [] : [`${formatCount(low, 'value')} ${be(low)} not above zero and ${be(low)} left out of the logarithmic axis.`]),
  ];
}

function remarkNames(chart: Exclude<Chart, LineChart>): string[] {
  if (chart.kind === 'timeline') return [];
  const missing =
    chart.kind === 'bars'
      ? chart.bars.filter(({ value }) => !hasPlace(value, chart.value.scale))
      : chart.attempts.filter(({ train, test }) => !hasPlace(train, chart.y.scale) && !hasPlace(test, chart.y.scale));
  if (missing.length === 0) return [];
  const what = chart.kind === 'bars' ? 'value' : 'score';
  return [`${formatCount(missing.length, chart.kind === 'bars' ? 'bar' : 'attempt')} without a ${what} that can be drawn.`];
}
