/** What several hand-overs hold. Limits keep a hand-over readable; whoever needs more has not decided yet. */
import { z } from 'zod';

/** Words for people, never read by code. Longer than what an agent may write, because marks of the audit are set into them. */
export const Words = z.string().trim().min(3).max(4000);

export const Summary = Words.describe('at most three lines for the people in the thread: what you hand over and what they should look at');

export const Name = z.string().trim().min(1).max(120);

export const FileName = z
  .string()
  .max(200)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\w][\w ./-]*\.\w{1,10}$/, 'is a file name without .. and without a leading /');

/** What is wrong with a hand-over, and where in it. */
export interface Fault {
  readonly at: string;
  readonly message: string;
}

/** What the project fixed, and stages before have settled: a hand-over keeps to it. */
export interface Bounds {
  /** The part that is worked on: a feature, or `meta`. */
  readonly part: string;
  readonly features: readonly string[];
  /** Rows between what is known and what is predicted, as the requirements say. */
  readonly horizon: number;
  /** The first day of the test; null where the project names none. */
  readonly testFrom: string | null;
  /** Files that the project’s data consist of. */
  readonly data: readonly string[];
  /** Files that the evaluator reads. */
  readonly outputs: readonly string[];
  readonly mostTrials: number;
  /** Of one run, as a person allowed. */
  readonly minutes: number;
}

/** Values that stand in a list twice. */
export function listTwice(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** The faults as a model or a person reads them. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults.map(({ at, message }) => `${at}: ${message}`).join('\n');
}
