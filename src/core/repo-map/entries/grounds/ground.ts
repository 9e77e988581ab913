/** What speaks for and against an entry being the one to begin with: the shape of a single ground, and what it may look at. */
import type { WrittenCommand } from '../../commands/commands.ts';
import type { Entry } from '../../schema.ts';

/** An entry as it is ranked: what is known of it alone. */
export interface Candidate {
  readonly entry: Pick<Entry, 'file' | 'kind' | 'launcher' | 'argv' | 'arguments'>;
  /** The command that starts it; undefined where nobody wrote one. */
  readonly command: WrittenCommand | undefined;
  /** How many commands name the file. */
  readonly mentions: number;
  /** True when what it reaches trains a model. */
  readonly trains: boolean;
  /** True when it has a guard for being started. */
  readonly isGuarded: boolean;
  /** True when the README of the repository or of its folder speaks of it. */
  readonly isNamed: boolean;
  /** True for one of several notebooks that the main README lists and beside which it tells no command. */
  readonly isListed: boolean;
  /** True when it lies among the modules of a package. */
  readonly isPackaged: boolean;
  /** True when its name holds a word of the repository's own name or title. */
  readonly isNamesake: boolean;
  /** True when a folder that it lies in has a licence of its own, as a copied project has. */
  readonly isForeign: boolean;
  /** How many other folders the root's README speaks of before that of the command's README; null where it speaks of none or not of this one. */
  readonly toldAs: number | null;
}

/** What all entries look like together. */
export interface Whole {
  /** True where the main README shows a command that does more than fetch or prepare. */
  readonly shows: boolean;
  /** True where the main README shows a command that trains. */
  readonly trains: boolean;
  /** Place of the first training command among those of the main README; null without one. */
  readonly firstTraining: number | null;
  /** True where some document shows a command at all. */
  readonly isTold: boolean;
  /** Most commands that name one file. */
  readonly mostMentions: number;
}

export interface Ground {
  /** As a person reads it, of the entry: "it trains". It is also the name under which its weight is kept. */
  readonly says: string;
  /** How far it holds, from 0 (not at all) to 1. */
  readonly measure: (candidate: Candidate, whole: Whole) => number;
}

/** A ground that holds or does not. */
export function whether(says: string, holds: (candidate: Candidate, whole: Whole) => boolean): Ground {
  return { says, measure: (candidate, whole) => Number(holds(candidate, whole)) };
}
