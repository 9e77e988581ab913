import { z } from 'zod';
import { combineAll, GATES, judgeGate, type CheckId, type GateId } from './checks.ts';
import type { GateThresholds } from './spec.ts';

/** A person's word against a computed verdict; it never changes the verdict, it stands beside it. */
export const Override = z.object({ by: z.string(), reason: z.string(), at: z.string() });
export type Override = z.infer<typeof Override>;

/** As much of a report as a verdict is made of; what it claims to have passed is not read. */
export interface JudgedReport {
  readonly feature: string;
  readonly gate1: { readonly checks: Readonly<Record<string, { readonly value: number | null }>> };
  readonly gate2: { readonly checks: Readonly<Record<string, { readonly value: number | null }>> };
  readonly gate3: { readonly checks: Readonly<Record<string, { readonly value: number | null }>> };
}

/** A computed report and all that was ever said against it. */
export interface GateDecision<R extends JudgedReport = JudgedReport> {
  readonly report: R;
  readonly overrides: readonly Override[];
}

function judgeAgain(report: JudgedReport, thresholds: GateThresholds) {
  const gates = Object.keys(GATES) as GateId[];
  return combineAll(gates.map((gate) => judgeGate(gate, (id: CheckId) => report[gate].checks[id]?.value, thresholds)));
}

/**
 * Whether a result may be built upon: its values, held again against the limits that the project fixed, all pass, or one of the project's
 * approvers overruled them. Every record is judged anew, so a record that only says of itself that it passed changes nothing.
 */
export function countsAsPassed(decision: GateDecision, thresholds: GateThresholds, approvers: readonly string[]): boolean {
  return judgeAgain(decision.report, thresholds) === 'passed' || decision.overrides.some((item) => refuse(item, approvers) === null);
}

function refuse({ by, reason }: Override, approvers: readonly string[]): string | null {
  if (!approvers.includes(by)) return `${by.trim() === '' ? 'nobody' : by} is no approver of this project`;
  return reason.trim() === '' ? 'overruling a gate needs a reason' : null;
}

/** Adds a person's override; the report stays as computed. Refused for anybody but an approver, without a reason, and where nothing failed. */
export function overrule<R extends JudgedReport>(
  decision: GateDecision<R>,
  override: Override,
  thresholds: GateThresholds,
  approvers: readonly string[],
): GateDecision<R> | { readonly refused: string } {
  const refused = refuse(override, approvers);
  if (refused !== null) return { refused };
  if (judgeAgain(decision.report, thresholds) === 'passed') return { refused: 'the gates passed; there is nothing to overrule' };
  return { report: decision.report, overrides: [...decision.overrides, override] };
}

/** What thread, report and digest say of an overruled result, for ever; `null` where nobody overruled anything. */
export function describeOverrides({ report, overrides }: GateDecision): string | null {
  if (overrides.length === 0) return null;
  const words = overrides.map(({ by, reason, at }) => `by ${by} on ${at}: ${reason.trim()}`);
  return `${report.feature} did not pass its gates; overruled ${words.join('; ')}`;
}
