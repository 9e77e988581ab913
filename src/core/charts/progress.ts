import type { Progress } from '../progress/schema.ts';
import { formatCount } from '../run/format.ts';
import { MOST_SERIES, type ChartMark, type ChartPoint, type ChartSeries, type LineChart } from './schema.ts';
import { MOST_OF_SERIES, thinPoints } from './thin.ts';

/** One log with the name by which its curve is told from others: an attempt, a job, a run. */
export interface ProgressTrack {
  readonly name: string;
  readonly progress: Progress | null;
}

export interface ProgressWish {
  readonly title: string;
  /** Oldest first; those that count otherwise than the newest are left out, and that is said. */
  readonly tracks: readonly ProgressTrack[];
  /** Name of the metric in the log; the loss where it is not given. */
  readonly metric?: string;
  /** Targets and baselines. */
  readonly marks?: readonly ChartMark[];
}

interface Curve {
  readonly name: string;
  readonly metric: string;
  readonly points: readonly MetricPoint[];
  readonly holes: readonly number[];
  readonly unit: string;
}

type MetricPoint = NonNullable<Progress['loss']>['points'][number];

/** Values that lie this far apart are told apart on a logarithmic axis only. */
const WIDE = 1_000;

/** Curves of a metric over the steps of several logs; null where no log has two values of it. */
export function chartProgress({ title, tracks, metric, marks = [] }: ProgressWish): LineChart | null {
  const curves = tracks.flatMap(({ name, progress }) => (progress === null ? [] : readCurves(name, progress, metric)));
  const newest = curves.at(-1);
  if (newest === undefined || curves.every(({ points }) => points.length < 2)) return null;
  const alike = curves.filter(({ unit }) => unit === newest.unit);
  const shown = alike.slice(-MOST_SERIES);
  const counted = shown.every(({ points }) => isCounted(points));
  const areNamed = new Set(tracks.map(({ name }) => name)).size > 1;
  const metrics = [...new Set(shown.map((curve) => curve.metric))];
  const all = shown.map((curve) => drawCurve(curve, { counted, areNamed, areMixed: metrics.length > 1 }));
  return {
    kind: 'line',
    title,
    note: describeLeftOut(
      curves.length - alike.length,
      alike.length - shown.length,
      all.some(({ points }) => points.length > MOST_OF_SERIES),
    ),
    x: { name: counted ? newest.unit : 'log line', unit: '', scale: 'linear' },
    y: { name: metrics.length === 1 ? newest.metric : (metric ?? 'loss'), unit: '', scale: pickScale(all, marks) },
    marks: [...marks],
    series: all.map(({ name, points }) => ({ name, points: thinPoints(points) })),
  };
}

function readCurves(name: string, progress: Progress, metric: string | undefined): Curve[] {
  const unit = progress.unit ?? 'step';
  const { loss } = progress;
  const history = progress.history ?? {};
  if (metric !== undefined) {
    const points = history[metric] ?? (loss?.name === metric ? loss.points : []);
    return points.length === 0 ? [] : [{ name, metric, points, holes: [], unit }];
  }
  if (loss === null) return [];
  const own: Curve = { name, metric: loss.name, points: loss.points, holes: readHoles(progress), unit };
  // The loss on held-out data belongs on the same axis: that the two part is what one looks for.
  const others = Object.entries(history).filter(([other, points]) => {
    const fits = points.length >= 2 && (isCounted(points) || !isCounted(loss.points));
    return fits && other !== loss.name && /^(?:val|valid|validation|eval|test)[_/ ]?loss$/i.test(other);
  });
  return [own, ...others.slice(0, 1).map(([other, points]): Curve => ({ name, metric: other, points, holes: [], unit }))];
}

/** Where the loss was no number, as far as the log counts; the newest place too, where it is none now. */
function readHoles({ loss, current }: Progress): number[] {
  if (loss === null) return [];
  const last = loss.points.at(-1)?.at ?? null;
  const now = loss.trend === 'nan' && current !== null && last !== null && current > last ? [current] : [];
  return [...new Set([...(loss.holes ?? []), ...now])];
}

/** Whether the log gives each point a place, and never goes back. */
function isCounted(points: readonly MetricPoint[]): boolean {
  let last = -Infinity;
  for (const { at } of points) {
    if (at === null || at < last) return false;
    last = at;
  }
  return true;
}

interface Naming {
  readonly counted: boolean;
  readonly areNamed: boolean;
  readonly areMixed: boolean;
}

function drawCurve(curve: Curve, { counted, areNamed, areMixed }: Naming): ChartSeries {
  const values = curve.points.map(({ at, line, value }): ChartPoint => [counted ? (at ?? line) : line, value]);
  const holes = counted ? curve.holes.map((at): ChartPoint => [at, null]) : [];
  const points = holes.length === 0 ? values : [...values, ...holes].toSorted(([a], [b]) => a - b);
  const name = areNamed ? (areMixed ? `${curve.name} · ${curve.metric}` : curve.name) : curve.metric;
  return { name, points };
}

function pickScale(series: readonly ChartSeries[], marks: readonly ChartMark[]): 'linear' | 'log' {
  let [low, high] = [Infinity, 0];
  for (const [, value] of series.flatMap(({ points }) => points)) {
    if (value === null) continue;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return low > 0 && high / low > WIDE && marks.every(({ value }) => value > 0) ? 'log' : 'linear';
}

function describeLeftOut(otherwise: number, older: number, isThinned: boolean): string {
  return [
    otherwise === 0 ? '' : `${formatCount(otherwise, 'curve')} in other units left out.`,
    older === 0 ? '' : `${formatCount(older, 'older curve')} left out.`,
    isThinned ? 'Thinned; the lowest and highest value of each stretch are kept.' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
