/** What a run of kind `experiment` knows, and the facts that make it so. */
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { Look } from '../gates/looks.ts';
import { Override } from '../gates/overrule.ts';
import { JobToken, Observation } from '../jobs/job.ts';
import { KernelRun } from '../kaggle/kernel-run.ts';
import { Progress } from '../progress/schema.ts';
import { LoopChoices } from './choices.ts';
import { Project } from './project.ts';
import { Stage } from './stages.ts';

/** A file as it was approved: exactly these bytes. */
export const FileDigest = z.object({ path: z.string(), sha256: z.string(), bytes: z.number().int() });
export type FileDigest = z.infer<typeof FileDigest>;

/** An attempt of a part; a part is a feature, or `meta`. */
const Place = { part: z.string(), attempt: z.number().int().min(1) };

export const QuotaView = z.object({
  accelerator: z.enum(['none', 'gpu', 'tpu']),
  leftSeconds: z.number().nullable(),
  totalSeconds: z.number().nullable(),
  refreshAt: z.number().nullable(),
});
export type QuotaView = z.infer<typeof QuotaView>;

/** Everything that one push may be: what a person approves beside the digests of the files. */
export const RunTerms = z.object({
  account: z.string(),
  accelerator: z.enum(['none', 'gpu', 'tpu']),
  internet: z.boolean(),
  minutes: z.number(),
  datasets: z.array(z.string()),
});
export type RunTerms = z.infer<typeof RunTerms>;

/** What a person is asked to allow: these files, run like this, so often at most. */
export const ExperimentAction = z.object({
  kind: z.literal('run-experiment'),
  site: z.string(),
  project: z.string(),
  terms: RunTerms,
  /** The project’s own program that runs here; null where there is none. */
  dataScript: z
    .object({
      command: z.array(z.string()),
      sandbox: z.boolean(),
      internet: z.boolean(),
      minutes: z.number(),
      readable: z.array(z.string()),
    })
    .nullable(),
  /** What may be pushed, in words: one line a part. */
  pushes: z.array(z.string()),
  mostPushes: z.number().int(),
  /** Digests of everything that runs or decides how it runs. */
  files: z.array(FileDigest),
});
export type ExperimentAction = z.infer<typeof ExperimentAction>;

/** A number held against a target of the meta-model. */
export const MeasuredTarget = z.object({
  name: z.string(),
  metric: z.string(),
  direction: z.enum(['above', 'below']),
  threshold: z.number(),
  value: z.number().nullable(),
  passed: z.boolean(),
  /** `computed` from the predictions, or `reported` by the notebook. */
  source: z.enum(['computed', 'reported']),
});
export type MeasuredTarget = z.infer<typeof MeasuredTarget>;

const StoredCheck = z.object({
  value: z.number().nullable(),
  rule: z.enum(['below', 'at most', 'above', 'at least']),
  threshold: z.number(),
  verdict: z.enum(['passed', 'failed', 'not measured']),
  why: z.string(),
});
export type StoredCheck = z.infer<typeof StoredCheck>;
const StoredGate = z.object({ checks: z.record(z.string(), StoredCheck), verdict: z.enum(['passed', 'failed', 'not measured']) });

/** The measured numbers of a feature’s attempt; whether they pass is worked out from them anew each time. */
export const StoredReport = z.object({
  feature: z.string(),
  rows: z.number().int(),
  dropped: z.number().int(),
  gate1: StoredGate,
  gate2: StoredGate,
  gate3: StoredGate,
  baselineSha256: z.string().nullable(),
  baselinePinned: z.boolean(),
  errors: z.object({ train: z.number(), test: z.number() }).nullable(),
  /** The metric by which attempts are compared, without and with the sub-model. */
  compared: z.object({ metric: z.string(), baseline: z.number(), extended: z.number() }).nullable().default(null),
});
export type StoredReport = z.infer<typeof StoredReport>;

export const Importance = z.object({ name: z.string(), value: z.number() });

/** What a run left, measured. `gain` is positive for better, on the metric by which attempts are compared. */
export const Measured = z.object({
  report: StoredReport.nullable(),
  targets: z.array(MeasuredTarget).nullable(),
  gain: z.number().nullable(),
  importance: z.array(Importance),
});
export type Measured = z.infer<typeof Measured>;

export const DataVerdict = z.object({
  verdict: z.enum(['PASS', 'CONDITIONAL', 'REJECT']),
  /** The gravest findings in words. */
  findings: z.array(z.string()),
  files: z.array(FileDigest),
  /** What it was made from: equal for equal scripts and files of the project. */
  source: z.string(),
});
export type DataVerdict = z.infer<typeof DataVerdict>;

