import { describe, expect, it } from 'vitest';
import type { JobUsage } from '../../../src/core/jobs/usage.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { viewUse, viewWatchUse } from '../../../src/core/run/view/use.ts';
import { ended, makeFailure, makeProgress, makeResult, Walk } from './builders.ts';

const usage: JobUsage = {
  jobId: '41',
  state: 'COMPLETED',
  elapsedSeconds: 60,
  limitSeconds: 600,
  nodes: 1,
  cpus: 2,
  cpuSeconds: 60,
  memoryAsked: 1000,
  memoryUsed: 500,
  gpus: 0,
  gpuPercent: null,
  gpuMemoryUsed: null,
};

describe('pictures of what jobs took', () => {
  it('show used against asked for, and the times of several jobs', () => {
    const walk = Walk.begin().toJob().observe(ended).fail(makeFailure()).work().approve().work().observe(ended);
    walk.work({ kind: 'examined', result: { ...makeResult(makeProgress()), usage }, failure: null, documents: [] });
    const parts = viewUse(walk.state);
    expect(parts.map((part) => part.kind === 'picture' && part.name)).toEqual(['use', 'jobs']);
    expect(parts[0]).toMatchObject({ isFinal: true, chart: { bars: [{ value: 10 }, { value: 50 }, { value: 50 }] } });
    expect(parts[1]).toMatchObject({ chart: { rows: [{ name: 'attempt 1' }, { name: 'attempt 2' }] } });
  });

  it('are none where nothing was measured and one job ran', () => {
    expect(viewUse(Walk.begin().toJob().observe(ended).state)).toEqual([]);
  });

  it('tell waiting from running of watched jobs', () => {
    const { state } = Walk.begin().toJob();
    const item = { jobId: '41', name: 'vit', submittedAt: 0, usage, lastActive: null };
    const over = { kind: 'ended', outcome: 'failed', startedAt: 10_000, endedAt: 30_000 };
    const watch = {
      items: [
        { ...item, observation: over },
        { ...item, jobId: '42', observation: null },
      ],
    };
    expect(viewWatchUse(state, watch as unknown as NonNullable<RunState['watch']>)).toMatchObject([
      {
        name: 'jobs',
        chart: {
          rows: [
            {
              name: '41 vit',
              spans: [
                { from: 0, to: 10_000, as: 'waiting' },
                { from: 10_000, to: 30_000, as: 'failed' },
              ],
            },
            { name: '42 vit', spans: [{ as: 'waiting' }] },
          ],
        },
      },
    ]);
  });
});
