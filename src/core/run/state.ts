import { z } from 'zod';
import { AgentSession } from '../agent-session/schema.ts';
import { EnvPlan } from '../environment/schema.ts';
import { ExperimentState } from '../experiment/schema.ts';
import { FailureHistory } from '../failure-history.ts';
import { Failure } from '../failure.ts';
import { JobRef, JobSpec, Observation } from '../jobs/job.ts';
import { Progress } from '../progress/schema.ts';
import { SamplePlan } from '../sample-run/schema.ts';
import {
  Adjustment,
  ApprovalAction,
  AskedStep,
  MapSummary,
  Needs,
  Phase,
  Reach,
  RepoRequest,
  Retry,
  SampleResult,
  StepName,
  Verdict,
} from './events.ts';
import { Warning } from './warnings.ts';
import { WatchState } from './watch-schema.ts';

export const StepState = z.object({
  name: StepName,
  status: z.enum(['todo', 'running', 'done', 'failed']),
  phase: Phase.nullable(),
  /** 0 before the first start. */
  attempt: z.number().int(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  summary: z.string(),
  /** The attempt whose approval covers this one; absent where it has its own. */
  approvedAs: z.number().int().optional(),
  /** Why nothing moves although nobody is asked: a cluster that does not answer, say. */
  delay: z.object({ why: z.string(), until: z.number(), needs: Needs }).nullable(),
});
export type StepState = z.infer<typeof StepState>;

export const Approval = z.object({
  id: z.number().int(),
  step: AskedStep,
  attempt: z.number().int(),
  title: z.string(),
  action: ApprovalAction,
  digest: z.string(),
  /** True in a state that was read back from its record, where secrets of the action had been replaced: the digest is no longer its own. */
  secretsHidden: z.boolean().optional(),
  /** What the project’s budget said against it when it was asked. */
  overBudget: z.string().optional(),
  requestedAt: z.number(),
  settled: z
    .object({
      as: z.enum(['granted', 'rejected', 'withdrawn', 'edited', 'expired']),
      by: z.string(),
      at: z.number(),
      reason: z.string(),
      via: z.string(),
      reach: Reach.optional(),
      overBudget: z.literal(true).optional(),
      /** Of `edited`: what it was changed to. */
      command: z.string().optional(),
      /** The question that was answered with this change of it. */
      editOf: z.number().int().optional(),
    })
    .nullable(),
});
export type Approval = z.infer<typeof Approval>;

export const JobState = z.object({
  spec: JobSpec,
  /** What was planned for it, so that its question goes on showing that; older records have none. */
  plan: SamplePlan.optional(),
  attempt: z.number().int(),
  ref: JobRef.nullable(),
  observation: Observation.nullable(),
  /** Epoch milliseconds of the last observation that told something. */
  observedAt: z.number().nullable(),
  /** The last state that was seen while it was not over. */
  lastActive: Observation.nullable().optional(),
  progress: Progress.nullable(),
  /** When that was read, in epoch milliseconds. */
  progressAt: z.number().optional(),
});
export type JobState = z.infer<typeof JobState>;

/** Everything known of a run; state.json is this object. */
export const RunState = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  kind: z.enum(['reproduce', 'watch', 'experiment']),
  /** Number of events folded. */
  version: z.number().int(),
  /** `repo` is null for a watch; `assistant` says whether a model may be asked. */
  request: z.object({
    by: z.string(),
    channel: z.string(),
    at: z.number(),
    repo: RepoRequest.nullable(),
    site: z.string(),
    assistant: z.boolean().optional(),
  }),
  /** True once the run was read back from state.json because the journal was gone. */
  restored: z.boolean(),
  thread: z.object({ channel: z.string(), ts: z.string() }).nullable(),
  steps: z.array(StepState),
  approvals: z.array(Approval),
  jobs: z.array(JobState),
  clone: z.object({ commit: z.string(), committedAt: z.string(), sizeBytes: z.number(), files: z.number() }).nullable(),
  map: MapSummary.nullable(),
  env: z.object({ plan: EnvPlan, runFolder: z.string(), built: z.record(z.string(), z.string()).nullable() }).nullable(),
  sample: z.object({ plan: SamplePlan, result: SampleResult.nullable() }).nullable(),
  /** Path in the record → text. */
  documents: z.record(z.string(), z.string()),
  adjustment: Adjustment,
  /** What the agent worked on, oldest first; at most the last one goes on. */
  agents: z.array(AgentSession).default([]),
  /** Null for a run that reproduces a repository. */
  watch: WatchState.nullable().default(null),
  /** Null for a run of another kind than `experiment`. */
  experiment: ExperimentState.nullable().default(null),
  /** Alarms about its jobs, oldest first. */
  warnings: z.array(Warning).default([]),
  failures: z.array(
    z.object({
      step: StepName,
      attempt: z.number().int(),
      at: z.number(),
      failure: Failure,
      next: z.string(),
      history: FailureHistory.optional(),
      retry: Retry.optional(),
    }),
  ),
  notes: z.array(z.object({ by: z.string(), text: z.string(), ts: z.string().nullable(), at: z.number() })),
  cancel: z.object({ by: z.string(), reason: z.string(), at: z.number() }).nullable(),
  verdict: Verdict.nullable(),
  /** How often the run came to a verdict; more than once when somebody resumed it. */
  finishes: z.number().int(),
  finishedAt: z.number().nullable(),
  updatedAt: z.number(),
});
export type RunState = z.infer<typeof RunState>;

/** At most this many times one step is tried. */
export const MAX_ATTEMPTS = 5;

/** The step that is worked on: the first that is not done. */
export function findCurrentStep(state: RunState): StepState | undefined {
  return state.steps.find((step) => step.status !== 'done');
}

/** The question that waits for an answer, if any; there is never more than one. */
export function findOpenApproval(state: RunState): Approval | undefined {
  return state.approvals.find((approval) => approval.settled === null);
}

/** How long the agent's question waits for an answer. */
const QUESTION_LIFE_MS = 24 * 60 * 60_000;

/** From when on a question counts as answered with no; null for one that waits for as long as it takes. */
export function findExpiry(approval: Approval): number | null {
  return approval.action.kind === 'run-command' ? approval.requestedAt + QUESTION_LIFE_MS : null;
}

/** The job of the newest attempt. */
export function findLastJob(state: RunState): JobState | undefined {
  return state.jobs.at(-1);
}

/** True while a job may exist on the cluster: submitted, and its end not seen. */
export function isJobAlive(job: JobState | undefined): job is JobState & { ref: JobRef } {
  return job !== undefined && job.ref !== null && job.observation?.kind !== 'ended';
}

/** Whether the cluster waits for a password or a code, for a step or for one of the jobs. */
export function needsLogin(state: RunState): boolean {
  if (findCurrentStep(state)?.delay?.needs === 'login') return true;
  return [findLastJob(state), ...(state.watch?.items ?? [])].some(
    (job) => job?.observation?.kind === 'no-information' && job.observation.needs === 'login',
  );
}

/** The session of the agent that works or waits, if any. */
export function findSession(state: RunState): AgentSession | undefined {
  const last = state.agents.at(-1);
  return last?.status === 'ended' ? undefined : last;
}

/** True while a cancel is on its way; afterwards a session may work beside what is left. */
export function isStopping(state: RunState): boolean {
  return state.cancel !== null && state.verdict === null;
}

/** True while something of a run may still happen by itself. */
export function isActive(state: RunState): boolean {
  return state.verdict === null || findSession(state) !== undefined;
}
