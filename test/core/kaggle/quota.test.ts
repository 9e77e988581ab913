import { describe, expect, it } from 'vitest';
import { planQuota, readDuration, type Quota } from '../../../src/core/kaggle/quota.ts';
import { describeSeen } from '../../../src/core/kaggle/view-quota.ts';
import { renderLine } from '../../../src/slack/blocks.ts';
import fc from '../../support/properties.ts';

const HOUR = 3600;
const quota: Quota = {
  gpu: { usedSeconds: 20 * HOUR, reservedSeconds: 4 * HOUR, totalSeconds: 30 * HOUR },
  tpu: { usedSeconds: 0, reservedSeconds: 0, totalSeconds: 0 },
  refreshAt: 1_000,
};

describe('planning with the week’s hours', () => {
  it('counts what running sessions hold, which Kaggle’s own “remaining” does not', () => {
    expect(planQuota(quota, 'gpu', 6 * HOUR)).toEqual({ kind: 'fits', leftSeconds: 6 * HOUR });
    expect(planQuota(quota, 'gpu', 7 * HOUR)).toEqual({
      kind: 'wait',
      until: 1_000,
      why: 'it needs 7.0 h of GPU and 6.0 h of this week’s 30.0 h are left (4.0 h more are held by running sessions)',
    });
  });

  it('says what no week will give', () => {
    expect(planQuota(quota, 'gpu', 13 * HOUR)).toMatchObject({ kind: 'never', why: 'it needs 13.0 h and a session may take 12.0 h' });
    expect(planQuota(quota, 'tpu', HOUR)).toMatchObject({ kind: 'never', why: 'it needs 1.0 h of TPU and the week has 0.0 h' });
    expect(planQuota(quota, 'none', 13 * HOUR)).toMatchObject({ kind: 'never' });
  });

  it('asks for none without an accelerator', () => {
    expect(planQuota(quota, 'none', 12 * HOUR)).toEqual({ kind: 'fits', leftSeconds: null });
  });

  it('never lets a run begin that the week cannot finish', () => {
    const seconds = fc.integer({ min: 0, max: 60 * HOUR });
    fc.assert(
      fc.property(seconds, seconds, seconds, seconds, (usedSeconds, reservedSeconds, totalSeconds, need) => {
        const plan = planQuota({ ...quota, gpu: { usedSeconds, reservedSeconds, totalSeconds } }, 'gpu', need);
        expect(plan.kind === 'fits').toBe(need <= 12 * HOUR && need <= Math.max(0, totalSeconds - usedSeconds - reservedSeconds));
      }),
    );
  });
});

it.each([
  ['3600s', 3600],
  ['1.500s', 1.5],
  ['0s', 0],
  ['', 0],
  ['12', 0],
  ['-5s', 0],
])('reads the duration %j', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds);
});

describe('a look at the week in words', () => {
  const show = (now: number): string[] =>
    describeSeen({ quota: { ...quota, refreshAt: Date.parse('2026-01-10T00:00Z') }, at: Date.parse('2026-01-05T09:00Z') }, now).map(
      renderLine,
    );

  it('says what is used, held and left, when the next week begins, and how old it is', () => {
    expect(show(0)).toEqual([
      'GPU: 20.0 h of 30.0 h used this week, 4.0 h more held by running sessions, 6.0 h left, resets <!date^1768003200^{date_short_pretty} {time}|2026-01-10 00:00 UTC>, as of <!date^1767603600^{date_short_pretty} {time}|2026-01-05 09:00 UTC>',
    ]);
  });

  it('says when it is of a week that is over', () => {
    expect(show(Date.parse('2026-01-10T00:00Z'))[0]).toMatch(/; a new week has begun since$/);
  });
});
