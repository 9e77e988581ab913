import { describe, expect, it } from 'vitest';
import { describeUsage, proposeRequest, type JobUsage } from '../../../src/core/jobs/usage.ts';
import fc from '../../support/properties.ts';

const GB = 1024 ** 3;
const make = (parts: Partial<JobUsage> = {}): JobUsage => ({
  jobId: '1',
  state: 'COMPLETED',
  elapsedSeconds: 3_600,
  limitSeconds: 24 * 3_600,
  nodes: 1,
  cpus: 16,
  cpuSeconds: 2 * 3_600,
  memoryAsked: 64 * GB,
  memoryUsed: 4 * GB,
  gpus: 0,
  gpuPercent: null,
  gpuMemoryUsed: null,
  ...parts,
});
const any = { mayAskMemory: true };

describe('a better request', () => {
  it('is proposed where much was asked for and little used', () => {
    expect(proposeRequest(make(), [], any)).toBe('Next time --cpus-per-task=3 --mem=6G --time=01:15:00 would do (from this job alone).');
  });

  it('keeps what earlier jobs of the name needed', () => {
    const earlier = [make({ jobId: '0', memoryUsed: 20 * GB, cpuSeconds: 10 * 3_600, elapsedSeconds: 3_600 }), make({ jobId: '1' })];
    expect(proposeRequest(make(), earlier, any)).toBe('Next time --mem=26G --time=01:15:00 would do (from 2 jobs of this name).');
  });

  it('is more after a job ran out of memory or time', () => {
    expect(proposeRequest(make({ state: 'OUT_OF_MEMORY', memoryUsed: 64 * GB, cpuSeconds: null }), [], any)).toContain('--mem=96G');
    const late = make({ state: 'TIMEOUT', elapsedSeconds: 24 * 3_600, cpuSeconds: null, memoryUsed: null });
    expect(proposeRequest(late, [], any)).toBe(
      'Next time --time=1-12:00:00 (or a start from its last checkpoint) would do (from this job alone).',
    );
  });

  it.each([
    ['a job that died of a mistake', make({ state: 'FAILED' })],
    ['a short job', make({ elapsedSeconds: 20 })],
    ['one that was about right', make({ cpus: 3, memoryAsked: 6 * GB, limitSeconds: 5_000 })],
    ['one of which nothing was measured', make({ cpuSeconds: null, memoryUsed: null, limitSeconds: null })],
  ])('is none for %s', (_, usage) => {
    expect(proposeRequest(usage, [], any)).toBeNull();
  });

  it('of a job that died comes from those before it', () => {
    const words = proposeRequest(make({ state: 'FAILED' }), [make({ jobId: '0' })], any);
    expect(words).toContain('(from 1 job of this name)');
  });

  it('is never a limit that rounding makes longer than it was', () => {
    expect(proposeRequest(make({ elapsedSeconds: 100, limitSeconds: 300, cpuSeconds: null, memoryUsed: null }), [], any)).toBeNull();
  });

  it('holds no flag that the site refuses, and no cores of a GPU job', () => {
    expect(proposeRequest(make(), [], { mayAskMemory: false })).not.toContain('--mem');
    expect(proposeRequest(make({ gpus: 1 }), [], any)).not.toContain('--cpus');
  });

  it('is never less than any job has used', () => {
    const Used = fc.record({
      elapsedSeconds: fc.integer({ min: 60, max: 90_000 }),
      memoryUsed: fc.integer({ min: 1, max: 100 * GB }),
      cpuSeconds: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(Used, { minLength: 1, maxLength: 5 }), (used) => {
        const all = used.map((one, index) =>
          make({ ...one, jobId: String(index), cpus: 64, memoryAsked: 900 * GB, limitSeconds: 900_000 }),
        );
        const words = proposeRequest(all[0] ?? make(), all, any) ?? '';
        const memory = Number(/--mem=(\d+)G/.exec(words)?.[1] ?? Number.POSITIVE_INFINITY) * GB;
        const cpus = Number(/--cpus-per-task=(\d+)/.exec(words)?.[1] ?? Number.POSITIVE_INFINITY);
        for (const one of all) {
          expect(memory).toBeGreaterThanOrEqual(one.memoryUsed ?? 0);
          expect(cpus).toBeGreaterThanOrEqual((one.cpuSeconds ?? 0) / one.elapsedSeconds);
        }
      }),
    );
  });
});

it('is told as requested against used', () => {
  expect(describeUsage(make({ gpus: 2, gpuPercent: 12.4, gpuMemoryUsed: 3e9 }))).toEqual([
    { name: 'Time', value: '1 h 0 min of 24 h 0 min (4 %)' },
    { name: 'CPU', value: '2 of 16 cores busy (13 %)' },
    { name: 'Memory', value: '4.3 GB of 68.7 GB (6 %)' },
    { name: 'GPU', value: '2, 12 % busy, 3.0 GB used' },
  ]);
  expect(describeUsage(make({ gpus: 1, cpuSeconds: null, memoryUsed: null })).map((one) => one.value)).toEqual([
    '1 h 0 min of 24 h 0 min (4 %)',
    '16 cores, use not measured',
    '68.7 GB asked for, use not measured',
    '1, use not measured by this cluster',
  ]);
});
