import { z } from 'zod';
import { KernelId } from './kernel-id.ts';

/** A version of a kernel that was pushed for one submission. */
export const KernelRun = z.object({
  /** Of the submission; it stands in the pushed source. */
  token: z.string(),
  /** As Kaggle files it. */
  id: KernelId,
  versionNumber: z.number().int().min(1),
  /** Kaggle's own number of the kernel; null when it was not told. */
  kernelId: z.number().int().nullable(),
  url: z.string(),
  /** Epoch milliseconds. */
  pushedAt: z.number(),
  /** Inputs that were asked for and that Kaggle left out; the run goes on without them. */
  missingInputs: z.array(z.string()),
});
export type KernelRun = z.infer<typeof KernelRun>;
