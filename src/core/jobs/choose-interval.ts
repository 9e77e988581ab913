/** How long to leave a cluster alone between two looks. Pure. */
import type { Observation } from './job.ts';

export interface LookFacts {
  /** The site's own floor, in seconds. */
  readonly seconds: number;
  /** Looks in a row that told nothing. */
  readonly failures: number;
  readonly observations: readonly Observation[];
  /** Seconds that the logs say are left, as far as they do. */
  readonly etas: readonly number[];
  /** Epoch milliseconds. */
  readonly now: number;
  /** Between 0 and 1: spreads the looks of many bots by up to a fifth. */
  readonly jitter: number;
}

const YOUNG_MS = 10 * 60_000;
/** Looks that are skipped at most, as a multiple of the floor. */
const WAITING = 5;
const STEADY = 2;
const SILENT = 15;

/**
 * Seconds until the next look: the floor while something is about to change, twice that while jobs run steadily, five times while all of
 * them wait, and ever longer while the cluster does not answer. Never below the floor.
 */
export function chooseInterval(facts: LookFacts): number {
  const { seconds, failures } = facts;
  const factor = failures > 0 ? Math.min(SILENT, 2 ** Math.min(failures - 1, 10)) : chooseFactor(facts);
  return seconds * factor * (factor === 1 ? 1 : 0.9 + 0.2 * Math.min(1, Math.max(0, facts.jitter)));
}

function chooseFactor({ seconds, observations, etas, now }: LookFacts): number {
  const soon = Math.max(YOUNG_MS, WAITING * seconds * 1000);
  if (etas.some((left) => left * 1000 < soon)) return 1;
  if (observations.some((one) => isRestless(one, now, soon))) return 1;
  const waits = observations.every((one) => one.kind === 'active' && (one.state === 'pending' || one.state === 'held'));
  return waits && observations.length > 0 ? WAITING : STEADY;
}

/** Something is about to change, or has just changed. */
function isRestless(observation: Observation, now: number, soon: number): boolean {
  if (observation.kind !== 'active') return observation.kind !== 'ended';
  const { state, startEstimate, startedAt, limitAt } = observation;
  if (state === 'starting' || state === 'completing') return true;
  if (state === 'pending') return startEstimate !== undefined && startEstimate - now < soon;
  return (startedAt !== undefined && now - startedAt < YOUNG_MS) || (limitAt !== undefined && limitAt - now < soon);
}
