/** Which entry to begin with: each ground that holds gives its points, and the sum decides. */
import type { Entry } from '../schema.ts';
import { isPreparation } from './entry-kind.ts';
import type { Candidate, Whole } from './grounds/ground.ts';
import { GROUNDS } from './grounds/grounds.ts';
import { WEIGHTS } from './grounds/weights.ts';

export type Ranking = Pick<Entry, 'score' | 'reasons'>;

/** The points of an entry, with the grounds that gave them, the weightiest first. */
export function rankCandidate(candidate: Candidate, whole: Whole): Ranking {
  const reasons = GROUNDS.flatMap(({ says, measure }) => {
    const points = measure(candidate, whole) * weightOf(says);
    return points === 0 ? [] : [{ says, points: roundPoints(points) }];
  });
  return sumUp(isPreparation(candidate.entry.kind) ? [...reasons, COMES_LAST] : reasons);
}

/** The one rule that is not learnt: whatever speaks for it, nobody begins and ends with a download. */
const COMES_LAST = { says: 'what only prepares or tests comes last', points: -20 };

/** The points of what nothing but that rule says anything about. */
export const LAST: Ranking = { score: COMES_LAST.points, reasons: [COMES_LAST] };

/** So many points can the arguments of an entry add at most. */
export const MOST_FOR_ARGUMENTS = weightOf('its steps or epochs can be set');

/** Best first; of equals that whose name comes first. */
export function compareEntries(a: Pick<Entry, 'score' | 'file'>, b: Pick<Entry, 'score' | 'file'>): number {
  return b.score - a.score || (a.file < b.file ? -1 : 1);
}

function sumUp(reasons: NonNullable<Entry['reasons']>): Ranking {
  const sorted = reasons.toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return { score: roundPoints(sorted.reduce((sum, { points }) => sum + points, 0)), reasons: sorted };
}

function weightOf(says: string): number {
  const weight = WEIGHTS[says];
  if (weight === undefined) throw new Error(`no weight for the ground "${says}": run test/live/repo-map/fit.ts --write`);
  return weight;
}

function roundPoints(points: number): number {
  return Math.round(points * 1000) / 1000;
}
