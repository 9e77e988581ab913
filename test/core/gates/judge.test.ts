import { describe, expect, it } from 'vitest';
import { GateSpec } from '../../../src/core/gates/spec.ts';
import { widenSingles } from '../../../src/core/gates/widen-singles.ts';
import { parseTable } from '../../../src/core/tables/table.ts';
import { hashBaseline, judgeFixture, readFixture } from './judge-fixture.ts';

const MEASURED = { errors: { train: 1, test: 1.2 } };

describe('the three gates', () => {
  it('passes a feature that adds what the base does not know', () => {
    const report = judgeFixture('plain', { spec: { ...MEASURED, thresholds: { rolling_corr_std: 0.5 } } });
    expect(report).toMatchObject({
      verdict: 'passed',
      passed: true,
      gate1: { passed: true },
      gate2: { passed: true },
      gate3: { passed: true },
    });
  });

  it('never passes what was not measured', () => {
    const report = judgeFixture('plain', { spec: { thresholds: { rolling_corr_std: 0.5 } } });
    expect(report.gate1.checks.overfit_ratio).toMatchObject({ value: null, verdict: 'not measured', passed: false });
    expect(report).toMatchObject({ verdict: 'not measured', passed: false, gate1: { passed: false }, gate2: { passed: true } });
    const unjudged = judgeFixture('plain', { predictions: null, spec: MEASURED });
    expect(unjudged.gate3).toMatchObject({ verdict: 'not measured', passed: false, checks: { mae: { value: null } } });
  });

  it('finds an empty and a still column', () => {
    const { gate1 } = judgeFixture('still', { spec: MEASURED });
    expect(gate1).toMatchObject({ all_nan: ['nothing'], constant: ['stuck'], verdict: 'failed' });
    expect(gate1.checks).toMatchObject({ all_nan: { value: 1, passed: false, why: 'nothing' }, constant: { value: 1, passed: false } });
  });

  it.each([
    [{ train: 1, test: 1.499 }, 'passed'],
    [{ train: 1, test: 1.5 }, 'failed'],
    [{ train: 0, test: 0.1 }, 'failed'],
    [{ train: 0, test: 0 }, 'not measured'],
  ])('errors %o: the overfit ratio is %s', (errors, verdict) => {
    expect(judgeFixture('plain', { spec: { errors } }).gate1.checks.overfit_ratio.verdict).toBe(verdict);
  });

  it('finds the target in disguise and a level that repeats itself', () => {
    const target = readFixture('plain', 'target.csv');
    const [dates, aim] = target.columns;
    const rows = target.columns[1]?.values.map((value, row) => `${dates?.texts[row]},${(-2 * value).toFixed(9)},${1000 + row}`);
    const sub = parseTable('sub.csv', `Date,mirror,trend\n${rows?.join('\n')}\n`);
    const { checks, target_corr: correlation } = judgeFixture('plain', { sub, spec: MEASURED }).gate1;
    expect(aim?.values.length).toBe(130);
    expect(correlation.mirror).toBeCloseTo(-1, 9);
    expect(checks.target_correlation).toMatchObject({ verdict: 'failed', why: expect.stringContaining('mirror') as string });
    expect(checks.autocorrelation).toMatchObject({ verdict: 'failed', why: expect.stringContaining('trend') as string });
  });

  it('asks nothing of the base, and of the sub-model the worse of its two inflations', () => {
    const collinear = judgeFixture('collinear').gate2;
    expect(collinear.vif_no_intercept['volume again']).toBe(Infinity);
    expect(collinear.checks.vif).toMatchObject({ passed: false, why: expect.stringContaining('half vix') as string });
    const shares = judgeFixture('shares').gate2;
    expect(shares.vif_sub_with_intercept).toEqual({ calm: Infinity, tense: Infinity, panic: Infinity });
    expect(shares.checks.vif).toMatchObject({ value: Infinity, passed: false });
  });

  it('has nothing to compare where nobody knows anything', () => {
    const silent = judgeFixture('still').gate2;
    const base = readFixture('still', 'base.csv', (text) => text.replaceAll(/^([\d-]+),[^,]*,/gm, '$1,3,'));
    expect(silent.mi_base).toBeGreaterThan(0);
    const sub = readFixture('still', 'sub.csv', (text) => text.replaceAll(/,[\d.-]+$/gm, ',1'));
    expect(judgeFixture('still', { base, sub }).gate2.checks.mi_increase).toMatchObject({ value: null, verdict: 'not measured' });
  });
});

