import type { Source } from '../diary/entry.ts';

/** What can be used up. Kaggle hours are those of sessions with a GPU or TPU, which its weekly quota counts; watched ones are of jobs that
 *  Reprobot did not start, and no budget is of them. */
export const USE_KINDS = ['tokens', 'gpu-hours', 'cpu-hours', 'kaggle-hours', 'watched-gpu-hours', 'watched-cpu-hours'] as const;
export type UseKind = (typeof USE_KINDS)[number];

/** What one event tells of a use. */
export interface LedgerRow {
  /** Epoch milliseconds of the event; of a job that still runs, the moment up to which it is counted. */
  readonly at: number;
  readonly kind: UseKind;
  /** The model, the cluster, or the accelerator of Kaggle. */
  readonly about: string;
  readonly amount: number;
  /** Of tokens: how many were read from the cache. */
  readonly cached: number;
  /** Null where nobody has a price. */
  readonly dollars: number | null;
  readonly project: string;
  /** Empty for what belongs to no run. */
  readonly run: string;
  /** The cluster's or Kaggle's own name of the job; empty where there is none, or none is known. */
  readonly job: string;
  /** Who asked for the run, or to have the job watched; empty for the bot itself. */
  readonly person: string;
  /** What the run came to, `going on` while it has no verdict. */
  readonly outcome: string;
  /** True while the job still runs: it will be more. */
  readonly soFar: boolean;
  readonly source: Source;
}
