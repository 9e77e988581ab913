import { z } from 'zod';
import type { GateThresholds } from './spec.ts';

/** Every check, by gate, with how its value is held against its limit. Gates 1 and 2 need all of theirs, gate 3 any one. */
export const GATES = {
  gate1: {
    overfit_ratio: 'below',
    all_nan: 'at most',
    constant: 'at most',
    autocorrelation: 'at most',
    target_correlation: 'at most',
  },
  gate2: { mi_increase: 'above', vif: 'below', rolling_corr_std: 'below' },
  gate3: { direction_accuracy: 'at least', sharpe: 'at least', mae: 'at most' },
} as const;
export type GateId = keyof typeof GATES;
export type CheckId<G extends GateId = GateId> = G extends GateId ? keyof (typeof GATES)[G] & string : never;
type CheckRule = 'below' | 'at most' | 'above' | 'at least';

const Verdict = z.enum(['passed', 'failed', 'not measured']);
export type Verdict = z.infer<typeof Verdict>;

/** One number against one limit. `passed` is true for a measured value inside its limit and for nothing else. */
export interface Check {
  /** `null`: not measured. */
  readonly value: number | null;
  readonly rule: CheckRule;
  readonly threshold: number;
  readonly verdict: Verdict;
  readonly passed: boolean;
  readonly why: string;
}
export type Checks<G extends GateId> = Readonly<Record<CheckId<G>, Check>>;

const RULES: Readonly<Record<CheckId, CheckRule>> = { ...GATES.gate1, ...GATES.gate2, ...GATES.gate3 };

function limitOf(id: CheckId, thresholds: GateThresholds): number {
  // No column may be empty or stand still; there is nothing to set.
  return id === 'all_nan' || id === 'constant' ? 0 : thresholds[id];
}

function judgeValue(id: CheckId, value: number | null, thresholds: GateThresholds): Verdict {
  if (value === null || Number.isNaN(value)) return 'not measured';
  const limit = limitOf(id, thresholds);
  const rule = RULES[id];
  const holds = rule === 'below' ? value < limit : rule === 'at most' ? value <= limit : rule === 'above' ? value > limit : value >= limit;
  return holds ? 'passed' : 'failed';
}

/** Holds a value against its limit; NaN counts as not measured. */
export function judgeCheck(id: CheckId, value: number | null, thresholds: GateThresholds, why: string): Check {
  const verdict = judgeValue(id, value, thresholds);
  const known = value === null || Number.isNaN(value) ? null : value;
  return { value: known, rule: RULES[id], threshold: limitOf(id, thresholds), verdict, passed: verdict === 'passed', why };
}

/** All must pass: one failure fails, one gap among passes leaves it open. */
export function combineAll(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('not measured') ? 'not measured' : 'passed';
}

/** One must pass; it fails only when every one was measured. */
function combineAny(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('passed')) return 'passed';
  return verdicts.includes('not measured') ? 'not measured' : 'failed';
}

/** The verdict of a gate from nothing but its values and the limits; a check that is missing was not measured. */
export function judgeGate(gate: GateId, valueOf: (id: CheckId) => number | null | undefined, thresholds: GateThresholds): Verdict {
  const verdicts = (Object.keys(GATES[gate]) as CheckId[]).map((id) => judgeValue(id, valueOf(id) ?? null, thresholds));
  return gate === 'gate3' ? combineAny(verdicts) : combineAll(verdicts);
}
