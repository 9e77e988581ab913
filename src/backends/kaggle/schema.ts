import { z } from 'zod';
import { SESSION_STATES } from '../../core/kaggle/status.ts';

/** Kaggle leaves out what equals its default, and some handlers write null instead. */
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const Names = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);
const Flag = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? false);
const Count = z
  .number()
  .int()
  .nullish()
  .transform((count) => count ?? null);
const listOf = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** A name of an enum in any of the ways in which it has been seen: upper snake case, camel case, lower case, its number. Absent is the first. */
function enumOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z
    .union([z.string(), z.number().int()])
    .nullish()
    .transform((value, context): Names[number] => {
      if (value === undefined || value === null) return names[0];
      const wanted = typeof value === 'number' ? names[value] : value.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
      const found = names.find((name) => name === wanted) as Names[number] | undefined;
      if (found !== undefined) return found;
      context.addIssue({ code: 'custom', message: `unknown name ${String(value)}` });
      return z.NEVER;
    });
}

export const PushAnswer = z.object({
  ref: Text,
  url: Text,
  versionNumber: Count,
  kernelId: Count,
  error: Text,
  invalidTags: Names,
  invalidDatasetSources: Names,
  invalidCompetitionSources: Names,
  invalidKernelSources: Names,
  invalidModelSources: Names,
});

export const StatusAnswer = z.object({ status: enumOf(SESSION_STATES), failureMessage: Text });

export const OutputAnswer = z.object({
  files: listOf(z.object({ url: z.string(), fileName: z.string() })),
  log: Text,
  nextPageToken: Text,
});

const Metadata = z.object({
  id: Count,
  ref: Text,
  title: Text,
  slug: Text,
  lastRunTime: Text,
  isPrivate: Flag,
  enableGpu: Flag,
  enableTpu: Flag,
  enableInternet: Flag,
  datasetDataSources: Names,
  competitionDataSources: Names,
  kernelDataSources: Names,
  modelDataSources: Names,
  currentVersionNumber: Count,
  machineShape: Text,
  dockerImage: Text,
});

export const PullAnswer = z.object({ metadata: Metadata, blob: z.object({ source: Text, language: Text, kernelType: Text, slug: Text }) });
export type PullAnswer = z.infer<typeof PullAnswer>;

export const ListAnswer = z.object({ kernels: listOf(z.object({ ref: Text })), nextPageToken: Text });

const AcceleratorAnswer = z.object({ timeUsed: Text, timeReserved: Text, totalTimeAllowed: Text }).nullish();
export const QuotaAnswer = z.object({ quotaRefreshTime: Text, gpuQuota: AcceleratorAnswer, tpuQuota: AcceleratorAnswer });
export type QuotaAnswer = z.infer<typeof QuotaAnswer>;

export const DATASET_STATES = [
  'NOT_YET_PERSISTED',
  'BLOBS_RECEIVED',
  'BLOBS_DECOMPRESSED',
  'BLOBS_COPIED_TO_SDS',
  'INDIVIDUAL_BLOBS_COMPRESSED',
  'READY',
  'FAILED',
  'DELETED',
  'REPROCESSING',
] as const;

export const UploadAnswer = z.object({ token: z.string().min(1), createUrl: z.string().min(1) });
export const DatasetChangeAnswer = z.object({ ref: Text, url: Text, status: Text, error: Text });
export const DatasetStatusAnswer = z.object({ status: enumOf(DATASET_STATES) });
export const DatasetAnswer = z.object({
  currentVersionNumber: Count,
  versions: listOf(z.object({ versionNumber: Count, versionNotes: Text })),
});

const SubmissionState = enumOf(['PENDING', 'COMPLETE', 'ERROR'] as const);
export const SubmissionAnswer = z.object({
  ref: z.number().int(),
  fileName: Text,
  description: Text,
  status: SubmissionState,
  publicScore: Text,
  privateScore: Text,
  errorDescription: Text,
});
export type SubmissionAnswer = z.infer<typeof SubmissionAnswer>;
export const SubmissionsAnswer = z.object({ submissions: listOf(SubmissionAnswer), nextPageToken: Text });
export const SubmitAnswer = z.object({ message: Text, ref: Count });
export const LimitsAnswer = z.object({ numToday: Count, numAllowedNow: Count, limitedByTotal: Flag });
export const IntrospectAnswer = z.object({ active: Flag, username: Text });
