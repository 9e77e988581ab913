import { describe, expect, it } from 'vitest';
import { normalQuantile, studentQuantile } from '../../../src/core/gates/distributions.ts';
import { findSimilarIdeas } from '../../../src/core/gates/earlier-ideas.ts';
import { correctBest, expectBestOf, recordLook, type Look } from '../../../src/core/gates/looks.ts';
import { priceNextRun } from '../../../src/core/gates/next-run.ts';
import { compareWithFloor, measureNoiseFloor } from '../../../src/core/gates/noise-floor.ts';
import { startNormals } from '../../../src/core/gates/random-state.ts';

describe('quantiles', () => {
  // The values of scipy 1.10.
  it.each([
    [1, 12.706204736432095],
    [2, 4.302652729911275],
    [4, 2.7764451051977987],
    [9, 2.2621571627409915],
    [30, 2.0422724563012373],
    [200, 1.9718962236316089],
  ])("Student's t with %d degrees", (degrees, value) => expect(studentQuantile(0.975, degrees)).toBeCloseTo(value, 8));

  it.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
  ])('the normal at %d', (probability, value) => expect(normalQuantile(probability)).toBeCloseTo(value, 9));
});

describe('the noise floor', () => {
  it('is the prediction interval of one more run', () => {
    const floor = measureNoiseFloor([0.51, 0.52, 0.53, 0.54, 0.55]);
    expect(floor?.mean).toBeCloseTo(0.53, 12);
    expect(floor?.floor).toBeCloseTo(2.7764451051977987 * Math.sqrt(0.00025) * Math.sqrt(1.2), 10);
    expect([measureNoiseFloor([1]), measureNoiseFloor([1, Number.NaN])]).toEqual([null, null]);
  });

  it('calls a gain under it a tie, in both directions', () => {
    const floor = { runs: 5, mean: 1, deviation: 0.1, floor: 0.3 };
    expect([1.29, 1.31, 0.71, 0.6, Number.NaN].map((value) => compareWithFloor(value, floor, 'higher'))).toEqual([
      'tie',
      'better',
      'tie',
      'worse',
      'tie',
    ]);
    expect(compareWithFloor(0.6, floor, 'lower')).toBe('better');
  });

  it('is passed by about one in twenty of the runs that change nothing', () => {
    const normal = startNormals(7);
    let crossed = 0;
    for (let round = 0; round < 200; round++) {
      const floor = measureNoiseFloor(Array.from({ length: 3 }, normal));
      if (floor !== null && compareWithFloor(normal(), floor, 'higher') !== 'tie') crossed += 1;
    }
    expect(crossed / 200).toBeGreaterThan(0.02);
    expect(crossed / 200).toBeLessThan(0.09);
  });
});

describe('looks at the test set', () => {
  // The means of 200 000 simulated maxima.
  it.each([
    [1, 0],
    [2, 0.566],
    [5, 1.162],
    [10, 1.537],
    [50, 2.248],
  ])('the best of %d by luck', (n, simulated) => expect(Math.abs(expectBestOf(n) - simulated)).toBeLessThan(0.06));

  const look = (value: number, attempt = String(value)): Look => ({ at: '2026-11-27', attempt, metric: 'sharpe', value });

  it('takes the luck off the best', () => {
    const ledger = [0.4, 0.9, 0.6].reduce<readonly Look[]>((all, value) => recordLook(all, look(value)), [{ ...look(9), metric: 'other' }]);
    const best = correctBest(ledger, 'sharpe', 'higher', 0.2);
    expect(best).toMatchObject({ looks: 3, best: { value: 0.9 } });
    expect(best?.corrected).toBeCloseTo(0.9 - 0.2 * expectBestOf(3), 12);
    expect(correctBest(ledger, 'sharpe', 'lower', 0.2)?.corrected).toBeCloseTo(0.4 + 0.2 * expectBestOf(3), 12);
    expect(correctBest(ledger, 'mae', 'lower', null)).toBeNull();
    expect(correctBest([look(1)], 'sharpe', 'higher', null)).toMatchObject({ luck: 0, corrected: 1 });
  });
});

describe('the next run', () => {
  const terms = { floor: 0.1, missing: 0.5, worth: 10, cost: 1, budget: 20 };

  it('is worth its cost while gains come, and stops after a row of ties', () => {
    const past = [{ gain: 0.3, cost: 1 }];
    const verdicts = Array.from({ length: 8 }, () => {
      const { go } = priceNextRun(past, terms);
      past.push({ gain: 0.05, cost: 1 });
      return go;
    });
    expect(verdicts[0]).toBe(true);
    expect(verdicts.at(-1)).toBe(false);
    expect(verdicts.join().replace(/^(true,?)+(false,?)+$/, 'once')).toBe('once');
  });

  it('knows a reached gate, an empty purse and a first attempt', () => {
    expect(priceNextRun([], { ...terms, missing: 0 })).toMatchObject({ go: false, why: expect.stringContaining('reached') as string });
    expect(priceNextRun([], { ...terms, budget: 0.5 })).toMatchObject({ go: false, why: expect.stringContaining('0.5 is left') as string });
    expect(priceNextRun([], terms)).toMatchObject({ go: true, probability: 0.5, expectedGain: 0.5, value: 2.5 });
  });
});

describe('an idea that failed before', () => {
  const failures = [
    { attempt: '2', idea: 'Use a 3-state hidden Markov model on weekly real rates with a 60 day window', why: 'VIF 14' },
    { attempt: '3', idea: 'Momentum z-score of the dollar index over 20 days', why: 'no information' },
    { attempt: '4', idea: 'Gradient boosting depth from 4 to 6', why: 'tie' },
  ];

  it.each([
    ['momentum z-scores of the dollar index, 20-day window', ['3']],
    ['hidden Markov models with 3 states on weekly real rate', ['2']],
    ['wavelet energy of silver against copper', []],
    ['', []],
  ])('%s', (idea, attempts) => expect(findSimilarIdeas(idea, failures).map((item) => item.attempt)).toEqual(attempts));

  it('has the same idea at 1', () =>
    expect(findSimilarIdeas('Gradient boosting: depth 4 to 6', failures)[0]?.similarity).toBeCloseTo(1, 12));
});
