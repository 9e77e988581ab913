import { describe, expect, it } from 'vitest';
import { judgeLimit, writeLimit } from '../../../src/core/progress/judge-limit.ts';
import { judgeStall } from '../../../src/core/progress/judge-stall.ts';
import type { ProgressState } from '../../../src/core/progress/state.ts';
import { summarizeProgress } from '../../../src/core/progress/summarize.ts';
import { trackProgress } from '../../../src/core/progress/track.ts';
import fc from '../../support/properties.ts';

const MINUTE = 60_000;

/** A job that prints a step each 20 s and is read each minute; validation of `pause` minutes after each 60 steps. */
function run(
  minutes: number,
  pause = 0,
  look: (state: ProgressState, now: number) => void = () => undefined,
): { state: ProgressState; now: number } {
  let state: ProgressState | null = null;
  let step = 0;
  let now = 0;
  const wait = () => {
    if (state !== null) look(state, now + MINUTE);
    now += MINUTE;
  };
  for (let minute = 0; minute < minutes; minute++) {
    wait();
    const lines = [1, 2, 3].map((n) => `epoch ${Math.floor(step / 60) + 1}/10 step ${(step % 60) + n}/60 loss 1.0\n`);
    state = trackProgress(state, lines.join(''), now);
    step += 3;
    if (step % 60 !== 0) continue;
    for (let waited = 0; waited < pause; waited++) {
      wait();
      state = trackProgress(state, '', now);
    }
  }
  return { state: state as ProgressState, now };
}

describe('judgeStall', () => {
  it('knows nothing of a log whose arrival was not timed', () => {
    expect(judgeStall(trackProgress(null, 'step 1/9 loss 1\n', null), 1e9)).toBeNull();
  });

  it('alarms after a silence that the job never kept', () => {
    const { state, now } = run(30);
    expect(judgeStall(state, now + 9 * MINUTE)).toMatchObject({ stalled: false, words: '' });
    const stall = judgeStall(state, now + 11 * MINUTE);
    expect(stall?.stalled).toBe(true);
    expect(stall?.words).toBe(
      'No output for 11 min; this job usually moves every 1 min 0 s and was never silent for longer than 1 min 0 s.',
    );
  });

  it('gives a first validation time, and learns from it', () => {
    const before = run(20);
    expect(judgeStall(before.state, before.now + 25 * MINUTE)?.stalled).toBe(false);
    const after = run(50, 12);
    expect(judgeStall(after.state, after.now + 30 * MINUTE)?.stalled).toBe(false);
    expect(judgeStall(after.state, after.now + 50 * MINUTE)?.stalled).toBe(true);
  });

  it('waits longer before the first sign of progress', () => {
    const state = trackProgress(null, 'loading\n', 0);
    expect(judgeStall(state, 50 * MINUTE)?.stalled).toBe(false);
    expect(judgeStall(state, 70 * MINUTE)?.words).toContain('has not told of any progress yet');
  });

  it('never alarms while a job goes on as it did', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 25 }), (minutes, pause) => {
        run(minutes, pause, (state, now) => expect(judgeStall(state, now)?.stalled).toBe(false));
      }),
      { numRuns: 25 },
    );
  });
});

describe('judgeLimit', () => {
  const eta = { low: 6 * 3600, likely: 7 * 3600, high: 9 * 3600 };
  const checkpoint = { seen: 4, every: 1800, ago: 600 };

  it.each([
    ['fits', 10 * 3600],
    ['tight', 8 * 3600],
    ['exceeds', 5 * 3600],
  ] as const)('says that it %s', (verdict, left) => {
    expect(judgeLimit({ eta, left, elapsed: 3600, checkpoint }).verdict).toBe(verdict);
  });

  it('says what is missing and what to ask for', () => {
    const { words, short, fullLimit, resumeLimit } = judgeLimit({ eta, left: 5 * 3600, elapsed: 3 * 3600, checkpoint });
    expect(words).toBe(
      'Will need about 2 h 0 min more than the limit (1 h 0 min to 4 h 0 min). Checkpoints come every 30 min, the last 10 min ago: resubmit from the last one with --time=05:15:00, or the whole run with --time=13:15:00.',
    );
    expect({ short, fullLimit, resumeLimit }).toEqual({ short: 7200, fullLimit: '13:15:00', resumeLimit: '05:15:00' });
  });

  it('warns where nothing was saved', () => {
    expect(judgeLimit({ eta, left: 8 * 3600, elapsed: null, checkpoint: null }).words).toBe(
      'May not end within the limit: about 7 h 0 min to go (up to 9 h 0 min), and 8 h 0 min are left. No checkpoint was seen: what is done by then is lost.',
    );
  });

  it('says nothing without an estimate', () => {
    expect(judgeLimit({ eta: null, left: 1, elapsed: 1, checkpoint: null })).toMatchObject({ verdict: 'unknown', words: '' });
  });

  it('writes limits with days', () => expect([writeLimit(899), writeLimit(90_000)]).toEqual(['00:15:00', '1-01:00:00']));

  it('learns the rhythm of checkpoints from the log', () => {
    const lines = Array.from({ length: 61 }, (_, minute) => {
      const at = `2031-05-06 1${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:00`;
      return `${at} step ${minute}/200 loss 1.0\n${minute % 20 === 10 ? `${at} Saving checkpoint to out/${minute}.pt\n` : ''}`;
    });
    const { checkpoint: seen } = summarizeProgress(trackProgress(null, lines.join(''), null));
    expect(seen).toEqual({ seen: 3, every: 1200, ago: 600 });
  });
});
