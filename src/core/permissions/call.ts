import type { Field } from './expand.ts';
import type { ReadDepth } from './file-access.ts';
import type { Zone } from './paths.ts';
import type { Policy, Where } from './policy.ts';
import type { Effect, Verdict } from './verdict.ts';

/** What flows out of a part into the next one or into a substitution, as far as it matters for judging that. */
export interface Flow {
  /**
   * `inside`: names found in the run's folders. `text`: known words. `jobs`: what a scheduler lists. `files`: contents of files.
   * `network`: what was fetched. `secrets`: the environment. `number`: digits, dates. `names`: the account, the folder.
   */
  readonly kind: 'none' | 'other' | 'inside' | 'text' | 'jobs' | 'files' | 'network' | 'secrets' | 'number';
  /** The text itself where it is known. */
  readonly text?: string;
}

export const NO_FLOW: Flow = { kind: 'none' };
export const OTHER_FLOW: Flow = { kind: 'other' };

/** What may be changed for a command that another one starts. */
export interface Change {
  readonly where?: Where;
  readonly stdin?: Flow;
  readonly cwds?: readonly string[] | null;
  /** It runs in this shell and may change its folder and variables. */
  readonly sameShell?: boolean;
}

/** One program about to be started with its words; the rules of src/core/permissions/programs judge it. */
export interface Call {
  readonly name: string;
  readonly args: readonly Field[];
  readonly stdin: Flow;
  readonly where: Where;
  readonly policy: Policy;
  readonly cwds: readonly string[] | null;
  /** Variables whose values its words show. */
  readonly shown: ReadonlySet<string>;
  /** What the substitutions in its words print. */
  readonly substituted: ReadonlySet<Flow['kind']>;
  /** Here-documents and here-strings that feed it. */
  readonly input: string | null;
  /** Says that this part only looks; asks instead where the site does not list it. */
  look: (why: string) => void;
  say: (verdict: Exclude<Verdict, 'allow'>, why: string, effect: Effect) => void;
  /** Judges another command that this one starts, given as words. */
  start: (words: readonly Field[], change?: Change) => Flow;
  /** Judges a text that a shell would run. */
  script: (source: string, change?: Change) => Flow;
  /** What a path may be, for each folder the command may be in. */
  zones: (path: string) => Zone[];
  /** Asks or refuses where a file may not be read unasked. */
  read: (path: string, depth: ReadDepth) => void;
  /** Asks or refuses because a file changes. */
  write: (path: string, what: string) => void;
  /** Refuses what the words name that must not be touched by any program. */
  guard: (words: readonly Field[]) => void;
  /** Looks for what is refused in code of another language. */
  scan: (code: string) => void;
  setFolder: (folder: string | null) => void;
  setVariable: (name: string, value: string | null) => void;
  /** Judges a variable that only a started program sees. */
  noteVariable: (name: string, value: string | null) => void;
  /** Forgets the words that the shell was given. */
  forgetWords: () => void;
}

/** Judges a call and tells what it prints. */
export type Rule = (call: Call) => Flow;
export type Rules = Readonly<Record<string, Rule>>;
