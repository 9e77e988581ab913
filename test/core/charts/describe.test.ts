import { describe, expect, it } from 'vitest';
import { describeChart } from '../../../src/core/charts/describe.ts';
import { fingerprintChart } from '../../../src/core/charts/fingerprint.ts';
import { Chart, type ChartPoint } from '../../../src/core/charts/schema.ts';
import { thinPoints } from '../../../src/core/charts/thin.ts';
import { all, bars, fall, gap, lines, memory, timeline } from '../../charts/samples.ts';
import fc from '../../support/properties.ts';

describe('a chart in words', () => {
  it('says where curves begin and end, their extremes, and the lines to compare with', () => {
    const points: ChartPoint[] = [
      [1, 3],
      [2, 0.5],
      [3, 5],
      [4, 1],
    ];
    expect(describeChart({ ...lines, series: [{ name: 'loss', points }] })).toBe(
      'Loss of two attempts. Lines of loss over step. loss goes from 3 at step 1 to 1 at step 4 (lowest 0.5 at step 2, highest 5 at step 3). ' +
        'The line “target” is at 0.5.',
    );
  });

  it('says what is no number, also at the end', () => {
    const points: ChartPoint[] = [
      [1, 3],
      [2, null],
      [3, 2],
      [4, null],
    ];
    const told = describeChart({ ...lines, marks: [], series: [{ name: 'loss', points }] });
    expect(told).toContain('loss goes from 3 at step 1 to 2 at step 3; after that it is not a number.');
    expect(told).toContain('2 values are not a number (grey).');
    expect(describeChart({ ...lines, series: [{ name: 'loss', points: [[1, null]] }] })).toContain('loss has no value that is a number.');
  });

  it('says what a logarithmic axis cannot show', () => {
    const chart: Chart = { ...lines, y: { ...lines.y, scale: 'log' }, series: [{ name: 'loss', points: [[1, 0], ...fall(5)] }] };
    expect(describeChart(chart)).toContain('1 value is not above zero and is left out of the logarithmic axis.');
  });

  it('says the values of bars, with their errors and what they mean', () => {
    expect(describeChart(bars)).toBe(
      'Importance of the features. importance: age 0.4 ± 0.05; income -0.1, not well; unknown no number. 1 bar without a value that can be drawn.',
    );
  });

  it('says the gap of the first, the last and the final attempt', () => {
    expect(describeChart(gap)).toBe(
      'Forty attempts. AUC of 40 attempts on training and on test data. ' +
        'attempt 1: 0.72 on training data, 0.68 on test data, a gap of 0.04. attempt 40: 0.954 on training data, 0.797 on test data, a gap of 0.157. ' +
        'The final one is attempt 37: 0.936 on training data, 0.788 on test data, a gap of 0.148. The line “baseline” is at 0.71. ' +
        'The band “noise of the baseline” lies between 0.69 and 0.73. 1 attempt without a score that can be drawn.',
    );
  });

  it('says times with their zone and how long things took', () => {
    expect(describeChart(memory)).toContain('host goes from 1 GB at 2026-03-01 08:00 UTC to 18 GB at 2026-03-01 10:30 UTC.');
    expect(describeChart(timeline)).toContain('sample 1 waiting for 50 min, then failed for 50 min; sample 2 done for 33 min.');
  });

  it('is never longer than Slack takes, and never empty', () => {
    const long = 'very long name '.repeat(18).trim();
    const chart: Chart = { ...lines, title: long, series: Array.from({ length: 8 }, () => ({ name: long, points: fall(10) })) };
    expect(describeChart(chart).length).toBeLessThanOrEqual(1_000);
    for (const [, one] of all) expect(describeChart(one).length).toBeGreaterThan(40);
  });

  it('shows marks that turn the direction of writing', () => {
    expect(describeChart({ ...lines, title: 'a\u202Eb' })).toContain('a⟨U+202E⟩b');
  });
});

const point = fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }));
const pointList = fc.array(point, { maxLength: 1_500 }).map((points): ChartPoint[] => points.toSorted(([a], [b]) => a - b));

describe('thinned points', () => {
  it('keep ends, extremes, order and the sight of gaps, within their number', () => {
    fc.assert(
      fc.property(pointList, fc.integer({ min: 10, max: 400 }), (points, most) => {
        const thin = thinPoints(points, most);
        expect(thin.length).toBeLessThanOrEqual(Math.max(most, 3));
        expect(thin[0]).toEqual(points[0]);
        expect(thin.at(-1)).toEqual(points.at(-1));
        const values = (list: readonly ChartPoint[]) => list.flatMap(([, value]) => (value === null ? [] : [value]));
        const range = (list: readonly ChartPoint[]) => [Math.min(...values(list)), Math.max(...values(list))];
        expect(range(thin)).toEqual(range(points));
        expect(thin.some(([, value]) => value === null)).toBe(points.some(([, value]) => value === null));
        let from = 0;
        for (const one of thin) {
          from = points.indexOf(one, from) + 1;
          expect(from).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep a spike of one step in a hundred thousand', () => {
    const points = Array.from({ length: 100_000 }, (_, index): ChartPoint => [index, index === 54_321 ? 900 : 1]);
    expect(thinPoints(points)).toContainEqual([54_321, 900]);
  });
});

describe('the fingerprint', () => {
  it('is the same for charts that look the same, and only for those', () => {
    const nudged = (by: number): Chart => ({
      ...lines,
      series: lines.series.map(({ name, points }) => ({ name, points: points.map(([x, y]): ChartPoint => [x, (y ?? 0) * by]) })),
    });
    expect(fingerprintChart(structuredClone(lines))).toBe(fingerprintChart(lines));
    expect(fingerprintChart(nudged(1.000_000_1))).toBe(fingerprintChart(lines));
    expect(fingerprintChart(nudged(1.5))).not.toBe(fingerprintChart(lines));
    expect(new Set(all.map(([, chart]) => fingerprintChart(chart))).size).toBe(all.length);
  });

  it('sees a new curve, a new gap, another name and another line', () => {
    const before = fingerprintChart(lines);
    const [one] = lines.series;
    const holed = lines.series.map(({ name, points }) => ({
      name,
      points: points.map(([x, y], at): ChartPoint => [x, at === 50 ? null : y]),
    }));
    const changed: Chart[] = [
      { ...lines, series: [...lines.series, { name: 'third', points: fall(20) }] },
      { ...lines, series: holed },
      { ...lines, title: 'Other' },
      { ...lines, marks: [] },
      { ...lines, series: [{ name: 'renamed', points: one?.points ?? [] }, ...lines.series.slice(1)] },
    ];
    for (const chart of changed) expect(fingerprintChart(chart)).not.toBe(before);
  });
});

it.each(all)('a sample obeys the schema: %s', (_name, chart) => {
  expect(Chart.parse(chart)).toEqual(chart);
});
