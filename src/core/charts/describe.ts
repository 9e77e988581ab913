import { formatCount, formatDuration, formatNumber } from '../run/format.ts';
import { showText } from '../show-text.ts';
import { listRemarks } from './remarks.ts';
import type { BarChart, Chart, ChartAxis, ChartMark, ChartPoint, ChartSeries, GapChart, LineChart, TimelineChart } from './schema.ts';

/** Slack takes no longer alternative text with a file. */
const LIMIT = 1_000;
const MOST_NAMED = 6;

/** The picture in words for who cannot see it: title, what each thing does in numbers, lines to compare with, what is left out. */
export function describeChart(chart: Chart): string {
  const sentences = [`${clean(chart.title).replace(/[.\s]+$/, '')}.`, ...tellChart(chart), ...listRemarks(chart)];
  const text = sentences.join(' ');
  return text.length <= LIMIT ? text : `${text.slice(0, LIMIT - 1).toWellFormed()}…`;
}

function tellChart(chart: Chart): string[] {
  switch (chart.kind) {
    case 'line':
    case 'steps':
      return tellLines(chart);
    case 'bars':
      return tellBars(chart);
    case 'gap':
      return tellGap(chart);
    case 'timeline':
      return tellTimeline(chart);
  }
}

function clean(text: string): string {
  const shown = showText(text).replaceAll(/\s+/g, ' ').trim();
  return shown.length <= 80 ? shown : `${shown.slice(0, 79).toWellFormed()}…`;
}

function say(value: number, unit: string): string {
  return `${formatNumber(value)}${unit === '' ? '' : ` ${clean(unit)}`}`;
}

function place(value: number, { name, unit, scale }: ChartAxis): string {
  if (scale !== 'time') return `${clean(name)} ${say(value, unit)}`;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? 'an unknown time' : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function tellLines({ kind, series, x, y, marks }: LineChart): string[] {
  const shown = series.slice(0, MOST_NAMED).map((one) => tellSeries(one, x, y));
  const rest = series.length - shown.length;
  return [
    `${kind === 'line' ? 'Lines' : 'Levels'} of ${clean(y.name)} over ${x.scale === 'time' ? 'time' : clean(x.name)}.`,
    ...shown,
    ...(rest === 0 ? [] : [`${formatCount(rest, 'more line')}.`]),
    ...tellMarks(marks, y.unit),
  ];
}

function tellSeries({ name, points }: ChartSeries, x: ChartAxis, y: ChartAxis): string {
  const known = points.filter((point): point is [number, number] => point[1] !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${clean(name)} has no value that is a number.`;
  if (known.length === 1) return `${clean(name)} is ${say(first[1], y.unit)} at ${place(first[0], x)}.`;
  let [low, high] = [first, first];
  for (const point of known) {
    if (point[1] < low[1]) low = point;
    if (point[1] > high[1]) high = point;
  }
  const extremes = [
    ...(low === first || low === last ? [] : [`lowest ${say(low[1], y.unit)} at ${place(low[0], x)}`]),
    ...(high === first || high === last ? [] : [`highest ${say(high[1], y.unit)} at ${place(high[0], x)}`]),
  ];
  const beyond = extremes.length === 0 ? '' : ` (${extremes.join(', ')})`;
  const broken = endsBroken(points) ? '; after that it is not a number' : '';
  return `${clean(name)} goes from ${say(first[1], y.unit)} at ${place(first[0], x)} to ${say(last[1], y.unit)} at ${place(last[0], x)}${beyond}${broken}.`;
}

function endsBroken(points: readonly ChartPoint[]): boolean {
  return points.at(-1)?.[1] === null;
}

function tellMarks(marks: readonly ChartMark[], unit: string): string[] {
  return marks.map(({ name, value }) => `The line “${clean(name)}” is at ${say(value, unit)}.`);
}

function tellBars({ bars, value: axis, marks }: BarChart): string[] {
  const signs = { plain: '', chosen: ', chosen', bad: ', not well' };
  const told = bars.slice(0, 12).map(({ name, value, error, tone }) => {
    const number = value === null ? 'no number' : say(value, axis.unit);
    return `${clean(name)} ${number}${error === null ? '' : ` ± ${formatNumber(error)}`}${signs[tone]}`;
  });
  const rest = bars.length - told.length;
  return [`${clean(axis.name)}: ${told.join('; ')}${rest === 0 ? '' : `; and ${rest} more`}.`, ...tellMarks(marks, axis.unit)];
}

function tellGap({ attempts, y, marks, band, x }: GapChart): string[] {
  const tell = ({ name, train, test }: GapChart['attempts'][number]) => {
    const [on, off] = [train, test].map((value) => (value === null ? 'unknown' : say(value, y.unit)));
    const gap = train === null || test === null ? '' : `, a gap of ${say(Math.abs(train - test), y.unit)}`;
    return `${clean(x)} ${clean(name)}: ${on} on training data, ${off} on test data${gap}`;
  };
  const [first] = attempts;
  const final = attempts.find(({ isFinal }) => isFinal);
  const last = attempts.at(-1);
  const named = [first, last === first ? undefined : last].filter((one) => one !== undefined && one !== final);
  return [
    `${clean(y.name)} of ${formatCount(attempts.length, 'attempt')} on training and on test data.`,
    ...named.flatMap((one) => (one === undefined ? [] : [`${tell(one)}.`])),
    ...(final === undefined ? [] : [`The final one is ${tell(final)}.`]),
    ...tellMarks(marks, y.unit),
    ...(band === null ? [] : [`The band “${clean(band.name)}” lies between ${say(band.low, y.unit)} and ${say(band.high, y.unit)}.`]),
  ];
}

function tellTimeline({ rows, x }: TimelineChart): string[] {
  const length = (span: number) => (x.scale === 'time' ? formatDuration(span / 1000) : say(span, x.unit));
  const told = rows.slice(0, 10).map(({ name, spans }) => {
    const parts = spans.slice(0, 5).map(({ from, to, as }) => `${as} for ${length(to - from)}`);
    return `${clean(name)} ${parts.length === 0 ? 'has not begun' : parts.join(', then ')}`;
  });
  const rest = rows.length - told.length;
  return [`${told.join('; ')}${rest === 0 ? '' : `; and ${rest} more`}.`];
}