/** One push of an attempt: the first is judged, the others repeat it unchanged to measure the noise. */
export const Submission = z.object({
  token: JobToken,
  /** 0 for what is judged; 1, 2 … for re-runs. */
  rerun: z.number().int(),
  /** When a push was about to be made; null while none was, or when it is certain that it made nothing. */
  announcedAt: z.number().nullable(),
  kernel: KernelRun.nullable(),
  observation: Observation.nullable(),
  observedAt: z.number().nullable(),
  sawActive: z.boolean(),
  progress: Progress.nullable(),
  /** Seconds between push and end, once it has ended. */
  seconds: z.number().nullable(),
  endedAt: z.number().nullable(),
});
export type Submission = z.infer<typeof Submission>;

/** A failure and where it went. */
export const SentBack = z.object({
  stage: Stage,
  failure: Failure,
  to: Stage.or(z.literal('person')),
  platform: z.boolean(),
  at: z.number(),
});
export type SentBack = z.infer<typeof SentBack>;

/** Files and words that a stage hands to the next one. */
export const HandedOver = z.object({
  stage: Stage,
  summary: z.string().max(4000),
  /** The hand-over itself, by the schema of its stage in src/core/experiment/hand-over. */
  value: z.unknown(),
  /** Paths in the record of files that it made. */
  files: z.array(z.string()),
});
export type HandedOver = z.infer<typeof HandedOver>;

