import { z } from 'zod';
import type { AgentSession } from '../agent-session/schema.ts';
import { listLoopEffects, listWatchedKernels } from '../experiment/effects.ts';
import type { JobRef } from '../jobs/job.ts';
import { findCurrentStep, findExpiry, findLastJob, findOpenApproval, findSession, isJobAlive, isStopping, type RunState } from './state.ts';
import { isItemAlive, listWatchEffects } from './watch.ts';

export const EffectKind = z.enum([
  'clone',
  'navigate-repo',
  'resolve-deps',
  'build-env',
  'plan-sample',
  'submit-job',
  'examine-job',
  'cancel-job',
  'run-agent',
  'retry-step',
  'expire-question',
  'examine-watched',
  'loop-open',
  'loop-build-data',
  'loop-check-data',
  'loop-check-notebook',
  'loop-submit',
  'loop-fetch',
  'loop-evaluate',
]);
export type EffectKind = z.infer<typeof EffectKind>;

/** Work that the state calls for. The id is the token under which it is done at most once. */
export interface Effect {
  readonly id: string;
  readonly runId: string;
  readonly kind: EffectKind;
  /** Epoch milliseconds before which it must not be done. */
  readonly notBefore?: number;
  /** The item of a watch that it is about. */
  readonly token?: string;
}

const WORK: Readonly<Record<string, EffectKind>> = {
  'clone.work': 'clone',
  'navigate-repo.work': 'navigate-repo',
  'resolve-deps.work': 'resolve-deps',
  'build-env.work': 'build-env',
  'sample-run.work': 'plan-sample',
  'sample-run.submit': 'submit-job',
  'sample-run.examine': 'examine-job',
};

/**
 * What has to be done now, as a function of the state and not of the last event: whoever asks again after a crash gets the same
 * answer under the same ids, so that nothing is lost between the journal and the queue.
 */
export function listEffects(state: RunState): Effect[] {
  const session = findSession(state);
  const beside = session?.aside === true ? listSessionEffects(state, session) : [];
  if (state.verdict !== null) return beside;
  if (state.watch !== null) return [...listWatchEffects(state, state.watch), ...beside];
  if (state.experiment !== null) return [...listLoopEffects(state, state.experiment), ...beside];
  const job = findLastJob(state);
  if (state.cancel !== null && isJobAlive(job)) {
    return [{ id: `${state.id}.cancel-job.${job.spec.token}`, runId: state.id, kind: 'cancel-job' }];
  }
  const own = session === undefined || session.aside ? [] : listSessionEffects(state, session);
  return own.length > 0 ? own : [...listStepEffects(state), ...beside];
}

/** The work of a session, or the end of its wait. */
function listSessionEffects(state: RunState, session: AgentSession): Effect[] {
  if (isStopping(state)) return [];
  if (session.status === 'waiting') return listExpiry(state);
  return [{ id: `${state.id}.run-agent.${session.id}.${session.round}`, runId: state.id, kind: 'run-agent' }];
}

function listStepEffects(state: RunState): Effect[] {
  const step = findCurrentStep(state);
  if (step === undefined || step.status !== 'running' || step.phase === null) return [];
  // After a cancel only the question is left whether a submission that had begun made a job.
  if (state.cancel !== null && step.phase !== 'submit') return [];
  const id = `${state.id}.${step.name}.${step.attempt}.${step.phase}`;
  if (step.phase === 'retry') return [{ id, runId: state.id, kind: 'retry-step', notBefore: state.failures.at(-1)?.retry?.until ?? 0 }];
  const kind = WORK[`${step.name}.${step.phase}`];
  return kind === undefined ? [] : [{ id, runId: state.id, kind }];
}

/** The end of the wait for an answer to the agent's question. */
function listExpiry(state: RunState): Effect[] {
  const open = findOpenApproval(state);
  const notBefore = open === undefined ? null : findExpiry(open);
  if (open === undefined || notBefore === null) return [];
  return [{ id: `${state.id}.expire-question.${open.id}`, runId: state.id, kind: 'expire-question', notBefore }];
}

/** True while the poller of the run's site has something of it to look at. */
export function needsLooks(state: RunState): boolean {
  if (state.experiment !== null) return listWatchedKernels(state, state.experiment).length > 0;
  if (state.watch === null) return findWatchedJob(state) !== null;
  return state.verdict === null && state.cancel === null && state.watch.items.some(isItemAlive);
}

/** The job of our own that a poller must look at, or null. */
export function findWatchedJob(state: RunState): { site: string; ref: JobRef } | null {
  const job = findLastJob(state);
  return state.verdict === null && isJobAlive(job) ? { site: state.request.site, ref: job.ref } : null;
}
