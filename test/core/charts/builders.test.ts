import { describe, expect, it } from 'vitest';
import { chartAttempts } from '../../../src/core/charts/attempts.ts';
import { chartImportance } from '../../../src/core/charts/measures.ts';
import { chartProgress } from '../../../src/core/charts/progress.ts';
import { Chart, MOST_ATTEMPTS, MOST_SERIES } from '../../../src/core/charts/schema.ts';
import { chartJobs, chartUsage } from '../../../src/core/charts/usage.ts';
import type { JobUsage } from '../../../src/core/jobs/usage.ts';
import { startProgress } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';
import { makeLoss, makeProgress } from '../run/builders.ts';

const read = (log: string) => summarizeProgress(trackProgress(startProgress(), log, null));
const logOf = (steps: number, loss: (step: number) => string) =>
  Array.from({ length: steps }, (_, index) => `step ${index + 1}/${steps} loss ${loss(index + 1)}\n`).join('');

describe('curves of logs', () => {
  it('are one for each attempt, named by it, over the steps', () => {
    const tracks = [
      { name: 'attempt 1', progress: read(logOf(30, (step) => (3 / step).toFixed(4))) },
      { name: 'attempt 2', progress: null },
      { name: 'attempt 3', progress: read(logOf(20, (step) => (2 / step).toFixed(4))) },
    ];
    const chart = chartProgress({ title: 'Loss', tracks, marks: [{ name: 'target', value: 0.1 }] });
    expect(Chart.safeParse(chart).error).toBeUndefined();
    expect(chart?.series.map(({ name, points }) => [name, points.length, points.at(-1)])).toEqual([
      ['attempt 1', 30, [30, 0.1]],
      ['attempt 3', 20, [20, 0.1]],
    ]);
    expect(chart).toMatchObject({ x: { name: 'step' }, y: { name: 'loss', scale: 'linear' }, note: '', marks: [{ value: 0.1 }] });
  });

  it('have a gap where the log says NaN', () => {
    const progress = read(logOf(30, (step) => (step === 12 || step > 27 ? 'nan' : String(3 / step))));
    const chart = chartProgress({ title: 'Loss', tracks: [{ name: 'one', progress }] });
    const gaps = chart?.series[0]?.points.filter(([, value]) => value === null).map(([x]) => x);
    expect(gaps).toEqual([12, 28, 29, 30]);
    expect(chart?.series[0]?.name).toBe('loss');
  });

  it('go over the lines of the log where it counts no steps, or goes back', () => {
    const restarted = makeProgress({ loss: makeLoss([3, 2, 1]) });
    const points = [5, 6, 1].map((at, index) => ({ at, value: index, line: 10 * index }));
    const back = makeProgress({ loss: { name: 'loss', points, first: 0, last: 2, trend: 'increasing' } });
    expect(chartProgress({ title: 't', tracks: [{ name: 'a', progress: restarted }] })?.x.name).toBe('step');
    const chart = chartProgress({ title: 't', tracks: [{ name: 'a', progress: back }] });
    expect(chart).toMatchObject({
      x: { name: 'log line' },
      series: [
        {
          points: [
            [0, 0],
            [10, 1],
            [20, 2],
          ],
        },
      ],
    });
  });

  it('leave out what counts otherwise, and say so', () => {
    const epochs = makeProgress({ unit: 'epoch', loss: makeLoss([3, 2, 1]) });
    const steps = makeProgress({ unit: 'step', loss: makeLoss([3, 2, 1]) });
    const tracks = [{ name: 'a', progress: epochs }, ...Array.from({ length: 10 }, (_, index) => ({ name: `b${index}`, progress: steps }))];
    const chart = chartProgress({ title: 't', tracks });
    expect(chart?.series).toHaveLength(MOST_SERIES);
    expect(chart?.note).toBe('1 curve in other units left out. 2 older curves left out.');
  });

  it('set the loss on held-out data beside that of the training, and follow another metric when asked', () => {
    const history = {
      val_loss: [1, 2, 3].map((at) => ({ at, value: 3 - at / 2, line: at })),
      accuracy: [1, 2, 3].map((at) => ({ at, value: at / 4, line: at })),
    };
    const tracks = [{ name: 'a', progress: makeProgress({ loss: makeLoss([3, 2, 1]), history }) }];
    expect(chartProgress({ title: 't', tracks })?.series.map(({ name }) => name)).toEqual(['loss', 'val_loss']);
    expect(chartProgress({ title: 't', tracks, metric: 'accuracy' })).toMatchObject({
      y: { name: 'accuracy' },
      series: [
        {
          name: 'accuracy',
          points: [
            [1, 0.25],
            [2, 0.5],
            [3, 0.75],
          ],
        },
      ],
    });
  });

  it('say that they are thinned', () => {
    const values = Array.from({ length: 450 }, (_, index) => 1 + (index % 7));
    const chart = chartProgress({ title: 't', tracks: [{ name: 'a', progress: makeProgress({ loss: makeLoss(values) }) }] });
    expect(chart?.series[0]?.points.length).toBeLessThanOrEqual(400);
    expect(chart?.note).toBe('Thinned; the lowest and highest value of each stretch are kept.');
  });

  it('take a logarithmic axis where values lie orders apart', () => {
    const tracks = [{ name: 'a', progress: makeProgress({ loss: makeLoss([9_000, 40, 1]) }) }];
    expect(chartProgress({ title: 't', tracks })?.y.scale).toBe('log');
    expect(chartProgress({ title: 't', tracks, marks: [{ name: 'zero', value: 0 }] })?.y.scale).toBe('linear');
  });

  it('are nothing where there are not two values', () => {
    const tracks = [{ name: 'a', progress: makeProgress({ loss: makeLoss([1]) }) }];
    expect(chartProgress({ title: 't', tracks })).toBeNull();
    expect(chartProgress({ title: 't', tracks: [{ name: 'a', progress: null }] })).toBeNull();
  });
});

