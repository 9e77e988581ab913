/** Jobs that somebody else started. Pure. */
import { OWN_JOB } from '../run/choose-watched.ts';
import { formatDuration } from '../run/format.ts';
import type { WatchExamined, WatchItem } from '../run/watch-schema.ts';
import { describeOutcome, findHeld, isItemAlive } from '../run/watch.ts';
import type { Figure } from './entry.ts';
import { listTimes } from './tell-jobs.ts';
import type { Silence, Teller, Told } from './told.ts';
import { WATCHED_GPU_HOURS } from './used.ts';

/** Jobs that were seen to start. */
export const tellLooks: Teller<'watch.observed'> = ({ looks }, before, after) => {
  const find = (items: readonly WatchItem[] | undefined, token: string) => items?.find((one) => one.token === token);
  const silences = new Set<Silence>();
  const told = looks.flatMap(({ token, observation }): Told[] => {
    const [was, is] = [find(before?.watch?.items, token), find(after.watch?.items, token)];
    if (is === undefined || was === undefined) return [];
    if (was.startSeenAt === null && is.startSeenAt !== null)
      return [{ kind: 'run', job: is.jobId, text: `Job ${is.jobId} ${is.name} runs` }];
    if (observation.kind === 'no-information') silences.add('look-in-vain');
    else silences.add(isItemAlive(is) ? 'same-job' : 'told-by-examination');
    return [];
  });
  const [first, ...rest] = told;
  return first === undefined ? ([...silences][0] ?? 'same-job') : [first, ...rest];
};

/** Failures that the logs told of, and the end of a job once all of it was read. */
export const tellExamined: Teller<'watch.examined'> = ({ found }, before, after) => {
  const item = before?.watch?.items.find((one) => one.token === found.token);
  const failed = found.looked.flatMap(({ id, failure }): Told[] =>
    failure === null || item?.looked.includes(id) === true
      ? []
      : [
          {
            kind: 'failure',
            topic: failure.class,
            job: id,
            text: `Job ${id}: ${failure.title}${failure.evidence === null ? '' : ` (line ${failure.evidence.line}: ${failure.evidence.text.trim()})`}`,
          },
        ],
  );
  const [first, ...rest] = found.final && item !== undefined ? [...failed, tellOver(item, found, after.request.site)] : failed;
  return first === undefined ? 'parts-go-on' : [first, ...rest];
};

function tellOver(item: WatchItem, found: WatchExamined, site: string): Told {
  const { observation } = item;
  const { usage } = found;
  const ended = observation?.kind === 'ended' && observation.startedAt !== undefined && observation.endedAt !== undefined;
  const seconds = usage?.elapsedSeconds ?? (ended ? Math.max(0, ((observation.endedAt ?? 0) - (observation.startedAt ?? 0)) / 1000) : null);
  return {
    kind: 'run',
    topic: site,
    job: item.jobId,
    text: `Job ${item.jobId} ended${seconds === null ? '' : ` after ${formatDuration(seconds)}`}: ${describeOutcome(item)}`,
    figures: [...listTimes(seconds, 0, 'run time'), ...listHeld(item, found)],
  };
}

/** A job of ours that somebody watches besides is told of by its run. */
function listHeld({ name, shape }: WatchItem, found: WatchExamined): Figure[] {
  const held = OWN_JOB.test(name) ? null : findHeld(found, shape);
  return held === null || held.gpuSeconds === 0 ? [] : [{ name: WATCHED_GPU_HOURS, value: held.gpuSeconds / 3600, unit: 'GPU-h' }];
}
