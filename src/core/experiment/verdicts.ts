/** What counts as passed: numbers against the limits that were fixed before the run, and what named people said against them. Pure. */
import { countsAsPassed, describeOverrides, type GateDecision } from '../gates/overrule.ts';
import type { MetaTarget } from './project.ts';
import type { Attempt, ExperimentState, Part, Waiver } from './schema.ts';

/** Those whose word counts: on the approver list when the run began, and named by the project where it names any. */
export function listApprovers({ approvers, project }: Pick<ExperimentState, 'approvers' | 'project'>): string[] {
  const named = project?.approvers;
  return named === undefined ? [...approvers] : approvers.filter((id) => named.includes(id));
}

/** Whether an attempt may be built upon. Worked out from the numbers each time; no record that says “passed” is ever read. */
export function isPassed(exp: ExperimentState, attempt: Attempt): boolean {
  const { project } = exp;
  const measured = attempt.measured;
  if (project === null || measured === null) return false;
  if (measured.report !== null) return countsAsPassed(toDecision(attempt, measured.report), project.gates, listApprovers(exp));
  const values = new Map((measured.targets ?? []).map(({ name, value }) => [name, value]));
  const targets = project.meta?.targets ?? [];
  return (
    targets.length > 0 &&
    targets.every((target) => isMet(target, values.get(target.name) ?? null) || findWaiver(exp, target.name) !== undefined)
  );
}

function toDecision(attempt: Attempt, report: NonNullable<NonNullable<Attempt['measured']>['report']>): GateDecision {
  return { report, overrides: attempt.overrides };
}

/** Whether a number reaches a target; what was not measured does not. */
export function isMet({ direction, threshold }: Pick<MetaTarget, 'direction' | 'threshold'>, value: number | null): boolean {
  if (value === null || !Number.isFinite(value)) return false;
  return direction === 'above' ? value > threshold : value < threshold;
}

/** The waiver of a target, where it is a valid one: by an approver, with a reason, of a target that may be waived. */
export function findWaiver(exp: ExperimentState, name: string): Waiver | undefined {
  const target = exp.project?.meta?.targets.find((item) => item.name === name);
  if (target?.waivable !== true) return undefined;
  const approvers = listApprovers(exp);
  return exp.waivers.find((item) => item.target === name && item.reason.trim() !== '' && approvers.includes(item.by));
}

/** What thread and report say for ever of what people decided against the numbers. */
export function describeExceptions(exp: ExperimentState, part: Part): string[] {
  const overruled = part.attempts.flatMap((attempt) => {
    const report = attempt.measured?.report;
    const words = report === null || report === undefined ? null : describeOverrides(toDecision(attempt, report));
    return words === null ? [] : [`Attempt ${attempt.number}: ${words}`];
  });
  const waived = part.kind === 'meta' ? exp.waivers.map(({ target, by, reason }) => `Target ${target} was waived by ${by}: ${reason}`) : [];
  return [...overruled, ...waived];
}
