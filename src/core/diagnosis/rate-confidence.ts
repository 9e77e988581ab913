import type { Candidate } from './candidates.ts';
import type { FailureClass, Weight } from './failure-class.ts';

/** What is known about an answer beside the line itself. */
export interface Circumstances {
  /** Claims left after what the job survived was dropped. */
  readonly candidates: readonly Candidate[];
  /** What the scheduler's word alone would say. */
  readonly byState: FailureClass | null;
  /** True where the scheduler or the exit code says that the job failed. */
  readonly endedBadly: boolean;
  /** Lines that mean something and follow the proving line. */
  readonly linesAfter: number;
}

const BASE: Readonly<Record<Weight, number>> = { decisive: 0.96, telling: 0.9, generic: 0.62, consequence: 0.5 };
const STRENGTH: Readonly<Record<Weight, number>> = { decisive: 3, telling: 2, generic: 1, consequence: 0 };
const EPISODE = 80;
// These say by their name that the program's own code is wrong; a ValueError or RuntimeError may be anything.
const OWN_FAULT = /^(?:Name|UnboundLocal|ZeroDivision|Index|Key|Recursion|Assertion|NotImplemented|Overflow)Error$/;

/** Other classes that claim something as strong near the proving line: each makes the answer less sure. */
function countRivals(chosen: Candidate, candidates: readonly Candidate[]): number {
  const rivals = candidates.filter(
    (one) =>
      one.failureClass !== chosen.failureClass &&
      one.index !== chosen.index &&
      Math.abs(one.index - chosen.index) <= EPISODE &&
      STRENGTH[one.weight] >= STRENGTH[chosen.weight],
  );
  return new Set(rivals.map((one) => one.failureClass)).size;
}

function rateGeneric({ raised }: Candidate): number {
  if (raised === null) return -0.1;
  const named = OWN_FAULT.test(raised.name) ? 0.16 : 0;
  const owner = raised.raisedIn === 'user' ? 0.1 : raised.raisedIn === 'library' ? -0.06 : 0;
  return named + owner;
}

/**
 * How sure an answer is, between 0.05 and 0.99: by the weight of the line, its place, what the scheduler says, and what else claims
 * to be the reason. The same arguments give the same number.
 */
export function rateConfidence(chosen: Candidate, { candidates, byState, endedBadly, linesAfter }: Circumstances): number {
  let sure = BASE[chosen.weight];
  if (chosen.weight === 'generic') sure += rateGeneric(chosen);
  else if (chosen.raised?.traced === true) sure += 0.02;
  if (byState !== null) sure += byState === chosen.failureClass ? 0.04 : -0.12;
  else if (endedBadly) sure += 0.01;
  sure -= Math.min(0.18, 0.06 * countRivals(chosen, candidates));
  if (linesAfter > 60) sure -= 0.04;
  return Math.round(Math.min(0.99, Math.max(0.05, sure)) * 1000) / 1000;
}