const usage: JobUsage = {
  jobId: '77',
  state: 'COMPLETED',
  elapsedSeconds: 1_800,
  limitSeconds: 7_200,
  nodes: 1,
  cpus: 4,
  cpuSeconds: 3_600,
  memoryAsked: 8_000_000_000,
  memoryUsed: 9_000_000_000,
  gpus: 1,
  gpuPercent: null,
  gpuMemoryUsed: null,
};

describe('charts of what jobs took', () => {
  it('hold what was used against what was asked for', () => {
    const chart = chartUsage(usage);
    expect(chart?.bars).toEqual([
      { name: 'time (30 min of 2 h 0 min)', value: 25, error: null, tone: 'plain' },
      { name: '4 CPU cores', value: 50, error: null, tone: 'plain' },
      { name: 'memory (9.0 GB of 8.0 GB)', value: 112.5, error: null, tone: 'bad' },
    ]);
    const nothing = { limitSeconds: null, cpuSeconds: null, memoryUsed: null };
    expect(chartUsage({ ...usage, ...nothing })).toBeNull();
    expect(chartUsage({ ...usage, ...nothing, gpuPercent: 40 })?.bars).toMatchObject([{ name: '1 GPU', value: 40 }]);
  });

  it('show waiting and running of jobs, as far as they have come', () => {
    const job = { name: 'a', submittedAt: 0, failed: false };
    const chart = chartJobs(
      'Jobs',
      [
        { ...job, startedAt: 10, endedAt: 30, failed: true },
        { ...job, startedAt: null, endedAt: null },
        { ...job, startedAt: 5, endedAt: null },
      ],
      50,
    );
    expect(chart?.rows.map(({ spans }) => spans)).toEqual([
      [
        { from: 0, to: 10, as: 'waiting' },
        { from: 10, to: 30, as: 'failed' },
      ],
      [{ from: 0, to: 50, as: 'waiting' }],
      [
        { from: 0, to: 5, as: 'waiting' },
        { from: 5, to: 50, as: 'running' },
      ],
    ]);
  });
});

describe('charts of an experiment', () => {
  it('hold training against test by attempt, with gaps for failed ones, and keep the final one', () => {
    const attempts = Array.from({ length: MOST_ATTEMPTS + 30 }, (_, index) => ({
      name: String(index + 1),
      train: index === 229 ? Number.NaN : 0.9,
      test: 0.8,
      isFinal: index === 4,
    }));
    const chart = chartAttempts({ title: 'Attempts', metric: 'AUC', attempts, baseline: 0.7, target: Number.NaN });
    expect(Chart.safeParse(chart).error).toBeUndefined();
    expect(chart?.attempts[0]).toMatchObject({ name: '5', isFinal: true });
    expect(chart?.attempts.at(-1)).toMatchObject({ train: null, test: 0.8 });
    expect(chart).toMatchObject({ note: '30 older attempts left out.', marks: [{ name: 'baseline', value: 0.7 }], band: null });
    expect(chartAttempts({ title: 'Attempts', metric: 'AUC', attempts: [], baseline: null })).toBeNull();
  });

  it('show the features that matter most, the greatest first', () => {
    const features = Array.from({ length: 30 }, (_, index) => ({
      name: `f${index}`,
      value: index - 10,
      deviation: index === 29 ? -1 : null,
    }));
    const chart = chartImportance('Importance', 'gain', [...features, { name: 'odd', value: Number.NaN }]);
    expect(chart?.bars).toHaveLength(20);
    expect(chart?.bars[0]).toEqual({ name: 'f29', value: 19, error: 1, tone: 'plain' });
    expect(chart?.note).toBe('11 features that matter less or have no number left out.');
    expect(chartImportance('Importance', 'gain', [])).toBeNull();
  });
});
