import { z } from 'zod';

export const MetricPoint = z.object({
  /** Global step, epoch or sample index as the log counts; null when the log gives none. */
  at: z.number().nullable(),
  value: z.number(),
  /** 1-based line of the log. */
  line: z.number().int(),
});

export const Trend = z.enum(['decreasing', 'flat', 'increasing', 'diverging', 'nan', 'too-few']);

export const Progress = z.object({
  unit: z.enum(['step', 'epoch', 'batch', 'sample', 'trial', 'round', 'percent']).nullable(),
  current: z.number().nullable(),
  total: z.number().nullable(),
  epoch: z.object({ current: z.number(), total: z.number().nullable() }).nullable(),
  /** 0 to 1 over the whole run; null where no total is known. */
  fraction: z.number().min(0).max(1).nullable(),
  /** Units a second. */
  rate: z.number().nullable(),
  /** Seconds still to go, as an interval; null while it is not known. */
  eta: z.object({ low: z.number(), likely: z.number(), high: z.number() }).nullable(),
  /** Newest value of each metric, by the name in the log. */
  metrics: z.record(z.string(), z.number()),
  /** The training loss, oldest first, thinned to 500 points. */
  loss: z
    .object({
      name: z.string(),
      points: z.array(MetricPoint),
      first: z.number(),
      last: z.number(),
      trend: Trend,
      /** Where it was NaN or infinite, as the log counts; the first 100 such places. */
      holes: z.array(z.number()).optional(),
    })
    .nullable(),
  /** Lines worth reading that are no failure: warnings, one each, with the line number. */
  warnings: z.array(z.object({ line: z.number().int(), text: z.string() })),
  /** Shapes of data and features that the log states, with the line number. */
  shapes: z.array(z.object({ line: z.number().int(), text: z.string() })),
  /** What the newest lines are about. */
  phase: z.enum(['starting', 'warming-up', 'training', 'validating', 'saving', 'finished']).optional(),
  /** Starts of the work that the log shows: 1, and one more for each restart. */
  attempt: z.number().int().optional(),
  /** The time of the log that the estimate holds for, in seconds since 1970 by the log's own zone; null where it carries no dates. */
  asOf: z.number().nullable().optional(),
  /** What the estimate rests on, in words; null where there is none. */
  basis: z.string().nullable().optional(),
  /** Pauses for validation, checkpoints and the like that are still expected, and their seconds together. */
  pauses: z.object({ left: z.number(), seconds: z.number() }).optional(),
  /** Checkpoints: how many were seen, how many seconds apart, and how long ago the last was; null where the log tells no time. */
  checkpoint: z.object({ seen: z.number().int(), every: z.number().nullable(), ago: z.number().nullable() }).optional(),
  /** Scores over time, oldest first, at most 40 points each. */
  history: z.record(z.string(), z.array(MetricPoint)).optional(),
});
export type Progress = z.infer<typeof Progress>;
