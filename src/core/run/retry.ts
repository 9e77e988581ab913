/** Tries again without asking, where the policy allows it: only what a person approved, under a new name. Pure. */
import { decideRetry } from '../failure-policy.ts';
import type { Failure } from '../failure.ts';
import { hashText } from '../hash.ts';
import type { JobSpec } from '../jobs/job.ts';
import type { RunEvent } from './events.ts';
import { findLastJob, type RunState, type StepState } from './state.ts';

/** One node by its name; lists and ranges of nodes name no culprit. */
const NODE = /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/;

/** What a failed step leads to where the policy allows another try without asking: a wait. Null where a person is asked. */
export function planRetry(state: RunState, step: StepState, failure: Failure, at: number): RunEvent | null {
  // Of a sample only what a job did can be done again; a plan that failed was never approved.
  if (step.name === 'sample-run' && step.phase !== 'examine') return null;
  if (isSandboxedOffline(state, step, failure)) return null;
  const past = listTries(state, step, step.attempt).map((item) => item.failure);
  const decision = decideRetry(
    failure,
    past,
    Number.parseInt(hashText(`${state.id}.${step.name}.${step.attempt}`).slice(0, 8), 16) / 2 ** 32,
  );
  if (!decision.retry) return null;
  return {
    v: 1,
    at,
    type: 'step.retrying',
    step: step.name,
    attempt: step.attempt,
    until: at + decision.waitSeconds * 1000,
    number: decision.number,
    of: decision.of,
    exclude: decision.elsewhere ? findBadNode(state, step) : null,
  };
}

/** The wait is over: the step starts anew, with the answer that its first try was given. */
export function startRetry(state: RunState, step: StepState, at: number): RunEvent[] {
  const approvedAs = step.approvedAs ?? step.attempt;
  const attempt = step.attempt + 1;
  const first = step.name === 'sample-run' ? state.jobs.findLast((item) => item.attempt === approvedAs) : undefined;
  if (first === undefined || state.sample === null)
    return [{ v: 1, at, type: 'step.started', step: step.name, attempt, phase: 'work', approvedAs }];
  const spec = respecify(first.spec, attempt - approvedAs, listExcluded(state, step, attempt));
  return [
    { v: 1, at, type: 'step.started', step: step.name, attempt, phase: 'submit', approvedAs },
    { v: 1, at, type: 'sample.planned', plan: state.sample.plan, spec },
  ];
}

/** The job that a person approved as its nth retry runs it: under its own name, in its own folder, away from bad nodes, else equal. */
export function respecify(approved: JobSpec, retry: number, exclude: readonly string[]): JobSpec {
  if (retry === 0) return approved;
  const slurm = exclude.length === 0 ? approved.slurm : { ...approved.slurm, exclude: [...exclude] };
  return { ...approved, token: `${approved.token}-r${retry}`, folder: `${approved.folder}-r${retry}`, slurm };
}

/** The spec that may run now, given the one that was approved. */
export function permitSpec(state: RunState, approved: JobSpec): JobSpec | null {
  const step = state.steps.find((item) => item.name === 'sample-run');
  if (step === undefined) return null;
  return respecify(approved, step.attempt - (step.approvedAs ?? step.attempt), listExcluded(state, step, step.attempt));
}

/** Earlier failures of the same approved work, before an attempt. */
function listTries(state: RunState, step: StepState, attempt: number): RunState['failures'] {
  const first = step.approvedAs ?? step.attempt;
  return state.failures.filter((item) => item.step === step.name && item.attempt >= first && item.attempt < attempt);
}

function listExcluded(state: RunState, step: StepState, attempt: number): string[] {
  const nodes = listTries(state, step, attempt).flatMap((item) => item.retry?.exclude ?? []);
  return [...new Set(nodes)].toSorted();
}

/** The one node that the scheduler names; what a log says of nodes moves no job. */
function findBadNode(state: RunState, step: StepState): string | null {
  const observation = step.name === 'sample-run' ? findLastJob(state)?.observation : undefined;
  if (observation?.kind !== 'ended' || (observation.evidence !== 'queue' && observation.evidence !== 'accounting')) return null;
  return observation.node !== undefined && NODE.test(observation.node) ? observation.node : null;
}

/** A sandbox without a network lacks it the next time too; the next plan may give it one. */
function isSandboxedOffline(state: RunState, step: StepState, failure: Failure): boolean {
  const isolation = step.name === 'sample-run' ? findLastJob(state)?.spec.isolation : undefined;
  return failure.fault === 'network' && isolation !== undefined && isolation.sandbox !== 'none' && !isolation.network;
}
