import type { Failure, Remedy } from '../failure.ts';

/**
 * How much a matching line proves.
 * - `decisive`: nothing else prints it; it wins over anything beside it.
 * - `telling`: a good reason by itself.
 * - `generic`: an exception that says little; used when nothing better is there.
 * - `consequence`: usually follows from something else; used last.
 */
export type Weight = 'decisive' | 'telling' | 'generic' | 'consequence';

export interface Pattern {
  /** Searched in one prepared line. Named groups become the failure's facts. */
  readonly regex: RegExp;
  /** `telling` unless told. */
  readonly weight?: Weight;
  /** The line must not match this one. */
  readonly not?: RegExp;
  /** One of the lines just above or below must match this one. */
  readonly near?: RegExp;
  /** Only where the exception was raised in a library, or in the program's own code. */
  readonly raisedIn?: 'library' | 'user';
  /** Only on the line that ends a printed traceback. */
  readonly terminal?: boolean;
}

export type Facts = Readonly<Record<string, string>>;

export interface FailureClass {
  readonly id: string;
  readonly title: string;
  readonly fault: Failure['fault'];
  readonly route: Failure['route'];
  /** First match wins within a line, so put the strongest first. */
  readonly patterns: readonly Pattern[];
  /** Scheduler states that say this by themselves. */
  readonly schedulerStates?: readonly string[];
  /** Signals that, with nothing else known, speak for this class. */
  readonly signals?: readonly number[];
  readonly remedy: (facts: Facts) => Remedy | null;
  /** One sentence for a person. */
  readonly explain: (facts: Facts) => string;
  /** Short logs of this class, with the 1-based line that proves it. */
  readonly examples: readonly { readonly text: string; readonly line: number; readonly facts?: Facts }[];
  /** Short logs that look alike and are not of this class. */
  readonly nearMisses: readonly string[];
}

/** Declares a failure class; src/failures holds one a file, named by its id. */
export function defineFailure(failureClass: FailureClass): FailureClass {
  return failureClass;
}
