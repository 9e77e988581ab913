/** What the diary, the digest and the story are made of: one thing that happened, in words, with where it stands written. Pure. */
import { z } from 'zod';

export const EntryKind = z.enum([
  /** Somebody thought of something: a note, a marked message. */
  'idea',
  /** What a later run works with is different: a patch, a pin, an argument, a memory limit. */
  'change',
  /** Work began, moved on or ended. */
  'run',
  /** Something was measured. */
  'result',
  'failure',
  /** Somebody allowed, refused, cancelled, resumed, overruled. */
  'decision',
  /** Somebody is waited for. */
  'question',
  /** A model was asked, a GPU was used. */
  'cost',
]);
export type EntryKind = z.infer<typeof EntryKind>;

/** A number of an entry's text. Money in dollars, time in seconds, memory in bytes; `unit` is empty for counts and scores. */
export const Figure = z.object({ name: z.string(), value: z.number(), unit: z.string() });
export type Figure = z.infer<typeof Figure>;

/** Where it stands written: the event of a run's journal, or the event of a project's. */
export const Source = z.object({
  of: z.enum(['run', 'project']),
  /** Id of the run or name of the project. */
  id: z.string(),
  /** Number of the event in that journal, from 1. */
  version: z.number().int(),
  event: z.string(),
});
export type Source = z.infer<typeof Source>;

/** A try at a part of the work: of a reproduction, a step. `end` where this is what ended it. */
export const Attempt = z.object({ of: z.string(), number: z.number().int(), end: z.enum(['done', 'failed']).nullable() });
export type Attempt = z.infer<typeof Attempt>;

/** Something that the work is done with: a package's version, an argument, what a job asks for. */
export const Setting = z.object({
  group: z.enum(['code', 'environment', 'package', 'plan', 'command', 'variable', 'resource', 'patch']),
  name: z.string(),
  value: z.string(),
});
export type Setting = z.infer<typeof Setting>;

export const Entry = z.object({
  /** Stays the same whenever the journal is told again: `<run or project>.<version>.<n>`. */
  id: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  kind: EntryKind,
  /** What it is about, in a word or two: `karpathy/minGPT`, `job 4711`. */
  about: z.string(),
  /** Who did it; null for the bot. */
  by: z.string().nullable(),
  /** One plain sentence without markup. */
  text: z.string(),
  figures: z.array(Figure),
  source: Source,
  /** The thread that it belongs to, and the message where there is one of its own. */
  thread: z.object({ channel: z.string(), ts: z.string() }).nullable(),
  message: z.string().nullable(),
  /** The commit of the repository that was worked on. */
  commit: z.string().nullable(),
  /** The cluster's or Kaggle's own name of the job. */
  job: z.string().nullable(),
  /** Of failures, and of the changes that got over one: its class. Of costs: the model or the resource. Of runs and results: the step or the
   *  verdict. Of decisions: `yes`, `no`, `cancel` and the like. Of the end of a watched job: its cluster. Else empty. */
  topic: z.string(),
  /** The try that it belongs to; absent or null for what is of the whole run. */
  attempt: Attempt.nullable().optional(),
  /** What the work is done with from here on. A group that is named here is named whole: what it lacks is gone. */
  settings: z.array(Setting).optional(),
});
export type Entry = z.infer<typeof Entry>;
