import { z } from 'zod';

/** A job as the scheduler shows it, whoever started it. Times are epoch milliseconds. */
export const ClusterJob = z.object({
  /** As people type it: `123`, `123_4`, `123_[5-9%2]`, `12+0`. */
  id: z.string(),
  name: z.string(),
  /** The scheduler's own word, such as PENDING. */
  state: z.string(),
  /** Why it waits, in the scheduler's words; empty when it does not say. */
  reason: z.string(),
  partition: z.string(),
  nodes: z.string(),
  submittedAt: z.number().nullable(),
  /** An estimate while the job waits. */
  startAt: z.number().nullable(),
  endAt: z.number().nullable(),
  /** As Slurm writes it: `1-00:00:00`. */
  timeLimit: z.string(),
});
export type ClusterJob = z.infer<typeof ClusterJob>;

/** One job looked at closely. */
export const ClusterJobDetails = ClusterJob.extend({
  /** `3:0` is exit code 3, `0:9` signal 9; empty while it runs. */
  exitCode: z.string(),
  workFolder: z.string(),
  stdout: z.string(),
  stderr: z.string(),
  /** Of an array or a heterogeneous job: its tasks or components as the scheduler groups them, such as `5-9%2` or `+1`, with their states. */
  parts: z.array(z.object({ which: z.string(), state: z.string() })),
});
export type ClusterJobDetails = z.infer<typeof ClusterJobDetails>;

/** Ids that people may type; nothing else is handed to a command. */
export const JOB_ID = /^\d{1,12}(?:_\d{1,9}|\+\d{1,4})?$/;

/** The id of the submission: `123` of `123_4`, `123_[5-9%2]` and `123+0`. */
export function baseOf(id: string): string {
  return /^\d+/.exec(id)?.[0] ?? id;
}
