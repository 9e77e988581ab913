import { z } from 'zod';

/** The limits of every check, fixed before the run. The defaults are the project's. */
export const GateThresholds = z.strictObject({
  /** Test error over train error must stay below this. */
  overfit_ratio: z.number().min(1).default(1.5),
  /** No column's |autocorrelation| at lag 1 may be above this. */
  autocorrelation: z.number().gt(0).max(1).default(0.99),
  /** No column's |correlation| with the target may be above this. */
  target_correlation: z.number().gt(0).max(1).default(0.99),
  /** The sum of mutual information must grow by more than this share. */
  mi_increase: z.number().min(0).default(0.05),
  /** The variance inflation of every column of the sub-model must stay below this. */
  vif: z.number().min(1).default(10),
  /** The standard deviation of the 60-day rolling correlation with the target must stay below this. */
  rolling_corr_std: z.number().gt(0).default(0.15),
  /** Direction accuracy must gain at least this; a share, so that 0.005 is half a point. */
  direction_accuracy: z.number().min(0).max(0.2, 'is a share: half a point is 0.005').default(0.005),
  /** Sharpe after costs must gain at least this. */
  sharpe: z.number().min(0).default(0.05),
  /** The mean absolute error must change by this or less; negative, since less error is better. */
  mae: z.number().max(0, 'is a change: a fall of a hundredth is -0.01').default(-0.01),
});
export type GateThresholds = z.infer<typeof GateThresholds>;

/** What `reprobot gates` reads: one feature, its files (relative to the spec) and the limits. */
export const GateSpec = z.strictObject({
  feature: z.string().trim().min(1),
  base: z.string().min(1),
  sub: z.string().min(1),
  target: z.string().min(1),
  /** fold, date, actual, baseline, extended. Left out, gate 3 is not measured. */
  predictions: z.string().min(1).optional(),
  /** Errors of the sub-model (any loss, the same for both). Left out, the overfit ratio is not measured. */
  errors: z.strictObject({ train: z.number().min(0), test: z.number().min(0) }).optional(),
  /** Fingerprint of fold, date, actual and baseline; another one stops the judging. */
  baseline_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is 64 hexadecimal digits in lower case')
    .optional(),
  // Parsed, so that the limits inside get their own defaults.
  thresholds: GateThresholds.prefault({}),
});
export type GateSpec = z.infer<typeof GateSpec>;
