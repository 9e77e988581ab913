import { z } from 'zod';
import { AgentFact } from '../agent-session/schema.ts';
import { EnvPlan } from '../environment/schema.ts';
import { FailureHistory } from '../failure-history.ts';
import { Failure } from '../failure.ts';
import { JobRef, JobSpec, Observation } from '../jobs/job.ts';
import { JobUsage } from '../jobs/usage.ts';
import { RuleOffer } from '../permissions/standing-rule.ts';
import { Progress } from '../progress/schema.ts';
import { ProbeReport, SamplePlan } from '../sample-run/schema.ts';
import { WarningChange } from './warnings.ts';
import { WatchExamined, WatchLook, WatchRequestItem, WatchTarget } from './watch-schema.ts';

/** Steps of a reproduce run, in order. */
export const StepName = z.enum(['clone', 'navigate-repo', 'resolve-deps', 'build-env', 'sample-run']);
export type StepName = z.infer<typeof StepName>;

/** What a step is doing just now. `approval` waits for a person, `watch` for a job, `retry` for a time; the others are work of ours. */
export const Phase = z.enum(['work', 'approval', 'submit', 'watch', 'examine', 'retry']);
export type Phase = z.infer<typeof Phase>;

export const RepoRequest = z.object({
  url: z.string(),
  ref: z.string().nullable(),
  subfolder: z.string(),
  /** Submodules are fetched only when somebody asked for them. */
  submodules: z.boolean().optional(),
});
export type RepoRequest = z.infer<typeof RepoRequest>;

/** What remedies and people changed about the plan so far; the next plan is made with it. */
export const Adjustment = z.object({
  packages: z.array(z.object({ name: z.string(), specifier: z.string() })),
  arguments: z.record(z.string(), z.string()),
  env: z.record(z.string(), z.string()),
  memoryFactor: z.number(),
  timeFactor: z.number(),
  /** Unified diffs that the sample's own copy of the repository is changed by, in this order. */
  patches: z.array(z.object({ diff: z.string(), why: z.string() })).default([]),
});
export type Adjustment = z.infer<typeof Adjustment>;
/** The plan as it was first made. */
export const NO_ADJUSTMENT: Adjustment = { packages: [], arguments: {}, env: {}, memoryFactor: 1, timeFactor: 1, patches: [] };

/** The few facts of a RepoMap that later steps and the thread need; the whole map lies in the run's record. */
export const MapSummary = z.object({
  name: z.string(),
  about: z.string(),
  entries: z.array(z.object({ command: z.string(), file: z.string(), line: z.number(), kind: z.string() })),
  entryCount: z.number(),
  hardware: z.object({ class: z.string(), needsGpu: z.boolean(), reasons: z.array(z.string()) }),
  frameworks: z.array(z.string()),
  files: z.object({ total: z.number(), python: z.number() }),
  license: z.string().nullable(),
  missingAssets: z.array(z.string()),
  redFlags: z.array(z.string()),
});
export type MapSummary = z.infer<typeof MapSummary>;

/** Exactly what a person is asked to allow. The digest is taken over this object, so nothing outside it is allowed. */
export const ApprovalAction = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('build-environment'),
    site: z.string(),
    folder: z.string(),
    commands: z.array(z.array(z.string())),
    /** What takes the build back when one of the commands fails; absent in questions from before there was such a thing. */
    undo: z.array(z.array(z.string())).optional(),
    files: z.array(z.object({ path: z.string(), content: z.string() })),
    /** Whether the commands run in a sandbox that can write to the folder only; apt-get never does. */
    sandbox: z.boolean().default(false),
    /** Folders that stay readable in it although they lie in a hidden one. */
    readable: z.array(z.string()).default([]),
  }),
  z.object({
    kind: z.literal('submit-job'),
    site: z.string(),
    spec: JobSpec,
    command: z.array(z.string()),
    files: z.array(z.object({ path: z.string(), content: z.string() })),
  }),
  z.object({
    kind: z.literal('run-command'),
    site: z.string(),
    /** Folder in which it runs. */
    folder: z.string(),
    /** One bash command line, to the letter. */
    command: z.string(),
    why: z.string(),
    /** What it may change, cost or reach, as the rules see it. */
    effects: z.array(z.string()),
    /** What an answer may cover besides this one time; absent in questions from before there was such a thing. */
    reach: z
      .object({
        /** Whether the same line may be allowed for the whole run. */
        forRun: z.boolean(),
        offer: RuleOffer.nullable(),
        /** Why there is no rule to offer; empty where there is. */
        why: z.string(),
      })
      .optional(),
  }),
]);
export type ApprovalAction = z.infer<typeof ApprovalAction>;
export type CommandAction = Extract<ApprovalAction, { kind: 'run-command' }>;

