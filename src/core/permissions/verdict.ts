/** `allow` runs unasked, `ask` waits for a person, `refuse` is not even asked. The worst part decides. */
export type Verdict = 'allow' | 'ask' | 'refuse';

/** What a part would do, for the question that is put to a person. */
export type Effect =
  | 'changes files'
  | 'deletes files'
  | 'reads elsewhere'
  | 'uses the network'
  | 'sends data away'
  | 'uses the allocation'
  | 'cancels jobs'
  | 'installs packages'
  | 'runs other code'
  | 'stops processes'
  | 'stays running'
  | 'shows secrets'
  | 'changes the shell'
  | 'loads the machine'
  | 'changes settings'
  | 'is not understood';

/** What one part of a command line was found to be. */
export interface Finding {
  readonly verdict: Verdict;
  /** The part as people read it. */
  readonly part: string;
  readonly why: string;
  readonly effect: Effect | null;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Plain sentences, each naming its part; the worst first. */
  readonly reasons: readonly string[];
  readonly findings: readonly Finding[];
  /** Files that it reads by name on the strength of lying in a folder of the run; whoever runs it follows the links first. */
  readonly reads: readonly string[];
}

const RANK: Readonly<Record<Verdict, number>> = { allow: 0, ask: 1, refuse: 2 };

/** The stricter of two. */
export function worse(a: Verdict, b: Verdict): Verdict {
  return RANK[a] >= RANK[b] ? a : b;
}

/** Compares by strictness, the strictest first. */
export function compareVerdicts(a: Verdict, b: Verdict): number {
  return RANK[b] - RANK[a];
}
