import { z } from 'zod';

const Place = z.strictObject({ file: z.string().min(1), column: z.string().min(1) });

/** The limits of the data check; the defaults suit daily series. */
export const DataThresholds = z.strictObject({
  /** Fewer rows than this are a condition. */
  rows: z.number().int().min(1).default(100),
  /** Share of missing values in a column: above this a condition, and above the second one a reject. */
  missing: z.number().min(0).max(1).default(0.05),
  missing_reject: z.number().min(0).max(1).default(0.5),
  /** Missing values in a row. */
  missing_run: z.number().int().min(1).default(5),
  /** Distance from the median in robust standard deviations. */
  outlier: z.number().gt(0).default(20),
  /** Equal values in a row, in a column that otherwise moves. */
  stuck_run: z.number().int().min(2).default(10),
  /** |correlation| with the target above which a column is the target. */
  leak: z.number().gt(0).max(1).default(0.95),
  /** |correlation| in the same row that is suspicious when the row before has less than a third of it. */
  leak_lag: z.number().gt(0).max(1).default(0.3),
  /** A step between two dates of more than so many usual steps is a gap. */
  gap: z.number().gt(1).default(5),
  /** Relative difference between two sources that is still the same number, and the share of rows that may differ by more. */
  difference: z.number().min(0).default(0.01),
  differing: z.number().min(0).max(1).default(0.01),
});
export type DataThresholds = z.infer<typeof DataThresholds>;

/** What `reprobot check-data` reads; paths are relative to the spec. */
export const DataSpec = z.strictObject({
  files: z
    .array(
      z.strictObject({
        path: z.string().min(1),
        /** The column of dates, where its name does not tell. */
        date: z.string().optional(),
        /** The column that names the country, ticker or source, where a date has a row for each. */
        key: z.string().optional(),
        /** Columns that must be there. */
        columns: z.array(z.string()).default([]),
      }),
    )
    .min(1),
  /** What is to be predicted. */
  target: Place.optional(),
  /** The first day that no fit may see. */
  split: z.iso.date().optional(),
  /** Scripts that prepare the data, read as text and never run. */
  code: z.array(z.string()).default([]),
  /** Pairs of columns that should say the same. */
  agree: z.array(z.strictObject({ left: Place, right: Place })).default([]),
  /** Limits of what a column can mean, such as a rate between -5 and 30. */
  ranges: z.record(z.string(), z.strictObject({ min: z.number().optional(), max: z.number().optional() })).default({}),
  thresholds: DataThresholds.prefault({}),
});
export type DataSpec = z.infer<typeof DataSpec>;