/** How far a yes reaches beyond this one time: the same line in this run, or what a standing rule says. */
export const Reach = z.enum(['run', 'always']);
export type Reach = z.infer<typeof Reach>;

export const SampleResult = z.object({
  progress: Progress,
  stepsDone: z.number().nullable(),
  wallSeconds: z.number().nullable(),
  maxRssBytes: z.number().nullable(),
  stoppedByClock: z.boolean(),
  /** How far a bounded sample had come when its time was up, where that proves enough; absent otherwise. */
  cutShort: z.object({ done: z.number(), total: z.number(), unit: z.enum(['step', 'epoch']) }).optional(),
  exitCode: z.number().nullable(),
  fullRun: z.object({
    command: z.string(),
    seconds: z.number().nullable(),
    /** Between which seconds a full run would lie, as far as one sample says. */
    interval: z.object({ low: z.number(), high: z.number() }).optional(),
    /** Null where the sample had no GPU. */
    gpuHours: z.number().nullable().optional(),
    memoryMb: z.number().nullable(),
    basis: z.string(),
  }),
  /** What a probe found; absent for a sample that trains. */
  probe: ProbeReport.optional(),
  /** What the accounting says was asked for and used; absent where there is none. */
  usage: JobUsage.optional(),
  /** What to ask for next time, in words. */
  proposal: z.string().optional(),
});
export type SampleResult = z.infer<typeof SampleResult>;

/** READY, NOT READY and CANCELLED are of a reproduction; a watch comes to ENDED, or to STOPPED when somebody has had enough of it. */
export const Verdict = z.object({ as: z.enum(['READY', 'NOT READY', 'CANCELLED', 'ENDED', 'STOPPED']), reason: z.string() });
export type Verdict = z.infer<typeof Verdict>;

/** Characters of one document; what is longer is cut by its writer, with a mark. */
export const DOCUMENT_LIMIT = 200_000;

/** A text as one document: its end is left out, with a mark, where it would be too long. */
export function cutDocument(text: string): string {
  if (text.length <= DOCUMENT_LIMIT) return text;
  const kept = text.slice(0, DOCUMENT_LIMIT - 100);
  return `${kept}\n\n[… ${text.length - kept.length} characters left out]\n`;
}

/** Another try that nobody is asked about. */
export const Retry = z.object({
  /** Epoch milliseconds at which it begins. */
  until: z.number(),
  /** Which attempt it is, and how many there may be. */
  number: z.number().int(),
  of: z.number().int(),
  /** The node that it must not run on. */
  exclude: z.string().nullable(),
});
export type Retry = z.infer<typeof Retry>;

/** What a delay waits for besides time. */
export const Needs = z.enum(['login']).nullable();

const step = { step: StepName, attempt: z.number().int().min(1) };
const base = { v: z.literal(1), at: z.number() };

