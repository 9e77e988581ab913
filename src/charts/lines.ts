import { hasPlace, listRemarks } from '../core/charts/remarks.ts';
import type { ChartAxis, ChartPoint, LineChart } from '../core/charts/schema.ts';
import { buildFrame, drawMarks, LETTERS, nameMarks, styleLine, type Frame, type LegendItem } from './frame.ts';
import { GRID, INK, QUIET, SHADE } from './palette.ts';
import { FONT, formatMoment, formatTick, measureText } from './text.ts';

/** With more points than this, symbols would hide the line. */
const MOST_SYMBOLS = 24;

/** Name and unit of an axis as they stand beside it. */
export function nameAxis({ name, unit, scale }: ChartAxis): string {
  const told = scale === 'time' ? [unit, 'UTC'].filter((word) => word !== '').join(', ') : unit;
  const log = scale === 'log' ? ', logarithmic' : '';
  return told === '' && log === '' ? name : told === '' ? `${name} (logarithmic)` : `${name} (${told}${log})`;
}

/** The settings of an axis with numbers or times on it. */
export function drawAxis(axis: ChartAxis, { grid, span, from }: { grid: boolean; span: number; from?: number | undefined }) {
  const write = (value: number) => (axis.scale === 'time' ? formatMoment(value, span) : formatTick(value));
  return {
    type: axis.scale === 'log' ? 'log' : 'value',
    scale: true,
    splitNumber: 5,
    ...(axis.scale === 'time' ? { interval: pickInterval(span / 4) } : {}),
    ...(from === undefined ? {} : { min: from }),
    axisLine: { show: true, onZero: false, lineStyle: { color: QUIET, width: 1.5 } },
    axisTick: { show: true },
    splitLine: { show: grid, lineStyle: { color: GRID, width: 1 } },
    axisLabel: { formatter: write, fontSize: LETTERS, fontFamily: FONT, color: INK, hideOverlap: true, showMinLabel: true },
  };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const INTERVALS = [
  5_000,
  15_000,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  48 * HOUR,
  168 * HOUR,
];

/** Milliseconds between two times that people would write beside an axis. */
function pickInterval(least: number): number {
  return INTERVALS.find((interval) => interval >= least) ?? Math.ceil(least / (168 * HOUR)) * 168 * HOUR;
}

/** Curves over steps or time, with gaps where a value is no number. */
export function drawLines(chart: LineChart, width: number): Frame {
  const isSteps = chart.kind === 'steps';
  const all = chart.series.flatMap(({ points }) => points);
  const [first, last] = findSpan(all);
  const xAxis = drawAxis(chart.x, { grid: false, span: last - first });
  const yAxis = drawAxis(chart.y, { grid: true, span: last - first, from: isSteps && all.every(([, y]) => (y ?? 0) >= 0) ? 0 : undefined });
  const frame = buildFrame({
    width,
    title: chart.title,
    xName: nameAxis(chart.x),
    yName: nameAxis(chart.y),
    legend: [...nameSeries(chart), ...nameMarks(chart.marks)],
    remarks: listRemarks(chart),
    inside: Math.round(Math.max(180, width * 0.42)),
    left: measureLeft(chart),
    right: 30,
  });
  const series = chart.series.map(({ points }, index) => drawSeries(points, index, chart));
  const shades = drawShades(chart);
  return {
    ...frame,
    option: {
      ...frame.option,
      xAxis: { ...xAxis, ...(first === last ? {} : { min: first, max: last }) },
      yAxis,
      series: [...shades, ...series, ...drawMarks(chart.marks, 'y', first)],
    },
  };
}

/** One line that is called as its axis is needs no legend. */
function nameSeries({ series, y }: LineChart): LegendItem[] {
  if (series.length === 1 && series[0]?.name === y.name) return [];
  return series.map(({ name }, index) => ({ series: `s${index}`, label: name }));
}

function findSpan(points: readonly ChartPoint[]): [number, number] {
  let [first, last] = [Infinity, -Infinity];
  for (const [x] of points) [first, last] = [Math.min(first, x), Math.max(last, x)];
  return first <= last ? [first, last] : [0, 1];
}

/** Room for the longest of the numbers that can stand beside the axis. */
function measureLeft({ series, marks }: LineChart): number {
  const values = [...series.flatMap(({ points }) => points.map(([, y]) => y ?? 0)), ...marks.map(({ value }) => value)];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const middle = (low + high) / 2 || 0;
  return Math.round(
    28 + Math.max(...[low, high, middle, (high - low) / 7].map((value) => measureText(formatTick(value || 0), LETTERS)), 24),
  );
}

function drawSeries(points: readonly ChartPoint[], index: number, { kind, y }: LineChart) {
  const { colour, dash, symbol } = styleLine(index);
  const shown = points.map(([at, value]): ChartPoint => [at, hasPlace(value, y.scale) ? value : null]);
  const areMany = shown.length > MOST_SYMBOLS;
  const has = (at: number) => (shown[at]?.[1] ?? null) !== null;
  // A line through one point cannot be seen: what stands alone between two gaps gets a symbol.
  const data = shown.map((value, at) => ({ value, symbol: areMany && (has(at - 1) || has(at + 1)) ? 'none' : symbol }));
  return {
    type: 'line',
    name: `s${index}`,
    data,
    ...(kind === 'steps' ? { step: 'end', areaStyle: { color: colour, opacity: 0.12 } } : {}),
    symbol,
    symbolSize: 9,
    showSymbol: true,
    connectNulls: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 3, type: dash.length === 0 ? 'solid' : [...dash] },
    z: 3,
  };
}

/** Grey stretches where a series had no number. */
function drawShades({ series }: LineChart): object[] {
  const stretches = series.flatMap(({ points }) => findGaps(points));
  if (stretches.length === 0) return [];
  return [
    {
      type: 'line',
      name: 'gaps',
      silent: true,
      symbol: 'none',
      data: [],
      markArea: {
        silent: true,
        itemStyle: { color: SHADE },
        data: stretches.slice(0, 200).map(([from, to]) => [{ xAxis: from }, { xAxis: to }]),
      },
    },
  ];
}

function findGaps(points: readonly ChartPoint[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [index, [at, value]] of points.entries()) {
    if (value !== null) continue;
    const from = points[index - 1]?.[0] ?? at;
    const to = points[index + 1]?.[0] ?? at;
    const last = found.at(-1);
    if (last !== undefined && from <= last[1] && points[index - 1]?.[1] === null) last[1] = to;
    else found.push([from, to]);
  }
  return found;
}
