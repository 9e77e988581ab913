import { describe, expect, it } from 'vitest';
import { chooseInterval, type LookFacts } from '../../../src/core/jobs/choose-interval.ts';
import type { Observation } from '../../../src/core/jobs/job.ts';
import fc from '../../support/properties.ts';

const now = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const wait = (facts: Partial<LookFacts>): number =>
  chooseInterval({ seconds: 60, failures: 0, observations: [], etas: [], now, jitter: 0.5, ...facts });
const pending: Observation = { kind: 'active', state: 'pending', schedulerState: 'PENDING' };
const running: Observation = { kind: 'active', state: 'running', schedulerState: 'RUNNING', startedAt: now - HOUR, limitAt: now + HOUR };

describe('the time between two looks', () => {
  it.each<[string, Partial<LookFacts>, number]>([
    ['all wait', { observations: [pending, pending] }, 300],
    ['one is guessed to start soon', { observations: [pending, { ...pending, startEstimate: now + 200_000 }] }, 60],
    ['they run steadily', { observations: [running, pending] }, 120],
    ['one has just started', { observations: [running, { ...running, startedAt: now - 60_000 }] }, 60],
    ['one nears its limit', { observations: [{ ...running, limitAt: now + 300_000 }] }, 60],
    ['a log says that it is nearly done', { observations: [running], etas: [4_000, 120] }, 60],
    ['one is gone from the queue and not yet over', { observations: [pending, { kind: 'missing', why: '' }] }, 60],
    ['the cluster was silent once', { failures: 1, observations: [running] }, 60],
    ['the cluster was silent three times', { failures: 3, observations: [running] }, 240],
    ['the cluster has been silent for long', { failures: 40, observations: [running] }, 900],
  ])('when %s', (_, facts, seconds) => {
    expect(wait(facts)).toBe(seconds);
  });

  it('is never below the floor of the site, nor above fifteen times that and a tenth', () => {
    const One = fc.constantFrom<Observation>(pending, running, { kind: 'missing', why: '' }, { kind: 'no-information', why: '' });
    fc.assert(
      fc.property(
        fc.array(One),
        fc.nat(1_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (observations, failures, jitter, seconds) => {
          const chosen = wait({ observations, failures, jitter, seconds });
          expect(chosen).toBeGreaterThanOrEqual(seconds);
          expect(chosen).toBeLessThanOrEqual(seconds * 16.5);
        },
      ),
    );
  });
});
