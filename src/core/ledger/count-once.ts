/** A job that several threads watch is used once. Pure. */
import { baseOf } from '../jobs/cluster-job.ts';
import type { LedgerRow } from './row.ts';

/** Where a watched job ran and what it is called there: `123`, `123_4`. */
export interface WatchedJob {
  readonly place: string;
  readonly job: string;
}

/** Everything but what tells of the same watched job again, or of a part of one that is told of as a whole. The first telling counts. */
export function countOnce<T>(all: readonly T[], find: (one: T) => WatchedJob | null): T[] {
  const wholes = new Set(all.map(find).flatMap((one) => (one === null || baseOf(one.job) !== one.job ? [] : [keyOf(one)])));
  const seen = new Set<string>();
  return all.filter((one) => {
    const watched = find(one);
    if (watched === null) return true;
    const [key, base] = [keyOf(watched), baseOf(watched.job)];
    if (seen.has(key) || (base !== watched.job && wholes.has(keyOf({ ...watched, job: base })))) return false;
    seen.add(key);
    return true;
  });
}

function keyOf({ place, job }: WatchedJob): string {
  return `${place} ${job}`;
}

/** Rows as people count them. Whoever may not see one thread still sees the job by another: it is asked of rows that a person may see. */
export function countRows<R extends LedgerRow>(rows: readonly R[]): R[] {
  return countOnce(rows, ({ kind, about, job }) => (kind.startsWith('watched-') ? { place: `${about} ${kind}`, job } : null));
}
