/** Which entry to begin with: each ground that holds gives its points, and the sum decides. */
import { joinPath, linesOf, type RepoFile } from '../input.ts';
import type { Entry } from '../schema.ts';
import type { Candidate, Whole } from './grounds/ground.ts';
import { GROUNDS, IS_LISTED } from './grounds/grounds.ts';
import { WEIGHTS } from './grounds/weights.ts';

export type Ranking = Pick<Entry, 'score' | 'reasons'>;

/** The points of an entry, with the grounds that gave them, the weightiest first. */
export function rankCandidate(candidate: Candidate, whole: Whole): Ranking {
  const reasons = GROUNDS.flatMap(({ says, measure }) => {
    const points = measure(candidate, whole) * weightOf(says);
    return points === 0 ? [] : [{ says, points: roundPoints(points) }];
  });
  return sumUp(reasons);
}

/** So many points can the arguments of an entry add at most. */
export const MOST_FOR_ARGUMENTS = weightOf('its steps or epochs can be set');

/** Best first; of equals that whose name comes first. */
export function compareEntries(a: Pick<Entry, 'score' | 'file'>, b: Pick<Entry, 'score' | 'file'>): number {
  return b.score - a.score || (a.file < b.file ? -1 : 1);
}

/** One or two notebooks beside a program show it; more are the work itself. */
const LISTED_NOTEBOOKS = 3;

/** A README that tells no command and lists notebooks, as books and courses do, names what to start all the same. */
export function raiseListedNotebooks(entries: readonly Entry[], files: readonly RepoFile[]): Entry[] {
  const readme = files.find((file) => file.text !== null && /^readme[^/]*$/i.test(file.path));
  if (entries.some((entry) => entry.evidence[0]?.file === readme?.path)) return [...entries];
  const targets = linesOf(readme?.text ?? '').flatMap((line) =>
    [...line.matchAll(/\]\(([\w./%-]{1,200}\.ipynb)/g)].map((match) => joinPath(match[1] ?? '')),
  );
  const listed = new Set(targets);
  const isListed = (entry: Entry) => entry.launcher === 'notebook' && listed.has(entry.file);
  if (entries.filter(isListed).length < LISTED_NOTEBOOKS) return [...entries];
  return entries.map((entry) => (isListed(entry) ? addReason(entry, IS_LISTED) : entry));
}

function addReason(entry: Entry, says: string): Entry {
  return { ...entry, ...sumUp([...(entry.reasons ?? []), { says, points: weightOf(says) }]) };
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
