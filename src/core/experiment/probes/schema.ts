/** Questions about facts that code answers, so that no model has to be believed. A closed set: a probe holds no code. */
import { z } from 'zod';

const FileName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\\0]+$/, 'is a path below the data folder')
  .describe('path below the data folder, such as raw/gold.csv');
const ColumnName = z.string().min(1).max(200);
const Place = z.strictObject({ file: FileName, column: ColumnName });
/** A name with its module in front of it, as Python would import it. */
const DottedName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,8}$/, 'is a full name such as xgboost.XGBRegressor.fit');

export const Probe = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('column'), ...Place.shape }).describe('the file has this column'),
  z
    .strictObject({
      kind: z.literal('coverage'),
      ...Place.shape,
      rows: z.number().int().min(1).optional().describe('values that are not missing, at least'),
      from: z.iso.date().optional().describe('the first value lies on this day or before it'),
      to: z.iso.date().optional().describe('the last value lies on this day or after it'),
      missing: z.number().min(0).max(1).optional().describe('share of missing values, at most'),
    })
    .describe('the series has so many values, over this time'),
  z
    .strictObject({
      kind: z.literal('correlation'),
      left: Place,
      right: Place,
      lag: z.number().int().min(0).max(500).describe('rows by which left is earlier than right'),
      atLeast: z.number().min(0).max(1).describe('absolute value'),
    })
    .describe('the series go together, before the first day of the test'),
  z.strictObject({ kind: z.literal('argument'), call: DottedName, argument: z.string().min(1).max(80) }).describe('the call takes this'),
  z.strictObject({ kind: z.literal('name'), name: DottedName }).describe('the library still has this name'),
  z
    .strictObject({ kind: z.literal('package'), module: z.string().regex(/^[A-Za-z_]\w{0,60}$/) })
    .describe('the image has what this imports'),
  z
    .strictObject({ kind: z.literal('dataset'), dataset: z.string().regex(/^[A-Za-z0-9][\w-]{0,98}\/[a-z0-9][a-z0-9-]{0,98}$/) })
    .describe('Kaggle has this data set, as owner/slug, ready to be attached'),
]);
export type Probe = z.infer<typeof Probe>;

/** What came of a probe. `unknown` where nothing that is at hand can tell; it proves neither. */
export const ProbeAnswer = z.object({ as: z.enum(['holds', 'fails', 'unknown']), found: z.string().max(600) });
export type ProbeAnswer = z.infer<typeof ProbeAnswer>;
