/** What work for a loop brings back, and what people and pollers tell it; part of the commands of a run. */
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { Look } from '../gates/looks.ts';
import { JobToken, Observation } from '../jobs/job.ts';
import { KernelRun } from '../kaggle/kernel-run.ts';
import { Progress } from '../progress/schema.ts';
import { Project } from './project.ts';
import { asked, DataVerdict, ExperimentAction, FileDigest, Measured, QuotaView, RunTerms } from './schema.ts';

const Documents = z.array(z.object({ path: z.string(), content: z.string() }));
const Question = z.object({ title: z.string(), action: ExperimentAction, digest: z.string() });

/** What a processor of a loop brings back. */
export const LOOP_OUTPUTS = [
  z.object({
    kind: z.literal('loop-opened'),
    project: Project,
    rulesSha256: z.string(),
    commit: z.string(),
    files: z.array(FileDigest),
    terms: RunTerms,
    quota: QuotaView,
    question: Question,
    documents: Documents,
  }),
  /** The script of an agent, which nobody has approved yet. */
  z.object({ kind: z.literal('loop-script-shown'), question: Question }),
  z.object({ kind: z.literal('loop-data-built'), files: z.array(FileDigest), seconds: z.number() }),
  z.object({ kind: z.literal('loop-data-checked'), data: DataVerdict, documents: Documents }),
  z.object({
    kind: z.literal('loop-notebook-checked'),
    passed: z.boolean(),
    errors: z.array(z.string()),
    warnings: z.number().int(),
    files: z.array(FileDigest),
    question: Question,
    documents: Documents,
  }),
  z.object({ kind: z.literal('loop-submitted'), kernel: KernelRun }),
  z.object({
    kind: z.literal('loop-fetched'),
    files: z.array(z.object({ name: z.string(), bytes: z.number() })),
    skipped: z.number().int(),
    failure: Failure.nullable(),
    documents: Documents,
  }),
  z.object({
    kind: z.literal('loop-judged'),
    measured: Measured,
    /** The value by which attempts are compared, of a re-run. */
    value: z.number().nullable(),
    looks: z.array(Look),
    documents: Documents,
  }),
] as const;
export type LoopOutput = z.infer<(typeof LOOP_OUTPUTS)[number]>;

/** What a person can ask of a loop. */
export const LoopOrder = z.discriminatedUnion('order', [
  z.object({ order: z.literal('pause') }),
  z.object({ order: z.literal('resume') }),
  z.object({ order: z.literal('go-on') }),
  z.object({ order: z.literal('final'), part: z.string().nullable(), attempt: z.number().int().min(1) }),
  z.object({ order: z.literal('next'), part: z.string().nullable() }),
  z.object({ order: z.literal('try'), idea: z.string().trim().min(1).max(500) }),
  z.object({ order: z.literal('waive'), target: z.string(), reason: z.string().trim().max(1000) }),
  z.object({
    order: z.literal('overrule'),
    part: z.string().nullable(),
    attempt: z.number().int().min(1).nullable(),
    reason: z.string().trim().max(1000),
  }),
]);
export type LoopOrder = z.infer<typeof LoopOrder>;

/** One look at a pushed kernel. */
export const LoopLook = z.object({
  token: JobToken,
  observation: Observation,
  progress: Progress.nullable(),
});
export type LoopLook = z.infer<typeof LoopLook>;

const base = { id: z.string().min(1), at: z.number() };

export const LOOP_COMMANDS = [
  z.object({
    ...base,
    kind: z.literal('experiment'),
    ...asked,
  }),
  z.object({ ...base, kind: z.literal('loop-order'), by: z.string(), order: LoopOrder }),
  /** A push is about to be made. */
  z.object({ ...base, kind: z.literal('loop-announce'), token: JobToken }),
  /** It is certain that it made nothing. */
  z.object({ ...base, kind: z.literal('loop-withdraw'), token: JobToken, why: z.string() }),
  z.object({ ...base, kind: z.literal('observe-loop'), looks: z.array(LoopLook) }),
] as const;
