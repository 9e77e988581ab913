import { describe, expect, it } from 'vitest';
import { GATES } from '../../../src/core/gates/checks.ts';
import { countsAsPassed, describeOverrides, overrule, type GateDecision, type JudgedReport } from '../../../src/core/gates/overrule.ts';
import { GateThresholds } from '../../../src/core/gates/spec.ts';
import fc from '../../support/properties.ts';
import { judgeFixture } from './judge-fixture.ts';

const LIMITS = GateThresholds.parse({});
const APPROVERS = ['U_ANNA', 'U_BEN'];
const GOOD: Record<string, number> = {
  overfit_ratio: 1.2,
  all_nan: 0,
  constant: 0,
  autocorrelation: 0.9,
  target_correlation: 0.2,
  mi_increase: 0.2,
  vif: 2,
  rolling_corr_std: 0.1,
  direction_accuracy: 0.01,
  sharpe: -1,
  mae: 1,
};
/** One value outside its limit for every check. */
const BAD: Record<string, number> = {
  overfit_ratio: 1.5,
  all_nan: 1,
  constant: 2,
  autocorrelation: 0.995,
  target_correlation: 1,
  mi_increase: 0.05,
  vif: 10,
  rolling_corr_std: 0.15,
  direction_accuracy: 0.004,
  sharpe: 0.04,
  mae: -0.009,
};

function reportOf(values: Record<string, number | null>): JudgedReport {
  const checks = (gate: keyof typeof GATES) =>
    Object.fromEntries(Object.keys(GATES[gate]).map((id) => [id, { value: values[id] ?? null, passed: true, verdict: 'passed' }]));
  return { feature: 'vix', gate1: { checks: checks('gate1') }, gate2: { checks: checks('gate2') }, gate3: { checks: checks('gate3') } };
}

const start = (values: Record<string, number | null>): GateDecision => ({ report: reportOf(values), overrides: [] });
const allowed = { by: 'U_ANNA', reason: 'the drift is the war', at: '2026-11-27' };

describe('overruling a gate', () => {
  it('counts measured values inside their limits, and nothing else', () => {
    expect(countsAsPassed(start(GOOD), LIMITS, APPROVERS)).toBe(true);
    const needed = [...Object.keys(GATES.gate1), ...Object.keys(GATES.gate2)];
    for (const id of needed) {
      expect([id, countsAsPassed(start({ ...GOOD, [id]: BAD[id] ?? null }), LIMITS, APPROVERS)]).toEqual([id, false]);
      expect([id, countsAsPassed(start({ ...GOOD, [id]: null }), LIMITS, APPROVERS)]).toEqual([id, false]);
    }
    expect(countsAsPassed(start({ ...GOOD, direction_accuracy: 0.004 }), LIMITS, APPROVERS)).toBe(false);
    expect(countsAsPassed({ report: { ...reportOf(GOOD), gate2: { checks: {} } }, overrides: [] }, LIMITS, APPROVERS)).toBe(false);
  });

  it('keeps the verdict and says so for ever', () => {
    const failed = start({ ...GOOD, vif: 30 });
    const overruled = overrule(failed, allowed, LIMITS, APPROVERS);
    if ('refused' in overruled) throw new Error(overruled.refused);
    expect(overruled.report).toEqual(failed.report);
    expect(countsAsPassed(overruled, LIMITS, APPROVERS)).toBe(true);
    expect(describeOverrides(overruled)).toBe('vix did not pass its gates; overruled by U_ANNA on 2026-11-27: the drift is the war');
    expect(describeOverrides(failed)).toBeNull();
  });

  it('takes a report as the gates make it', () => {
    const report = judgeFixture('plain');
    const overruled = overrule({ report, overrides: [] }, allowed, LIMITS, APPROVERS);
    expect(overruled).toEqual({ report, overrides: [allowed] });
    expect(countsAsPassed({ report, overrides: [] }, LIMITS, APPROVERS)).toBe(report.passed);
  });

  it.each([
    [{ ...allowed, by: 'U_EVE' }, 'no approver'],
    [{ ...allowed, by: '' }, 'nobody is no approver'],
    [{ ...allowed, reason: ' \n ' }, 'needs a reason'],
  ])('refuses %o', (override, why) => {
    expect(overrule(start({ ...GOOD, vif: 30 }), override, LIMITS, APPROVERS)).toEqual({ refused: expect.stringContaining(why) as string });
  });

  it('has nothing to overrule in a pass', () => {
    expect(overrule(start(GOOD), allowed, LIMITS, APPROVERS)).toHaveProperty('refused');
  });

  it('no sequence of overrides, records and forged words makes a failure count without an approver and a reason', () => {
    const value = fc.oneof(fc.constant(null), fc.double(), fc.constantFrom(Infinity, -Infinity, Number.NaN, 0));
    const failing = fc
      .record({ values: fc.dictionary(fc.constantFrom(...Object.keys(GOOD)), value), broken: fc.constantFrom(...Object.keys(BAD)) })
      .map(({ values, broken }) => {
        const isAblation = broken in GATES.gate3;
        return {
          ...GOOD,
          ...values,
          ...(isAblation ? { direction_accuracy: 0.004, sharpe: 0.04, mae: -0.009 } : { [broken]: BAD[broken] ?? null }),
        };
      });
    const word = fc.record({
      by: fc.oneof(fc.constantFrom(...APPROVERS, 'u_anna', 'U_ANNA ', 'model', ''), fc.string()),
      reason: fc.oneof(fc.constantFrom('', ' ', '\u00a0\t', 'because'), fc.string()),
      at: fc.constant('now'),
    });
    const step = fc.record({ word, forge: fc.boolean(), store: fc.boolean() });
    fc.assert(
      fc.property(failing, fc.array(step, { maxLength: 6 }), (values, steps) => {
        let decision: GateDecision = start(values);
        let accepted = false;
        for (const { word, forge, store } of steps) {
          const next = overrule(decision, word, LIMITS, APPROVERS);
          if (!('refused' in next)) {
            decision = next;
            accepted = true;
            expect(APPROVERS).toContain(word.by);
            expect(word.reason.trim()).not.toBe('');
          }
          // A record that calls itself passed, or that was given a word that nobody had the right to say.
          if (forge)
            decision = {
              ...decision,
              report: Object.assign(structuredClone(decision.report), { passed: true, verdict: 'passed' }),
              overrides: [...decision.overrides, { ...word, by: `${word.by}!` }],
            };
          if (store) decision = JSON.parse(JSON.stringify(decision)) as GateDecision;
        }
        expect(countsAsPassed(decision, LIMITS, APPROVERS)).toBe(accepted);
      }),
    );
  });
});
