import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { decideRetry, RETRY_POLICIES } from '../../src/core/failure-policy.ts';
import { loadPlugins } from '../../src/plugins.ts';
import fc from '../support/properties.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
const failed = (name: string, times: number) => Array.from({ length: times }, () => ({ class: name }));

describe('the retry table', () => {
  it('lists only classes that exist and whose route is to retry as is', () => {
    for (const id of Object.keys(RETRY_POLICIES)) expect([id, classes.find((one) => one.id === id)?.route]).toEqual([id, 'retry']);
  });

  it('asks about everything else, also about names that objects have anyway', () => {
    for (const id of [...classes.map((one) => one.id), 'unknown', 'none', 'constructor', 'toString']) {
      if (Object.keys(RETRY_POLICIES).includes(id)) continue;
      expect([id, decideRetry({ class: id, confidence: 1 }, []).retry]).toEqual([id, false]);
    }
  });
});

describe('decideRetry', () => {
  it('waits longer each time, and asks in the end', () => {
    const waits = [0, 1, 2, 3].map((times) => decideRetry({ class: 'network_timeout', confidence: 0.9 }, failed('network_timeout', times)));
    expect(waits.map(({ retry, waitSeconds }) => [retry, waitSeconds])).toEqual([
      [true, 60],
      [true, 180],
      [true, 540],
      [false, 0],
    ]);
    expect(waits[3]?.why).toBe('It failed in this way 4 times already.');
  });

  it('counts only failures of the same class', () => {
    expect(decideRetry({ class: 'comm_failure', confidence: 0.9 }, failed('network_timeout', 3))).toMatchObject({
      retry: true,
      elsewhere: true,
    });
    expect(decideRetry({ class: 'comm_failure', confidence: 0.9 }, failed('comm_failure', 1)).retry).toBe(false);
  });

  it('asks where the diagnosis is not sure', () => {
    expect(decideRetry({ class: 'node_failure', confidence: 0.6 }, []).retry).toBe(false);
  });

  it('never waits longer than the longest wait and a quarter', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(RETRY_POLICIES)),
        fc.nat(10),
        fc.double({ min: -1, max: 2, noNaN: true }),
        (id, times, jitter) => {
          const { waitSeconds } = decideRetry({ class: id, confidence: 0.9 }, failed(id, times), jitter);
          expect(waitSeconds).toBeLessThanOrEqual(Math.round((RETRY_POLICIES[id]?.longestWaitSeconds ?? 0) * 1.25));
        },
      ),
    );
  });
});