describe('gate 3', () => {
  const HEADER = 'fold,date,actual,baseline,extended';
  const judge = (...lines: string[]) =>
    judgeFixture('plain', { predictions: parseTable('predictions.csv', [HEADER, ...lines].join('\n')) }).gate3;

  it('takes any one improvement', () => {
    const lines = Array.from({ length: 20 }, (_, day) => `0,2024-01-${String(day + 1).padStart(2, '0')},${day % 2 ? 1 : -1},1,0.98`);
    const gate = judge(...lines);
    expect(gate.checks).toMatchObject({ direction_accuracy: { value: 0, passed: false }, sharpe: { passed: false } });
    expect(gate.checks.mae).toMatchObject({ passed: false, value: 0 });
    const better = judge(
      ...lines.map((line) =>
        line.replace(/^(.*),(-?1),1,0.98$/, (_, head: string, actual: string) => `${head},${actual},1,${Number(actual) * 0.01}`),
      ),
    );
    expect(better).toMatchObject({ passed: true, verdict: 'passed' });
  });

  it('counts a gain of exactly the limit', () => {
    const gate = judge('0,2024-01-01,1,0.5,0.51', '0,2024-01-02,1,0.5,0.51');
    expect(gate.checks.mae).toMatchObject({ value: -0.01, passed: true });
  });

  it('leaves out days without an outcome and refuses a model that skips days', () => {
    expect(judge('0,2024-01-01,1,0.5,0.6', '0,2024-01-02,,0.5,0.6')).toMatchObject({
      rows_without_actual: 1,
      checks: { mae: { passed: true } },
    });
    expect(judge('0,2024-01-01,1,0.5,0.6', '0,2024-01-02,-1,0.5,')).toMatchObject({
      rows_without_prediction: 1,
      passed: false,
      checks: { mae: { verdict: 'not measured', why: expect.stringContaining('1 days') as string } },
    });
  });

  it('reads columns and rows in any order', () => {
    const shuffled = parseTable(
      'p',
      ' Extended ,Date,Fold,ACTUAL,baseline\n0.6,2024-01-02,10,1,0.5\n0.1,2024-01-01,10,-1,0.5\n0.3,2023-01-01,9,1,0.2\n',
    );
    const sorted = parseTable('p', `${HEADER}\n9,2023-01-01,1,0.2,0.3\n10,2024-01-01,-1,0.5,0.1\n10,2024-01-02,1,0.5,0.6\n`);
    expect(judgeFixture('plain', { predictions: shuffled }).gate3).toEqual(judgeFixture('plain', { predictions: sorted }).gate3);
  });

  it('stops at a changed baseline and not at a changed model', () => {
    const predictions = readFixture('plain', 'predictions.csv');
    const spec = { baseline_sha256: hashBaseline(predictions) };
    expect(judgeFixture('plain', { predictions, spec }).gate3.baseline_pinned).toBe(true);
    const other = readFixture('plain', 'predictions.csv', (text) =>
      text.replaceAll(/,[^,\n]*$/gm, (cell) => (cell === ',extended' ? cell : ',0.25')),
    );
    expect(judgeFixture('plain', { predictions: other, spec }).gate3.mean?.extended.mae).not.toBe(0);
    const changed = readFixture('plain', 'predictions.csv', (text) => text.replace(/^(0,[^,]*,[^,]*),[^,]*/m, '$1,9'));
    expect(() => judgeFixture('plain', { predictions: changed, spec })).toThrow('the baseline has changed: the spec pins');
    expect(() => judgeFixture('plain', { predictions: null, spec })).toThrow('names no predictions');
  });
});