/** A fact of a run. Facts are only ever added; a changed meaning gets a new `v`. */
export const RunEvent = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('run.requested'),
    runId: z.string(),
    kind: z.literal('reproduce'),
    by: z.string(),
    channel: z.string(),
    repo: RepoRequest,
    site: z.string(),
    /** Whether a model may be asked where rules end; older journals do not say, and then none is. */
    assistant: z.boolean().optional(),
  }),
  z.object({
    ...base,
    type: z.literal('watch.requested'),
    runId: z.string(),
    by: z.string(),
    channel: z.string(),
    site: z.string(),
    target: WatchTarget,
    items: z.array(WatchRequestItem),
  }),
  z.object({ ...base, type: z.literal('watch.observed'), looks: z.array(WatchLook) }),
  z.object({ ...base, type: z.literal('watch.examined'), found: WatchExamined }),
  z.object({ ...base, type: z.literal('thread.opened'), channel: z.string(), ts: z.string() }),
  /** `approvedAs`: the attempt whose approval covers this one, where it only repeats what was approved. */
  z.object({ ...base, type: z.literal('step.started'), ...step, phase: Phase, approvedAs: z.number().int().optional() }),
  z.object({ ...base, type: z.literal('step.phase'), ...step, phase: Phase }),
  z.object({ ...base, type: z.literal('step.done'), ...step, summary: z.string() }),
  z.object({ ...base, type: z.literal('step.failed'), ...step, failure: Failure, history: FailureHistory.optional() }),
  /** Follows step.failed where the policy lets the step be tried again without asking. */
  z.object({ ...base, type: z.literal('step.retrying'), ...step, ...Retry.shape }),
  z.object({ ...base, type: z.literal('step.reset'), step: StepName, why: z.string() }),
  z.object({ ...base, type: z.literal('step.delayed'), ...step, why: z.string(), until: z.number(), needs: Needs }),
  z.object({
    ...base,
    type: z.literal('repo.cloned'),
    commit: z.string(),
    committedAt: z.string(),
    sizeBytes: z.number(),
    files: z.number(),
  }),
  z.object({ ...base, type: z.literal('repo.mapped'), map: MapSummary }),
  z.object({ ...base, type: z.literal('env.planned'), plan: EnvPlan, runFolder: z.string() }),
  z.object({ ...base, type: z.literal('env.built'), packages: z.record(z.string(), z.string()), seconds: z.number() }),
  z.object({ ...base, type: z.literal('sample.planned'), plan: SamplePlan, spec: JobSpec }),
  z.object({
    ...base,
    type: z.literal('approval.requested'),
    id: z.number().int().min(1),
    ...step,
    title: z.string(),
    action: ApprovalAction,
    digest: z.string(),
    /** What the project’s budget says against it. */
    overBudget: z.string().optional(),
  }),
  z.object({
    ...base,
    type: z.literal('approval.granted'),
    id: z.number().int(),
    digest: z.string(),
    by: z.string(),
    via: z.enum(['button', 'reply', 'command']),
    reach: Reach.optional(),
    /** True where the answer said that it means to go over the budget. */
    overBudget: z.literal(true).optional(),
    /** The question that was answered with this change of it. */
    editOf: z.number().int().optional(),
  }),
  /** A yes to something else: the changed line becomes a question of its own. */
  z.object({
    ...base,
    type: z.literal('approval.edited'),
    id: z.number().int(),
    /** Of the question as it was shown. */
    digest: z.string(),
    by: z.string(),
    command: z.string(),
  }),
  z.object({ ...base, type: z.literal('approval.expired'), id: z.number().int() }),
  z.object({
    ...base,
    type: z.literal('approval.rejected'),
    id: z.number().int(),
    by: z.string(),
    reason: z.string(),
    via: z.enum(['button', 'reply', 'command']),
  }),
  z.object({ ...base, type: z.literal('approval.withdrawn'), id: z.number().int(), why: z.string() }),
  z.object({ ...base, type: z.literal('access.refused'), by: z.string(), what: z.string() }),
  z.object({ ...base, type: z.literal('job.submitted'), ref: JobRef }),
  z.object({ ...base, type: z.literal('job.observed'), token: z.string(), observation: Observation, progress: Progress.nullable() }),
  z.object({ ...base, type: z.literal('job.warned'), change: WarningChange }),
  z.object({ ...base, type: z.literal('sample.examined'), result: SampleResult }),
  /** Something that happened in a session of the agent. */
  z.object({ ...base, type: z.literal('agent.fact'), session: z.string(), fact: AgentFact }),
  z.object({ ...base, type: z.literal('plan.adjusted'), adjustment: Adjustment, why: z.string() }),
  /** A text of the run's record, such as REPO_MAP.md; a later one under the same path replaces it. */
  z.object({ ...base, type: z.literal('document.written'), path: z.string(), content: z.string().max(DOCUMENT_LIMIT) }),
  z.object({ ...base, type: z.literal('note.added'), by: z.string(), text: z.string(), ts: z.string().nullable() }),
  z.object({ ...base, type: z.literal('cancel.requested'), by: z.string(), reason: z.string() }),
  z.object({ ...base, type: z.literal('run.resumed'), by: z.string() }),
  z.object({ ...base, type: z.literal('run.restored'), by: z.string(), state: z.unknown() }),
  z.object({ ...base, type: z.literal('run.finished'), verdict: Verdict }),
]);
export type RunEvent = z.infer<typeof RunEvent>;
