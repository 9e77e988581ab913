import { DelayedError, type Job } from 'bullmq';
import type { Failure } from '../src/core/failure.ts';
import type { Command } from '../src/core/run/commands.ts';
import { hasCode, ReprobotError } from '../src/errors.ts';
import type { RunService } from '../src/runs/run-service.ts';

/** What a processor returns; nothing else leaves one. */
export type Outcome =
  /** The work is done; the commands carry what came of it. */
  | { readonly kind: 'done'; readonly commands: readonly { readonly runId: string; readonly command: Command }[] }
  /** Nothing was lost and nothing is wrong with the request: come back later. */
  | { readonly kind: 'retry'; readonly afterMs: number; readonly why: string; readonly needs?: 'login' }
  /** The work cannot be done as asked. */
  | { readonly kind: 'failed'; readonly failure: Failure };

export const done = (...commands: { runId: string; command: Command }[]): Outcome => ({ kind: 'done', commands });

const MIN_BACKOFF_MS = 2_000;
/** How often work that waits for a login looks whether somebody has logged in; no connection is opened for it. */
const LOGIN_RETRY_MS = 5_000;
/** How often a job that waits for a budget looks whether somebody has answered. */
const BUDGET_RETRY_MS = 10_000;
const MAX_BACKOFF_MS = 5 * 60_000;

/** 2 s, 4 s, 8 s … at most five minutes, by the number of earlier starts. */
export function backOff(starts: number): number {
  return Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** Math.min(10, Math.max(0, starts - 1)));
}

/** Moves a job on in BullMQ by its outcome; the only place that knows how BullMQ wants it said. */
export async function settleJob(job: Job, token: string | undefined, outcome: Outcome, runs: RunService): Promise<void> {
  if (outcome.kind === 'done') {
    for (const { runId, command } of outcome.commands) await runs.apply(runId, command);
    return;
  }
  if (outcome.kind === 'retry') {
    await job.moveToDelayed(Date.now() + Math.max(10, outcome.afterMs), token);
    throw new DelayedError();
  }
  throw new Error(`a processor without a run failed: ${outcome.failure.explanation}`);
}

/** Turns what was thrown into an outcome: passing troubles are tried again, the rest is a failure with its own words. */
export function describeThrown(error: unknown, starts: number): Outcome {
  if (hasCode(error, 'host.auth-needed')) return { kind: 'retry', afterMs: LOGIN_RETRY_MS, why: error.why, needs: 'login' };
  if (hasCode(error, 'budget.used-up')) return { kind: 'retry', afterMs: BUDGET_RETRY_MS, why: error.why };
  if (error instanceof ReprobotError && error.transient)
    return { kind: 'retry', afterMs: backOff(starts), why: `${error.doing}: ${error.why}` };
  if (error instanceof ReprobotError) return { kind: 'failed', failure: failureOf(error) };
  // A mistake of ours: worth a few tries, since a restart or a newer worker may not have it.
  const message = error instanceof Error ? error.message : String(error);
  if (starts < 4) return { kind: 'retry', afterMs: backOff(starts), why: `an internal error: ${message}` };
  return {
    kind: 'failed',
    failure: {
      class: 'unknown',
      title: 'Reprobot itself stumbled',
      evidence: null,
      confidence: 1,
      fault: 'unknown',
      route: 'ask',
      remedy: null,
      explanation: `An internal error stopped this step: ${message}. The worker’s log has the details.`,
      facts: {},
    },
  };
}

const FAULTS: Readonly<Record<string, Failure['fault']>> = {
  git: 'request',
  host: 'cluster',
  backend: 'cluster',
  usage: 'request',
  config: 'request',
};

/** An error of ours as a failure that the thread can show. */
export function failureOf(error: ReprobotError): Failure {
  const family = error.code.split('.')[0] ?? '';
  return {
    class: error.code === 'backend.rejected' ? 'scheduler_rejected' : error.code,
    title: `Stopped while ${error.doing}`,
    evidence: null,
    confidence: 1,
    fault: FAULTS[family] ?? 'unknown',
    route: 'ask',
    remedy: null,
    explanation: `${error.why}.${error.remedy === undefined ? '' : ` ${error.remedy}`}`,
    facts: {},
  };
}
