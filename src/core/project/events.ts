/** What happens to a project outside of any run. A project is what a lab calls one: a channel, or several under one name. */
import { z } from 'zod';
import { Usage } from '../agent-session/schema.ts';
import { Quota } from '../kaggle/quota.ts';

const base = {
  v: z.literal(1),
  /** Epoch milliseconds. */
  at: z.number(),
  /** The same fact under the same id is told once. */
  id: z.string().min(1),
};

export const BudgetKind = z.enum(['dollars', 'gpu-hours', 'kaggle-hours']);
export type BudgetKind = z.infer<typeof BudgetKind>;
/** Weeks begin on Monday and months on the first, by UTC. */
export const BudgetSpan = z.enum(['week', 'month', 'total']);
export type BudgetSpan = z.infer<typeof BudgetSpan>;

/** A fact of a project. Facts are only ever added; a changed meaning gets a new `v`. */
export const ProjectEvent = z.discriminatedUnion('type', [
  /** An idea, by `/hpc note` or by the marking of a message. `run` where it was said in the thread of one. */
  z.object({
    ...base,
    type: z.literal('note.added'),
    by: z.string(),
    text: z.string().max(4_000),
    channel: z.string(),
    ts: z.string().nullable(),
    via: z.enum(['command', 'reply', 'reaction']),
  }),
  /** How and when the digest comes; what is absent stays as it was. `hour` is `HH:MM` by the clock of `zone`. */
  z.object({
    ...base,
    type: z.literal('digest.set'),
    by: z.string(),
    on: z.boolean().optional(),
    hour: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional(),
    zone: z.string().optional(),
    channel: z.string().optional(),
    weekly: z.boolean().optional(),
    quiet: z.enum(['line', 'silence']).optional(),
  }),
  /** A digest is about to be posted: told before, so that it is posted once. `edition` is `2026-11-27` or `2026-W48`. */
  z.object({ ...base, type: z.literal('digest.due'), edition: z.string(), channel: z.string(), from: z.number(), to: z.number() }),
  /** Null where there was nothing to post. */
  z.object({ ...base, type: z.literal('digest.posted'), edition: z.string(), ts: z.string().nullable() }),
  z.object({
    ...base,
    type: z.literal('budget.set'),
    by: z.string(),
    kind: BudgetKind,
    /** Null takes it away. */
    amount: z.number().positive().nullable(),
    span: BudgetSpan,
    /** Where it is told of; the project's first channel when absent. */
    channel: z.string().optional(),
  }),
  /** Told once for each level and span of time. */
  z.object({
    ...base,
    type: z.literal('budget.reached'),
    kind: BudgetKind,
    percent: z.union([z.literal(80), z.literal(100)]),
    used: z.number(),
    amount: z.number(),
  }),
  /** The answer to a budget that is used up. */
  z.object({
    ...base,
    type: z.literal('budget.answered'),
    by: z.string(),
    kind: BudgetKind,
    goOn: z.boolean(),
    reason: z.string(),
    /** Until when new work may begin all the same; absent where none may. */
    until: z.number().optional(),
  }),
  /** A model was asked about the project itself: for the prose of a day, or to answer a question of `by`. */
  z.object({
    ...base,
    type: z.literal('model.asked'),
    by: z.string().nullable(),
    what: z.enum(['prose', 'question']),
    model: z.string(),
    usage: Usage,
    dollars: z.number(),
  }),
  /** Kaggle was asked how the account's week stands: before something was pushed for `run`, or for what is told of the project. */
  z.object({ ...base, type: z.literal('quota.seen'), account: z.string(), run: z.string().nullable(), quota: Quota }),
  /** The paragraph above a day of SCRATCH.md; a later one of the same day takes its place. Each sentence was held against what it cites. */
  z.object({
    ...base,
    type: z.literal('prose.written'),
    day: z.string(),
    model: z.string(),
    /** Ids of entries. */
    sentences: z.array(z.object({ text: z.string(), cites: z.array(z.string()) })),
  }),
]);
export type ProjectEvent = z.infer<typeof ProjectEvent>;
