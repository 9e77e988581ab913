/** What a watch knows of jobs that somebody else started; part of the run's state and of its events. */
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { JobToken, Observation } from '../jobs/job.ts';
import { JobParts } from '../jobs/parts.ts';
import { JobUsage } from '../jobs/usage.ts';
import { Progress } from '../progress/schema.ts';
import { Judged } from './warnings.ts';

/** What somebody asked to be watched. */
export const WatchTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), id: z.string() }),
  z.object({
    kind: z.literal('all'),
    /** Jobs that were too many for one thread. */
    left: z.number().int(),
    /** Jobs of runs of ours, which have threads of their own. */
    own: z.number().int(),
  }),
]);
export type WatchTarget = z.infer<typeof WatchTarget>;

/** One submission that is watched: a job, one task or component, or a whole array or heterogeneous job. */
export const WatchRequestItem = z.object({
  token: JobToken,
  /** As people type it; the base id where it has parts. */
  jobId: z.string(),
  shape: z.enum(['single', 'array', 'heterogeneous']),
  name: z.string(),
  partition: z.string(),
  submittedAt: z.number(),
});
export type WatchRequestItem = z.infer<typeof WatchRequestItem>;

/** What one look told of one item; null stands for "nothing new". */
export const WatchLook = z.object({
  token: z.string(),
  observation: Observation,
  progress: Progress.nullable(),
  parts: JobParts.nullable(),
  /** Where it writes: standard output first, standard error after it where that is apart. */
  logs: z.array(z.string()).nullable(),
  /** When its first words were read. */
  outputAt: z.number().nullable(),
});
export type WatchLook = z.infer<typeof WatchLook>;

export const JudgedLook = WatchLook.extend({ judged: Judged.nullable() });
export type JudgedLook = z.infer<typeof JudgedLook>;

/** What an item held in all, its parts together, as the accounting tells: seconds times GPUs, and times cores. */
export const WatchHeld = z.object({ gpuSeconds: z.number(), coreSeconds: z.number() });
export type WatchHeld = z.infer<typeof WatchHeld>;

/** What the logs and the accounting told about an item. */
export const WatchExamined = z.object({
  token: z.string(),
  /** The jobs or parts whose logs were read, and what was found; null where nothing is wrong. */
  looked: z.array(z.object({ id: z.string(), failure: Failure.nullable() })),
  /** False while parts of it go on. */
  final: z.boolean(),
  /** Of an item with parts, the part that needed most. */
  usage: JobUsage.nullable(),
  /** Absent where the accounting does not tell, and in older events. */
  held: WatchHeld.optional(),
  /** What to ask for next time, in words. */
  proposal: z.string().nullable(),
});
export type WatchExamined = z.infer<typeof WatchExamined>;

export const WatchItem = WatchRequestItem.extend({
  observation: Observation.nullable(),
  /** Epoch milliseconds of the last look that told something new. */
  observedAt: z.number().nullable(),
  /** The last state that was seen while it was not over. */
  lastActive: Observation.nullable(),
  /** True once it was seen waiting, so that its start is news. */
  waited: z.boolean(),
  startSeenAt: z.number().nullable(),
  progress: Progress.nullable(),
  /** When that was read. */
  progressAt: z.number().nullable(),
  parts: JobParts.nullable(),
  logs: z.array(z.string()),
  outputAt: z.number().nullable(),
  /** Ids of jobs or parts whose logs were read. */
  looked: z.array(z.string()),
  examined: z.boolean(),
  usage: JobUsage.nullable(),
  held: WatchHeld.optional(),
  proposal: z.string().nullable(),
});
export type WatchItem = z.infer<typeof WatchItem>;

/** One kind of failure, with everything that died of it. */
export const WatchFailure = z.object({
  /** Equal for equal failures. */
  key: z.string(),
  failure: Failure,
  /** The first few that died of it. */
  jobs: z.array(z.string()),
  count: z.number().int(),
  at: z.number(),
});
export type WatchFailure = z.infer<typeof WatchFailure>;

export const WatchState = z.object({
  target: WatchTarget,
  items: z.array(WatchItem),
  failures: z.array(WatchFailure),
});
export type WatchState = z.infer<typeof WatchState>;

/** Submissions that one thread follows at most; an array counts as one. */
export const MOST_ITEMS = 60;
/** Parts of one item whose logs are read at most: a thousand tasks mostly die of the same thing. */
export const MOST_LOOKED = 12;
/** Parts that one effect reads. */
export const LOOKED_AT_ONCE = 4;
