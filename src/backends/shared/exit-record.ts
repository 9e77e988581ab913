import { z } from 'zod';
import type { JobOutcome } from '../../core/jobs/job.ts';

/** What the job's own script writes when its payload has ended. Times are epoch milliseconds. */
export const ExitRecord = z.object({
  exit: z.number().int().nullable(),
  signal: z.number().int().nullable(),
  startedAt: z.number(),
  endedAt: z.number(),
  maxRssBytes: z.number().optional(),
  reason: z.enum(['time-limit', 'memory-limit', 'cancelled']).optional(),
  jobId: z.string().optional(),
  restart: z.number().int().optional(),
});
export type ExitRecord = z.infer<typeof ExitRecord>;

/** The record that the text holds, or null when it holds none; the payload may have written anything there. */
export function parseExitRecord(text: string): ExitRecord | null {
  try {
    return ExitRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The ending that the record alone tells. */
export function readOutcome(record: ExitRecord): JobOutcome {
  switch (record.reason) {
    case 'time-limit':
      return 'timeout';
    case 'memory-limit':
      return 'out-of-memory';
    case 'cancelled':
      return 'cancelled';
    case undefined:
      return record.exit === 0 ? 'completed' : 'failed';
  }
}