export const Decision = z.object({
  next: z.enum(['passed', 'again', 'leave']),
  reason: z.string(),
  /** What the pricing of the next run said; null where nothing was priced. */
  price: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;

export const SimilarFailure = z.object({ attempt: z.string(), idea: z.string(), why: z.string(), similarity: z.number() });

export const Attempt = z.object({
  number: z.number().int().min(1),
  startedAt: z.number(),
  idea: z.string().nullable(),
  /** Who had the idea, where it was a person. */
  ideaBy: z.string().nullable(),
  similar: z.array(SimilarFailure),
  stage: Stage,
  /** Why it stands there, in words. */
  note: z.string(),
  handedOver: z.array(HandedOver),
  data: DataVerdict.nullable(),
  check: z.object({ passed: z.boolean(), errors: z.array(z.string()), warnings: z.number().int(), files: z.array(FileDigest) }).nullable(),
  submissions: z.array(Submission),
  sentBack: z.array(SentBack),
  measured: Measured.nullable(),
  /** Values of the re-runs on the metric that attempts are compared by. */
  reruns: z.array(z.number()),
  overrides: z.array(Override),
  decision: Decision.nullable(),
  decidedAt: z.number().nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

export const Part = z.object({
  name: z.string(),
  kind: z.enum(['feature', 'meta']),
  status: z.enum(['todo', 'running', 'passed', 'left']),
  /** Why it was left. */
  reason: z.string(),
  attempts: z.array(Attempt),
  /** The attempt that the meta-model builds on. */
  chosen: z.object({ attempt: z.number().int(), by: z.string().nullable() }).nullable(),
  baselineSha256: z.string().nullable(),
});
export type Part = z.infer<typeof Part>;

/** Something that only a person can do; the loop goes on when they say that it is done. */
export const Hold = z.object({
  id: z.number().int().min(1),
  ...Place,
  stage: Stage,
  kind: z.enum(['files', 'kaggle', 'rounds']),
  title: z.string(),
  text: z.string(),
  link: z.string().nullable(),
  at: z.number(),
  answered: z.object({ by: z.string(), at: z.number() }).nullable(),
});
export type Hold = z.infer<typeof Hold>;

export const Waiver = z.object({ target: z.string(), by: z.string(), reason: z.string(), at: z.number() });
export type Waiver = z.infer<typeof Waiver>;

export const ExperimentState = z.object({
  /** People on the approver list when the run began; nobody else ever overrules. */
  approvers: z.array(z.string()),
  /** What was said at the start instead of what project.yaml says. */
  choices: LoopChoices.default({}),
  /** Null until the project was read. */
  project: Project.nullable(),
  /** Fingerprint of what decides about passing, taken before anything ran. */
  rulesSha256: z.string().nullable(),
  commit: z.string().nullable(),
  files: z.array(FileDigest),
  terms: RunTerms.nullable(),
  quota: QuotaView.nullable(),
  parts: z.array(Part),
  /** Counts every step, so that an effect of an earlier one is never taken for one of now. */
  turn: z.number().int(),
  holds: z.array(Hold),
  paused: z.object({ by: z.string(), at: z.number() }).nullable(),
  delay: z.object({ why: z.string(), until: z.number() }).nullable(),
  /** Ideas of people for the next attempt, oldest first. */
  ideas: z.array(z.object({ text: z.string(), by: z.string(), at: z.number() })),
  waivers: z.array(Waiver),
  /** Every look at the test set. */
  looks: z.array(Look),
  /** Set while the project has to be read again; `reenter` begins the stage anew for which a person was asked. */
  reopening: z.object({ reenter: z.boolean() }).nullable(),
});
export type ExperimentState = z.infer<typeof ExperimentState>;

/** What a loop begins with. */
export const asked = {
  runId: z.string(),
  by: z.string(),
  channel: z.string(),
  site: z.string(),
  repo: z.object({ url: z.string(), ref: z.string().nullable(), subfolder: z.string() }),
  assistant: z.boolean(),
  approvers: z.array(z.string()),
  choices: LoopChoices.optional(),
};

const base = { v: z.literal(1), at: z.number() };

/** Facts of a loop; part of RunEvent. */
export const LOOP_EVENTS = [
  z.object({
    ...base,
    type: z.literal('loop.requested'),
    ...asked,
  }),
  /** The project was read; the first of these fixes the rules for good. */
  z.object({
    ...base,
    type: z.literal('loop.opened'),
    project: Project,
    rulesSha256: z.string(),
    commit: z.string(),
    files: z.array(FileDigest),
    terms: RunTerms,
    quota: QuotaView,
  }),
  z.object({
    ...base,
    type: z.literal('loop.attempt_started'),
    ...Place,
    idea: z.string().nullable(),
    ideaBy: z.string().nullable(),
    similar: z.array(SimilarFailure),
  }),
  z.object({ ...base, type: z.literal('loop.stage_entered'), ...Place, stage: Stage, note: z.string() }),
  z.object({ ...base, type: z.literal('loop.handed_over'), ...Place, handedOver: HandedOver }),
  z.object({ ...base, type: z.literal('loop.data_built'), ...Place, files: z.array(FileDigest), seconds: z.number() }),
  z.object({ ...base, type: z.literal('loop.data_checked'), ...Place, data: DataVerdict }),
  z.object({
    ...base,
    type: z.literal('loop.notebook_checked'),
    ...Place,
    passed: z.boolean(),
    errors: z.array(z.string()),
    warnings: z.number().int(),
    files: z.array(FileDigest),
  }),
  z.object({ ...base, type: z.literal('loop.submission_planned'), ...Place, token: JobToken, rerun: z.number().int() }),
  /** A push is about to be made; written before it, so that a crash cannot hide it. */
  z.object({ ...base, type: z.literal('loop.push_announced'), token: JobToken }),
  /** It is certain that the announced push made nothing. */
  z.object({ ...base, type: z.literal('loop.push_withdrawn'), token: JobToken, why: z.string() }),
  z.object({ ...base, type: z.literal('loop.submitted'), ...Place, rerun: z.number().int(), kernel: KernelRun }),
  z.object({
    ...base,
    type: z.literal('loop.observed'),
    token: JobToken,
    observation: Observation,
    progress: Progress.nullable(),
  }),
  z.object({
    ...base,
    type: z.literal('loop.fetched'),
    ...Place,
    rerun: z.number().int(),
    files: z.array(z.object({ name: z.string(), bytes: z.number() })),
    skipped: z.number().int(),
    seconds: z.number().nullable(),
  }),
  z.object({ ...base, type: z.literal('loop.judged'), ...Place, measured: Measured, looks: z.array(Look) }),
  z.object({ ...base, type: z.literal('loop.rerun_measured'), ...Place, rerun: z.number().int(), value: z.number(), looks: z.array(Look) }),
  z.object({ ...base, type: z.literal('loop.sent_back'), ...Place, sentBack: SentBack }),
  z.object({ ...base, type: z.literal('loop.decided'), ...Place, decision: Decision }),
  z.object({
    ...base,
    type: z.literal('loop.part_closed'),
    part: z.string(),
    as: z.enum(['passed', 'left']),
    reason: z.string(),
    attempt: z.number().int().nullable(),
  }),
  z.object({ ...base, type: z.literal('loop.held'), hold: Hold }),
  z.object({ ...base, type: z.literal('loop.hold_answered'), id: z.number().int(), by: z.string(), closed: z.boolean() }),
  z.object({ ...base, type: z.literal('loop.delayed'), why: z.string(), until: z.number() }),
  z.object({ ...base, type: z.literal('loop.paused'), by: z.string() }),
  z.object({ ...base, type: z.literal('loop.resumed'), by: z.string() }),
  z.object({ ...base, type: z.literal('loop.idea_given'), by: z.string(), text: z.string() }),
  z.object({ ...base, type: z.literal('loop.chosen'), ...Place, by: z.string() }),
  z.object({ ...base, type: z.literal('loop.target_waived'), waiver: Waiver }),
  /** The only fact that makes a failed gate count as passed. */
  z.object({ ...base, type: z.literal('gate.overruled'), ...Place, override: Override }),
] as const;
export type LoopEvent = z.infer<(typeof LOOP_EVENTS)[number]>;
export type LoopEventOf<T extends LoopEvent['type']> = Extract<LoopEvent, { type: T }>;
