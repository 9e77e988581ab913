/** What a thread should show, without saying how Slack or a terminal draws it. */
import type { Chart } from '../charts/schema.ts';

export interface Span {
  readonly text: string;
  readonly style?: 'bold' | 'code' | 'strike';
  /** A person; `text` stands in where names cannot be shown. */
  readonly user?: string;
  /** Epoch milliseconds, shown as a clock time in the reader's own zone; `text` is the fallback. */
  readonly time?: number;
  /** Address of a thread, as Slack itself gave it. */
  readonly link?: string;
  /** A channel by its id; `text` stands in where names cannot be shown. */
  readonly channel?: string;
}

export type Line = string | readonly Span[];

export type StepMark = 'done' | 'running' | 'waiting' | 'todo' | 'failed';

export interface Button {
  readonly action:
    | 'approve'
    | 'allow-run'
    | 'allow-always'
    | 'edit'
    | 'reject'
    | 'show'
    | 'look'
    | 'cancel'
    | 'resume'
    | 'login'
    | 'adopt'
    | 'budget-day'
    | 'budget-span'
    | 'budget-stop';
  readonly label: string;
  readonly style?: 'primary' | 'danger';
  /** Read back by the handler: everything that binds the press to one question. */
  readonly value: string;
  /** Asked before the press counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly ok: string };
}

export type Part =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly lines: readonly Line[] }
  | { readonly kind: 'quiet'; readonly lines: readonly Line[] }
  | { readonly kind: 'steps'; readonly items: readonly { readonly label: string; readonly mark: StepMark; readonly detail: string }[] }
  | { readonly kind: 'fields'; readonly items: readonly { readonly name: string; readonly value: string }[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'bar'; readonly fraction: number; readonly label: string }
  /** One that is not final is made anew only now and then. Its name is its own within the slot. */
  | { readonly kind: 'picture'; readonly name: string; readonly chart: Chart; readonly isFinal: boolean }
  | { readonly kind: 'buttons'; readonly items: readonly Button[] };

/** One message of a thread. The reconciler posts it once and edits it ever after. */
export interface Slot {
  /** `status`, `map`, `approval:3`, `failure:2`, `result:1`. */
  readonly name: string;
  readonly place: 'root' | 'reply';
  /** People who must look; they are mentioned when the message is first posted. */
  readonly mention: readonly string[];
  /** A full sentence for notifications and screen readers. */
  readonly summary: string;
  readonly parts: readonly Part[];
  /** Files of the run's record to hang below the message, by their path there. */
  readonly files: readonly { readonly path: string; readonly title: string }[];
}
