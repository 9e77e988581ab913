/** What a kind of event has to say to the diary: words, or the reason why it says nothing. */
import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { Entry } from './entry.ts';

/** What a row has to say; the rest follows from the event and the state. */
export type Told = Pick<Entry, 'kind' | 'text'> & Partial<Pick<Entry, 'by' | 'figures' | 'message' | 'commit' | 'job' | 'topic' | 'about'>>;

/** Every reason for which an event of a run is told by no entry. There are no others. */
export const SILENT = {
  'place-of-talk': 'where the thread is says nothing about the work',
  'first-start': 'the first start of a step is told by what the step comes to',
  'same-step': 'a step that goes from one phase to the next is told by its question, its job or its end',
  'told-by-step': 'what was found or written is told by the end of its step',
  'told-with-change': 'the step goes back because of a change that was told just before',
  'same-job': 'another look at a job that goes on as before',
  'job-waits': 'a job that waits is told when it runs or ends',
  'look-in-vain': 'a look that told nothing is no news of the job',
  'told-by-examination': 'the end of a watched job is told once its log was read',
  'parts-go-on': 'parts of a watched job were read, nothing was wrong, and others go on',
  'in-session': 'one call of the agent among others is told by the answer that it led to',
  'told-by-question': 'the agent asks for an approval, and that question is told',
  'told-by-approval': 'a question was answered, and that approval is told',
} as const;
export type Silence = keyof typeof SILENT;

/** Words, at least one sentence, or a reason. */
export type Telling = readonly [Told, ...Told[]] | Silence;

export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
/** `after` is the state with the event, `before` the one without it; null where the run begins. */
export type Teller<T extends RunEvent['type']> = (event: EventOf<T>, before: RunState | null, after: RunState) => Telling;

/** Words joined to what they follow, where there are any. */
export function append(before: string, text: string): string {
  return text.trim() === '' ? '' : `${before}${text.trim()}`;
}
