import { describe, expect, it } from 'vitest';
import type { JobOutcome, Observation } from '../../../src/core/jobs/job.ts';
import type { Progress } from '../../../src/core/progress/schema.ts';
import { judgeSample } from '../../../src/core/sample-run/judge.ts';
import { SamplePlan } from '../../../src/core/sample-run/schema.ts';
import { describeEnd, renderSummary } from '../../../src/core/sample-run/summary.ts';
import { makeFailure, makeLoss, makeProgress, Walk } from './builders.ts';

type Ended = Extract<Observation, { kind: 'ended' }>;

const nothing = makeFailure({ class: 'none', title: 'Nothing', evidence: null, remedy: null, explanation: '' });
const healthy = makeProgress({ current: 20, total: 20, metrics: { loss: 2.2 }, loss: makeLoss([4.1, 2.2]) });

function judge(parts: { plan?: Partial<SamplePlan>; ended?: Partial<Ended>; progress?: Progress; diagnosis?: typeof nothing }) {
  const plan = Walk.begin().toJob().state.sample?.plan;
  if (plan === undefined) throw new Error('no plan');
  const observation: Ended = {
    kind: 'ended',
    outcome: 'completed',
    exitCode: 0,
    signal: null,
    evidence: 'exit-record',
    schedulerState: 'COMPLETED',
    ...parts.ended,
  };
  return judgeSample({
    plan: { ...plan, ...parts.plan },
    observation,
    progress: parts.progress ?? healthy,
    diagnosis: parts.diagnosis ?? nothing,
  });
}

describe('judgeSample', () => {
  it('is content with an ending as planned and a finite loss', () => {
    expect(judge({}).failure).toBeNull();
  });

  it('is content with another metric where there is no loss', () => {
    expect(judge({ progress: makeProgress({ metrics: { accuracy: 0.9 } }) }).failure).toBeNull();
  });

  it('is not content with a good end that proves nothing', () => {
    expect(judge({ progress: makeProgress() }).failure?.class).toBe('no_metric_seen');
  });

  it.each([
    ['a loss that became NaN', makeLoss([4.1, 3], 'nan')],
    ['a loss that is infinite', makeLoss([4.1, Infinity])],
  ])('is not content with %s', (_what, loss) => {
    expect(judge({ progress: makeProgress({ current: 20, loss, metrics: { loss: 3 } }) }).failure?.class).toBe('nan_loss');
  });

  it.each<[JobOutcome, boolean, boolean]>([
    ['completed', false, true],
    ['completed', true, true],
    ['timeout', true, true],
    ['timeout', false, false],
    ['failed', true, false],
    ['out-of-memory', true, false],
    ['cancelled', true, false],
    ['node-failure', true, false],
    ['preempted', true, false],
    ['lost', true, false],
  ])('after %s, stopping by the clock being planned: %s → good: %s', (outcome, stopsByClock, good) => {
    const { failure, result } = judge({ plan: { stopsByClock }, ended: { outcome, exitCode: 1 } });
    expect(failure === null).toBe(good);
    expect(result.stoppedByClock).toBe(outcome === 'timeout' && stopsByClock);
  });

  const late = { plan: { stopsByClock: false, expected: { unit: 'step' as const, total: 100 } }, ended: { outcome: 'timeout' as const } };
  const half = makeProgress({ current: 50, total: 100, metrics: { loss: 2 }, loss: makeLoss([4, 3, 2]) });

  it('is content with a bounded sample that its time limit cut short, once half of it shows that it trains', () => {
    const { failure, result } = judge({ ...late, progress: half });
    expect(failure).toBeNull();
    expect(result).toMatchObject({ stoppedByClock: true, cutShort: { done: 50, total: 100, unit: 'step' } });
    expect(describeEnd(result)).toBe('by its time limit, after 50 of 100 steps');
  });

  it('shows a command as data in its summary', () => {
    const { result } = judge({});
    const plan = { ...Walk.begin().toJob().state.sample?.plan, command: "python t.py --a 'x|y`z'", cwd: 'a|b' };
    const text = renderSummary({ name: 'n', site: 's', commit: 'c', plan: SamplePlan.parse(plan), result, verdict: 'READY' });
    expect(text).toContain("| Command | `python t.py --a 'x\\|y'z'` in `a\\|b` |");
  });

  it('takes batches for steps where the log counts up to the planned number', () => {
    expect(judge({ ...late, progress: { ...half, unit: 'batch' } }).failure).toBeNull();
    expect(judge({ ...late, progress: { ...half, unit: 'batch', total: 60 } }).failure).not.toBeNull();
  });

  it.each<[string, Progress]>([
    ['less than half of the steps', { ...half, current: 49 }],
    ['steps that nobody counted', { ...half, current: null }],
    ['another unit', { ...half, unit: 'epoch' }],
    ['two values of the loss', { ...half, loss: makeLoss([4, 3]) }],
    ['no loss', { ...half, loss: null }],
    ['a diverging loss', { ...half, loss: makeLoss([4, 30, 300], 'diverging') }],
    ['a loss that is no number', { ...half, loss: makeLoss([4, 3, Number.NaN], 'nan') }],
    ['a loss that was infinite in between', { ...half, loss: makeLoss([4, Infinity, 2]) }],
  ])('is not content with a time limit after %s', (_what, progress) => {
    const { failure, result } = judge({ ...late, progress, diagnosis: makeFailure({ class: 'time_limit' }) });
    expect(failure?.class).toBe('time_limit');
    expect(result).toMatchObject({ stoppedByClock: false });
    expect(result.cutShort).toBeUndefined();
  });

  it.each<JobOutcome>(['failed', 'out-of-memory', 'cancelled', 'lost'])('excuses no other bad end (%s)', (outcome) => {
    expect(judge({ ...late, ended: { outcome, exitCode: 1 }, progress: half }).failure).not.toBeNull();
  });

  it('uses the diagnosis of a bad end, and says so where there is none', () => {
    const found = makeFailure();
    expect(judge({ ended: { outcome: 'failed' }, diagnosis: found }).failure).toEqual(found);
    expect(judge({ ended: { outcome: 'failed', exitCode: 3, signal: 9, schedulerState: 'FAILED' } }).failure).toMatchObject({
      class: 'unknown',
      explanation: 'The job ended as FAILED (exit 3, signal 9), and its log does not say why.',
    });
  });

  it.each<[string, Parameters<typeof judge>[0], number | null]>([
    ['the rate', { progress: { ...healthy, rate: 4 } }, 5_000],
    ['the wall time', { ended: { startedAt: 0, endedAt: 60_000 } }, 60_000],
    ['nothing, as the units differ', { progress: { ...healthy, unit: 'epoch', rate: 4 } }, null],
    ['nothing, as no step was counted', { progress: { ...healthy, current: null }, ended: { startedAt: 0, endedAt: 60_000 } }, null],
    ['nothing, as the total is unknown', { plan: { full: { command: 'x', unit: null, total: null } } }, null],
  ])('estimates the full run by %s', (_what, parts, seconds) => {
    expect(judge(parts).result.fullRun.seconds).toBe(seconds);
  });

  it('measures memory with a margin', () => {
    expect(judge({ ended: { maxRssBytes: 1_048_576_000 } }).result.fullRun.memoryMb).toBe(1_200);
  });
});
