import type { RunEvent } from './events.ts';

export type RefusalCode =
  | 'unknown-run'
  | 'exists'
  | 'stale'
  | 'finished'
  | 'nothing-to-approve'
  | 'already-settled'
  | 'changed'
  | 'expired'
  | 'over-budget'
  | 'nothing-to-resume'
  | 'bad-state'
  | 'busy';

/** What became of a command: facts to append (perhaps none), or a reason that can be shown to the person who sent it. */
export type Decision =
  | { readonly events: readonly RunEvent[]; readonly refusal?: undefined }
  | { readonly refusal: { readonly code: RefusalCode; readonly message: string }; readonly events?: undefined };

export function refuse(code: RefusalCode, message: string): Decision {
  return { refusal: { code, message } };
}
