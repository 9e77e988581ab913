import { describe, expect, it } from 'vitest';
import { describeFull, estimateFull, type EstimateInput } from '../../../src/core/sample-run/estimate.ts';
import { makeProgress } from '../run/builders.ts';

const cpu = { cpus: 2, memoryMb: 4000, gpus: 0, nodes: 1, timeLimitSeconds: 600 };
const gpu = { ...cpu, gpus: 1 };

function estimate(parts: {
  full?: Partial<EstimateInput['plan']['full']>;
  expected?: EstimateInput['plan']['expected'];
  resources?: typeof cpu;
  progress?: Partial<EstimateInput['progress']>;
  wall?: number | null;
  eta?: EstimateInput['eta'];
}) {
  return estimateFull({
    plan: {
      full: { command: 'python train.py', unit: 'step', total: 7200, ...parts.full },
      expected: parts.expected ?? null,
      resources: parts.resources ?? cpu,
    },
    progress: makeProgress({ unit: 'step', current: 100, total: 100, ...parts.progress }),
    wallSeconds: parts.wall ?? null,
    maxRssBytes: 1_048_576_000,
    eta: parts.eta ?? null,
  });
}

describe('estimateFull', () => {
  it('scales the rate of the log, on the hardware of the sample', () => {
    expect(estimate({ progress: { rate: 2 }, resources: gpu })).toEqual({
      command: 'python train.py',
      seconds: 3600,
      interval: { low: 2880, high: 4500 },
      gpuHours: 1,
      memoryMb: 1200,
      basis: "7200 steps at the sample's 2 a second, on this hardware: 1 GPU",
    });
  });

  it('takes the width of the interval from how much the steps varied', () => {
    const found = estimate({ progress: { rate: 2 }, eta: { low: 90, likely: 100, high: 150 } });
    expect(found.interval).toEqual({ low: 3240, high: 5400 });
    expect(found.gpuHours).toBeNull();
    expect(found.basis).toContain('2 CPUs, no GPU');
  });

  it.each<[string, Parameters<typeof estimate>[0], number | null, string]>([
    [
      'epochs, counted in batches',
      { full: { unit: 'epoch', total: 90 }, progress: { unit: 'batch', current: 40, total: 500, rate: 5 } },
      9000,
      "90 epochs of 500 batches at the sample's 5 a second",
    ],
    [
      'epochs, counted in steps of the only one',
      { full: { unit: 'epoch', total: 10 }, expected: { unit: 'epoch', total: 1 }, progress: { total: 60, rate: 2 } },
      300,
      '10 epochs of 60 steps',
    ],
    [
      'epochs, and steps that may be those of all',
      { full: { unit: 'epoch', total: 10 }, expected: { unit: 'epoch', total: 3 }, progress: { total: 60, rate: 2 } },
      null,
      'no rate to scale',
    ],
    ['epochs of their own rate', { full: { unit: 'epoch', total: 10 }, progress: { unit: 'epoch', rate: 0.1 } }, 100, '10 epochs at'],
    [
      'a part of an epoch, by the wall time',
      { full: { unit: 'epoch', total: 10 }, progress: { unit: 'batch', current: 50, total: 200 }, wall: 60 },
      2400,
      '10 epochs, 25 % of one took 1 min 0 s with start-up',
    ],
    [
      'epochs over a part of the data',
      { full: { unit: 'epoch', total: 10, isPart: true }, progress: { unit: 'epoch', rate: 1 } },
      null,
      'a part of the data only',
    ],
    ['nothing known of the full run', { full: { unit: null, total: null }, progress: { rate: 3 } }, null, 'does not say how long'],
    ['no rate and no time', {}, null, 'printed no rate'],
    ['a rate of zero', { progress: { rate: 0 } }, null, 'printed no rate'],
  ])('%s', (_what, parts, seconds, basis) => {
    const found = estimate(parts);
    expect(found.seconds).toBe(seconds);
    expect(found.basis).toContain(basis);
    expect(found.interval === undefined).toBe(seconds === null);
  });

  it('reads like a sentence', () => {
    expect(describeFull(estimate({ progress: { rate: 0.05 }, resources: gpu }))).toBe(
      'about 40 h 0 min (32 h 0 min to 2 d 2 h), 40 GPU-hours, 1.3 GB of memory',
    );
    expect(describeFull(estimate({}))).toBe('time unknown, 1.3 GB of memory');
  });
});
