import { z } from 'zod';

/** One difference between two attempts at the same work. */
export const Change = z.object({
  what: z.enum(['commit', 'environment', 'node', 'data', 'arguments', 'resources', 'time']),
  text: z.string(),
});
export type Change = z.infer<typeof Change>;

/** What was known of a failure when it happened: it is written into the journal with it. */
export const FailureHistory = z.object({
  /** How often it had been seen before, anywhere. */
  seen: z.number().int(),
  /** Runs of this channel that had it, newest first, and who asked for them. */
  runs: z.array(z.object({ runId: z.string(), by: z.string(), at: z.number() })),
  /** Runs of other channels that had it: a number, and nothing that was said there. */
  elsewhere: z.number().int(),
  /** What got over it the last time, in this channel. */
  fixed: z.object({ runId: z.string(), how: z.string() }).nullable(),
  /** What is different from the last good run of the same repository in this channel. */
  since: z.object({ runId: z.string(), at: z.number(), changes: z.array(Change) }).nullable(),
});
export type FailureHistory = z.infer<typeof FailureHistory>;

/** What one run tells of one failure: what the index keeps. */
export const Sighting = z.object({
  fingerprint: z.string(),
  runId: z.string(),
  channel: z.string(),
  by: z.string(),
  /** Epoch milliseconds of the last time. */
  at: z.number(),
  count: z.number().int(),
  /** What came between its last time and the next good attempt; null while there is none. */
  fixedBy: z.string().nullable(),
});
export type Sighting = z.infer<typeof Sighting>;
