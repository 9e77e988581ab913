/** What entries tell of hours that machines worked, each under a name of its own, so that nothing is added to what it is not. */
import { countOnce } from '../ledger/count-once.ts';
import type { Entry } from './entry.ts';

/** Of jobs that Reprobot started. */
export const GPU_HOURS = 'GPU hours';
/** Of sessions with a GPU or TPU, which the account's week counts. */
export const KAGGLE_HOURS = 'Kaggle hours';
/** Of jobs that somebody else started. */
export const WATCHED_GPU_HOURS = 'GPU hours of watched jobs';
export const HOURS: readonly string[] = [GPU_HOURS, KAGGLE_HOURS, WATCHED_GPU_HOURS];

/** Whether an entry tells of such hours. */
export function tellsHours({ figures }: Entry): boolean {
  return figures.some(({ name }) => HOURS.includes(name));
}

/** Entries without the end of a watched job that another thread has told of. */
export function countUses(entries: readonly Entry[]): Entry[] {
  return countOnce(entries, ({ source, kind, topic, job }) =>
    source.event === 'watch.examined' && kind === 'run' && job !== null ? { place: topic, job } : null,
  );
}
