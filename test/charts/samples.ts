import type { BarChart, Chart, ChartAxis, ChartPoint, GapChart, LineChart, TimelineChart } from '../../src/core/charts/schema.ts';

export const axis = (name: string, unit = ''): ChartAxis => ({ name, unit, scale: 'linear' });

/** A falling curve of that many points. */
export const fall = (count: number, from = 2): ChartPoint[] =>
  Array.from({ length: count }, (_, index): ChartPoint => [index * 10 + 10, from * Math.exp((-4 * index) / count) + 0.3]);

export const lines: LineChart = {
  kind: 'line',
  title: 'Loss of two attempts',
  note: '',
  x: axis('step'),
  y: axis('loss'),
  marks: [{ name: 'target', value: 0.5 }],
  series: [
    { name: 'attempt 1', points: fall(200) },
    { name: 'attempt 2', points: fall(120, 3) },
  ],
};

export const bars: BarChart = {
  kind: 'bars',
  title: 'Importance of the features',
  note: '',
  value: axis('importance'),
  marks: [],
  bars: [
    { name: 'age', value: 0.4, error: 0.05, tone: 'plain' },
    { name: 'income', value: -0.1, error: null, tone: 'bad' },
    { name: 'unknown', value: null, error: null, tone: 'plain' },
  ],
};

export const gap: GapChart = {
  kind: 'gap',
  title: 'Forty attempts',
  note: '',
  x: 'attempt',
  y: axis('AUC'),
  marks: [{ name: 'baseline', value: 0.71 }],
  band: { name: 'noise of the baseline', low: 0.69, high: 0.73 },
  attempts: Array.from({ length: 40 }, (_, index) => ({
    name: String(index + 1),
    train: index === 7 ? null : 0.72 + 0.006 * index,
    test: index === 7 ? null : 0.68 + 0.003 * index,
    isFinal: index === 36,
  })),
};

const start = Date.UTC(2026, 2, 1, 8);
export const timeline: TimelineChart = {
  kind: 'timeline',
  title: 'Jobs of the day',
  note: '',
  x: { name: 'time', unit: '', scale: 'time' },
  rows: [
    {
      name: 'sample 1',
      spans: [
        { from: start, to: start + 3e6, as: 'waiting' },
        { from: start + 3e6, to: start + 6e6, as: 'failed' },
      ],
    },
    { name: 'sample 2', spans: [{ from: start + 7e6, to: start + 9e6, as: 'done' }] },
  ],
};

export const memory: LineChart = {
  ...lines,
  kind: 'steps',
  title: 'Memory in use',
  x: { name: 'time', unit: '', scale: 'time' },
  y: axis('memory', 'GB'),
  marks: [{ name: 'asked for', value: 32 }],
  series: [
    {
      name: 'host',
      points: [
        [start, 1],
        [start + 1e6, 12],
        [start + 9e6, 18],
      ],
    },
  ],
};

export const all: readonly (readonly [string, Chart])[] = [
  ['lines', lines],
  ['bars', bars],
  ['gap', gap],
  ['timeline', timeline],
  ['memory', memory],
];
