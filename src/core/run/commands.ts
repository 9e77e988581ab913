import { z } from 'zod';
import { AgentFact } from '../agent-session/schema.ts';
import { EnvPlan } from '../environment/schema.ts';
import { FailureHistory } from '../failure-history.ts';
import { Failure } from '../failure.ts';
import { JobRef, JobSpec, Observation } from '../jobs/job.ts';
import { Progress } from '../progress/schema.ts';
import { SamplePlan } from '../sample-run/schema.ts';
import { ApprovalAction, MapSummary, Needs, Reach, RepoRequest, SampleResult } from './events.ts';
import { Judged } from './warnings.ts';
import { JudgedLook, WatchExamined, WatchRequestItem, WatchTarget } from './watch-schema.ts';

const Documents = z.array(z.object({ path: z.string(), content: z.string() }));
const Question = z.object({
  title: z.string(),
  action: ApprovalAction,
  digest: z.string(),
  /** What the project’s budget says against it; a yes has to say that it means to go over it. */
  overBudget: z.string().optional(),
});

/** What a processor brings back from an effect that worked. */
export const EffectOutput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cloned'), commit: z.string(), committedAt: z.string(), sizeBytes: z.number(), files: z.number() }),
  z.object({ kind: z.literal('mapped'), map: MapSummary, documents: Documents }),
  z.object({ kind: z.literal('env-planned'), plan: EnvPlan, runFolder: z.string(), question: Question, documents: Documents }),
  z.object({ kind: z.literal('env-built'), packages: z.record(z.string(), z.string()), seconds: z.number() }),
  z.object({ kind: z.literal('sample-planned'), plan: SamplePlan, spec: JobSpec, question: Question }),
  z.object({ kind: z.literal('submitted'), ref: JobRef }),
  /** Only after a cancel: every place that could know the job answered, and none does. */
  z.object({ kind: z.literal('not-submitted') }),
  /** The time to try again has come. */
  z.object({ kind: z.literal('retry-due') }),
  /** A question has waited as long as it may. */
  z.object({ kind: z.literal('question-expired') }),
  z.object({
    kind: z.literal('examined'),
    result: SampleResult,
    failure: Failure.nullable(),
    history: FailureHistory.optional(),
    documents: Documents,
  }),
  z.object({ kind: z.literal('watch-examined'), found: WatchExamined }),
]);
export type EffectOutput = z.infer<typeof EffectOutput>;

const base = {
  /** The same command under the same id is applied once, however often it arrives. */
  id: z.string().min(1),
  /** Epoch milliseconds. */
  at: z.number(),
};
const via = z.enum(['button', 'reply', 'command']);

export const Command = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('request'),
    runId: z.string(),
    by: z.string(),
    channel: z.string(),
    repo: RepoRequest,
    site: z.string(),
    assistant: z.boolean().optional(),
  }),
  z.object({
    ...base,
    kind: z.literal('watch'),
    runId: z.string(),
    by: z.string(),
    channel: z.string(),
    site: z.string(),
    target: WatchTarget,
    items: z.array(WatchRequestItem).min(1),
  }),
  z.object({ ...base, kind: z.literal('open-thread'), channel: z.string(), ts: z.string() }),
  z.object({ ...base, kind: z.literal('result'), effectId: z.string(), output: EffectOutput }),
  z.object({ ...base, kind: z.literal('fail'), effectId: z.string(), failure: Failure, history: FailureHistory.optional() }),
  z.object({ ...base, kind: z.literal('delay'), effectId: z.string(), why: z.string(), until: z.number(), needs: Needs }),
  z.object({
    ...base,
    kind: z.literal('approve'),
    by: z.string(),
    via,
    approvalId: z.number().nullable(),
    digest: z.string().nullable(),
    reach: Reach.optional(),
    overBudget: z.boolean().optional(),
  }),
  z.object({ ...base, kind: z.literal('reject'), by: z.string(), via, approvalId: z.number().nullable(), reason: z.string() }),
  /** A yes to the agent's command in other words. */
  z.object({
    ...base,
    kind: z.literal('edit'),
    by: z.string(),
    approvalId: z.number(),
    digest: z.string(),
    command: z.string().min(1).max(4000),
  }),
  z.object({ ...base, kind: z.literal('refuse-access'), by: z.string(), what: z.string() }),
  z.object({ ...base, kind: z.literal('cancel'), by: z.string(), reason: z.string() }),
  z.object({ ...base, kind: z.literal('note'), by: z.string(), text: z.string(), ts: z.string().nullable() }),
  /** A person calls a skill of the agent. */
  z.object({ ...base, kind: z.literal('skill'), by: z.string(), skill: z.string(), words: z.string().max(3000) }),
  /** A person ends what the agent does beside the run. */
  z.object({ ...base, kind: z.literal('stop-agent'), by: z.string() }),
  /** A person puts the change of a session aside into the plan, which will be shown anew. */
  z.object({ ...base, kind: z.literal('adopt'), by: z.string(), session: z.string() }),
  /** What happened in a session of the agent; all of it, or nothing when one no longer fits. */
  z.object({ ...base, kind: z.literal('agent'), session: z.string(), facts: z.array(AgentFact) }),
  /** The agent wants to do what only a person can allow. */
  z.object({
    ...base,
    kind: z.literal('agent-hold'),
    session: z.string(),
    call: z.string(),
    question: Question,
    /** The question for whose change it stands, and whether that change may do no more than what was asked first: then it is approved. */
    edit: z.object({ of: z.number(), approved: z.boolean() }).optional(),
  }),
  z.object({
    ...base,
    kind: z.literal('observe'),
    token: z.string(),
    observation: Observation,
    progress: Progress.nullable(),
    judged: Judged.nullable().optional(),
  }),
  z.object({ ...base, kind: z.literal('observe-watch'), looks: z.array(JudgedLook) }),
  z.object({ ...base, kind: z.literal('resume'), by: z.string() }),
  z.object({ ...base, kind: z.literal('restore'), by: z.string(), state: z.unknown() }),
]);
export type Command = z.infer<typeof Command>;
export type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>;
