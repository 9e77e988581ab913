/** What was measured over time, read from the entries of the diary. Pure. */
import type { Entry } from '../diary/entry.ts';
import { groupBy } from '../group-by.ts';

export interface Point {
  readonly value: number;
  readonly entry: Entry;
}

/** One measure of one piece of work, oldest first. */
export interface Series {
  readonly about: string;
  readonly name: string;
  readonly points: readonly [Point, ...Point[]];
}

const COUNTS = new Set(['steps', 'files', 'packages', 'pins']);
const LOWER_IS_BETTER = /loss|err|mae|mse|perplexity|ppl|wer\b|nll|time/i;

/** Every measure of results that has at least one value. */
export function listSeries(entries: readonly Entry[]): Series[] {
  const points = entries
    .filter(({ kind }) => kind === 'result')
    .flatMap((entry) =>
      entry.figures
        .filter(({ name, unit }) => unit === '' && !COUNTS.has(name) && !name.endsWith(' change'))
        .map(({ name, value }) => ({ name, value, entry })),
    )
    .filter(({ value }) => Number.isFinite(value));
  return groupBy(points, ({ name, entry }) => `${entry.about}\n${name}`).map(({ items }) => ({
    about: items[0].entry.about,
    name: items[0].name,
    points: items.map(({ value, entry }): Point => ({ value, entry })) as unknown as Series['points'],
  }));
}

/** True where the second value is better than the first. */
export function isBetter(name: string, before: number, after: number): boolean {
  return LOWER_IS_BETTER.test(name) ? after < before : after > before;
}

/** The last point that was better than all before it; the first where none was. */
export function findLastBest({ name, points }: Series): Point {
  let best = points[0];
  for (const point of points) if (isBetter(name, best.value, point.value)) best = point;
  return best;
}
