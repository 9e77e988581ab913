import type { SeenQuota } from '../kaggle/quota.ts';
import type { Standing } from '../ledger/budget.ts';
import type { Approval, RunState } from '../run/state.ts';

/** A site as the looks of the poller have left it. */
export interface SeenSite {
  readonly id: string;
  /** When a look last told anything, in epoch milliseconds; null when none has yet. */
  readonly seenAt: number | null;
  /** Looks in a row that told nothing. */
  readonly silences: number;
}

/** What one person's Home is made of. */
export interface HomeFacts {
  readonly user: string;
  readonly now: number;
  /** The newest runs that this person may see, newest first. */
  readonly runs: readonly RunState[];
  /** Open questions that this person may answer. */
  readonly questions: readonly { readonly state: RunState; readonly approval: Approval }[];
  /** Projects that this person may see, with their budgets; `answers` says whether they may decide on them. */
  readonly budgets: readonly {
    readonly project: string;
    readonly channel: string;
    readonly answers: boolean;
    readonly standing: Standing;
  }[];
  readonly sites: readonly SeenSite[];
  readonly quota: SeenQuota | null;
  /** Address of a run's thread, where it is known. */
  readonly links: ReadonlyMap<string, string>;
}
