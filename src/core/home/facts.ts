import type { SeenQuota } from '../kaggle/quota.ts';
import type { Standing } from '../ledger/budget.ts';
import type { Question } from '../run/questions.ts';
import type { RunState } from '../run/state.ts';

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
  /** What this person may answer, what waits longest first: nothing is pushed out by what is newer. */
  readonly questions: readonly { readonly state: RunState; readonly question: Question }[];
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
