import { randomBytes } from 'node:crypto';
import type { Run } from './run.ts';

/** Whoever may call. */
export interface Account {
  readonly username: string;
  readonly userId: number;
  /** Legacy key. */
  readonly key: string;
  /** API token. */
  readonly token: string;
}

export type SessionState = 'QUEUED' | 'RUNNING' | 'COMPLETE' | 'ERROR' | 'CANCEL_REQUESTED' | 'CANCEL_ACKNOWLEDGED' | 'NEW_SCRIPT';

export interface LogRecord {
  readonly stream_name: 'stdout' | 'stderr';
  readonly time: number;
  readonly data: string;
}

export interface Session {
  readonly id: number;
  state: SessionState;
  failureMessage: string | undefined;
  readonly pushedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  readonly log: LogRecord[];
  /** The lookalike of /kaggle/working. */
  readonly workingFolder: string;
  run: Run | undefined;
}

export interface Sources {
  readonly datasets: readonly string[];
  readonly competitions: readonly string[];
  readonly kernels: readonly string[];
  readonly models: readonly string[];
}

export interface Version {
  readonly number: number;
  readonly source: string;
  readonly isPrivate: boolean;
  readonly internet: boolean;
  readonly accelerator: 'none' | 'gpu' | 'tpu';
  readonly machineShape: string | undefined;
  readonly dockerImage: string | undefined;
  readonly sources: Sources;
  readonly keywords: readonly string[];
  readonly timeoutSeconds: number;
  /** Absent for a version that was saved without running. */
  readonly session: Session | undefined;
}

export interface Kernel {
  readonly id: number;
  readonly owner: string;
  readonly slug: string;
  title: string;
  readonly language: string;
  readonly kernelType: string;
  readonly versions: Version[];
}

/** A file of a version; its content lies in the version's folder. */
export interface DatasetFile {
  readonly name: string;
  readonly size: number;
}

export interface DatasetVersion {
  readonly number: number;
  readonly notes: string;
  readonly createdAt: number;
  readonly readyAt: number;
  readonly files: readonly DatasetFile[];
  /** Where its files lie for runs. */
  readonly folder: string;
}

export interface Dataset {
  readonly id: number;
  readonly owner: string;
  readonly slug: string;
  readonly title: string;
  readonly licence: string;
  readonly isPrivate: boolean;
  subtitle: string;
  description: string;
  readonly versions: DatasetVersion[];
}

export interface Submission {
  readonly ref: number;
  readonly fileName: string;
  readonly date: number;
  readonly description: string;
  readonly bytes: Buffer;
  readonly submittedBy: string;
  readonly scoredAt: number;
}

/** A competition as its host set it up. */
export interface CompetitionOptions {
  readonly slug: string;
  readonly title?: string;
  /** A folder with its data, mounted for runs. */
  readonly folder?: string;
  /** False: the account has not accepted the rules. */
  readonly rulesAccepted?: boolean;
  readonly dailyLimit?: number;
  /** Judges a file; what it throws is the submission's error. */
  readonly score?: (file: Buffer) => number;
}

export interface Competition extends CompetitionOptions {
  readonly submissions: Submission[];
}

export interface Upload {
  readonly token: string;
  readonly name: string;
  readonly length: number;
  bytes: Buffer;
  done: boolean;
}

/** Everything that this Kaggle knows. */
export class State {
  readonly kernels: Kernel[] = [];
  readonly datasets: Dataset[] = [];
  readonly competitions: Competition[];
  readonly uploads = new Map<string, Upload>();
  readonly signingKey = randomBytes(32);
  /** Accelerator seconds that were used before anything ran here. */
  readonly usedBefore = { gpu: 0, tpu: 0 };
  #lastId = 90_000_000;

  constructor(competitions: readonly CompetitionOptions[]) {
    this.competitions = competitions.map((options) => ({ ...options, submissions: [] }));
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Takes over what was kept of an earlier process. */
  restore(kept: {
    readonly lastId: number;
    readonly kernels: readonly Kernel[];
    readonly datasets: readonly Dataset[];
    readonly usedBefore: State['usedBefore'];
  }): void {
    this.#lastId = kept.lastId;
    this.kernels.push(...kept.kernels);
    this.datasets.push(...kept.datasets);
    Object.assign(this.usedBefore, kept.usedBefore);
  }

  findKernel(owner: string, slug: string): Kernel | undefined {
    return this.kernels.find((kernel) => isSame(kernel.owner, owner) && isSame(kernel.slug, slug));
  }

  findDataset(owner: string, slug: string): Dataset | undefined {
    return this.datasets.find((dataset) => isSame(dataset.owner, owner) && isSame(dataset.slug, slug));
  }
}

/** Names on Kaggle are equal without regard to case. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