describe('what cannot be joined', () => {
  const target = 'd,y\n2024-01-01,1\n2024-01-02,2\n';
  it.each([
    ['base.csv has two rows', { base: 'd,x\n2024-01-01,1\n2024-01-01,2\n' }],
    ['share no row', { base: 'd,x\n2023-01-01,1\n2023-01-02,2\n' }],
    ['holds text ("high")', { base: 'd,x\n2024-01-01,high\n2024-01-02,2\n' }],
    ['one column beside the dates', { target: 'd,y,z\n2024-01-01,1,1\n' }],
    ['no column beside the dates', { sub: 'd\n2024-01-01\n' }],
    ['column name twice', { base: 'd,x,x\n2024-01-01,1,1\n' }],
    ['base and of the sub-model', { base: 'd,s\n2024-01-01,1\n' }],
    ['another number of cells', { sub: 'd,s\n2024-01-01,1,5\n' }],
    ['some have none', { sub: 'n,s\n1,1\n2,2\n' }],
  ])('says so: %s', (message, files) => {
    const texts = { base: 'd,x\n2024-01-01,1\n2024-01-02,2\n', sub: 'd,s\n2024-01-01,1\n2024-01-02,3\n', target, ...files };
    const change = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, parseTable(`${key}.csv`, text)]));
    expect(() => judgeFixture('plain', change)).toThrow(message);
  });

  it('joins other writings of a date, other orders and other names', () => {
    const text = (table: string) => readFixture('plain', table);
    const sub = readFixture('plain', 'sub.csv', (csv) => {
      const [, ...lines] = csv.trim().split('\n');
      return [
        '"",slow ,  z',
        ...lines.map((line) => line.replace(/^(\d+)-(\d+)-(\d+),(.*),(.*)$/, '$1/$2/$3 00:00:00, $5 ,$4')).toReversed(),
      ].join('\n');
    });
    const [plain, turned] = [judgeFixture('plain'), judgeFixture('plain', { sub })];
    expect(text('sub.csv').columns.map((column) => column.name)).toEqual(['Date', 'z', 'slow']);
    expect(turned.rows).toBe(plain.rows);
    expect(turned.gate2.rolling_corr_std).toEqual(plain.gate2.rolling_corr_std);
    expect(turned.gate1.autocorr).toEqual(plain.gate1.autocorr);
  });
});

describe('prices that were 32-bit floats', () => {
  it('are given back their digits, column by column', () => {
    const singles = [94.8, 121.3, Number.NaN, 0.5].map(Math.fround);
    expect(widenSingles([94.80000305, 121.3000031, Number.NaN, 0.5])).toEqual(singles);
    for (const doubles of [
      [94.80000305, 0.1],
      [1.68, 2.5],
      [1234567.891, 3],
    ])
      expect(widenSingles(doubles)).toBe(doubles);
  });
});

describe('a spec', () => {
  const spec = { feature: 'f', base: 'b', sub: 's', target: 't' };

  it('has the limits of the project where it sets none', () => {
    expect(GateSpec.parse({ ...spec, thresholds: { vif: 5 } }).thresholds).toEqual({
      overfit_ratio: 1.5,
      autocorrelation: 0.99,
      target_correlation: 0.99,
      mi_increase: 0.05,
      vif: 5,
      rolling_corr_std: 0.15,
      direction_accuracy: 0.005,
      sharpe: 0.05,
      mae: -0.01,
    });
  });

  it.each([
    { threshold: {} },
    { thresholds: { VIF: 3 } },
    { thresholds: { direction_accuracy: 0.5 } },
    { thresholds: { mae: 0.01 } },
    { baseline_sha256: 'abc' },
  ])('refuses %o', (wrong) => expect(GateSpec.safeParse({ ...spec, ...wrong }).success).toBe(false));
});
