import { z } from 'zod';
import { findSimilarIdeas, type FailedIdea } from '../../gates/earlier-ideas.ts';
import { Name, Summary, Words, type Fault } from './parts.ts';

/** Who has to change something. */
const Changes = z.enum(['researcher', 'architect', 'builder-data', 'builder-model']);

/** What the evaluator hands over after a failed gate. It says nothing of whether a gate passed: that is computed, and stands beside it. */
export const ImprovementPlan = z.strictObject({
  summary: Summary,
  part: Name,
  diagnosis: z
    .array(
      z.strictObject({
        check: Name,
        value: z.number().describe('as the report has it'),
        why: Words.describe('the cause, and what proves it'),
      }),
    )
    .min(1)
    .max(6),
  change: z.strictObject({ agent: Changes, what: Words.describe('one change'), why: Words }),
  expected: z.strictObject({ check: Name, value: z.number(), why: Words.describe('what lets you expect so much') }),
  differsFrom: z.array(z.strictObject({ attempt: Name, how: Words })).max(20),
  worthIt: z.enum(['go on', 'stop']).describe('advice; whether the next run pays is computed'),
});
export type ImprovementPlan = z.infer<typeof ImprovementPlan>;

/** One number of a gate as it was computed. */
export interface MeasuredCheck {
  readonly id: string;
  readonly value: number | null;
  readonly passed: boolean;
}

/** What a plan may not say otherwise. */
export interface PlanGround {
  readonly part: string;
  readonly checks: readonly MeasuredCheck[];
  readonly failures: readonly FailedIdea[];
}

/** What the plan says that the report does not, and earlier failures that it passes over. */
export function checkImprovementPlan(plan: ImprovementPlan, ground: PlanGround): Fault[] {
  const known = new Map(ground.checks.map((check) => [check.id, check]));
  const named = new Set(plan.differsFrom.map(({ attempt }) => attempt));
  const similar = findSimilarIdeas(plan.change.what, ground.failures).filter(({ attempt }) => !named.has(attempt));
  const unknown = plan.differsFrom.filter(({ attempt }) => !ground.failures.some((failure) => failure.attempt === attempt));
  return [
    ...(plan.part === ground.part ? [] : [{ at: 'part', message: `this is about ${ground.part}` }]),
    ...plan.diagnosis.flatMap(({ check, value }) => checkNumber(known.get(check), check, value, [...known.keys()])),
    ...(known.has(plan.expected.check) ? [] : [{ at: 'expected.check', message: `there is no check ${plan.expected.check}` }]),
    ...similar.map(({ attempt, idea, why }) => ({
      at: 'differsFrom',
      message: `this resembles attempt ${attempt} (${idea}), which failed: ${why}. Say how it differs, or choose another change`,
    })),
    ...unknown.map(({ attempt }) => ({ at: 'differsFrom', message: `no attempt ${attempt} has failed` })),
  ];
}

function checkNumber(measured: MeasuredCheck | undefined, check: string, value: number, known: readonly string[]): Fault[] {
  const at = `diagnosis.${check}`;
  if (measured === undefined) return [{ at, message: `there is no such check; there are ${known.join(', ')}` }];
  if (measured.value === null) return [{ at, message: 'this was not measured' }];
  const near = Math.abs(measured.value - value) <= Math.max(5e-4, Math.abs(measured.value) * 5e-3);
  return near ? [] : [{ at, message: `the report has ${measured.value}, this says ${value}` }];
}
