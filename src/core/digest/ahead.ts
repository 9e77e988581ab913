/** What goes on overnight without anybody, by the states of the runs. Pure. */
import type { Observation } from '../jobs/job.ts';
import type { Progress } from '../progress/schema.ts';
import { findCurrentStep, findLastJob, isJobAlive, type RunState } from '../run/state.ts';
import { describePosition } from '../run/view/job.ts';
import { nameRun } from '../run/view/name.ts';
import { isItemAlive } from '../run/watch.ts';
import { nameState, readClock, readState, say } from './pieces.ts';
import type { DigestLine, Piece } from './schema.ts';

const MOST_LINES = 6;

/** A line for each job that waits or runs, with when it will be done as far as its log tells. */
export function listAhead(states: readonly RunState[]): DigestLine[] {
  const lines = states.filter((state) => state.verdict === null).flatMap(describeState);
  const left = lines.slice(MOST_LINES);
  if (left.length === 0) return lines;
  const from = left.map((line) => line[0]?.from[0] ?? '');
  return [...lines.slice(0, MOST_LINES), [{ text: `and ${left.length} more`, how: 'count', from }]];
}

function describeState(state: RunState): DigestLine[] {
  if (state.watch !== null)
    return state.watch.items.filter(isItemAlive).map((item) => describeJob(state, item, item.name === '' ? item.jobId : item.name, null));
  const job = findLastJob(state);
  if (isJobAlive(job) && findCurrentStep(state)?.phase === 'watch')
    return [describeJob(state, job, null, job.spec.resources.timeLimitSeconds)];
  const retry = state.failures.at(-1)?.retry;
  return findCurrentStep(state)?.phase === 'retry' && retry !== undefined
    ? [[...head(state, null), readState(state, 'tries again'), say(' '), readClock(state, retry.until)]]
    : [];
}

interface Seen {
  readonly observation: Observation | null;
  readonly observedAt: number | null;
  readonly progress: Progress | null;
  readonly progressAt?: number | null | undefined;
}

function describeJob(state: RunState, job: Seen, name: string | null, limitSeconds: number | null): DigestLine {
  const { observation, progress } = job;
  if (observation?.kind === 'no-information') return [...head(state, name), readState(state, 'no news from the cluster')];
  if (observation?.kind !== 'active' || observation.state === 'pending' || observation.state === 'held') {
    const start = observation?.kind === 'active' ? observation.startEstimate : undefined;
    return [
      ...head(state, name),
      say('waits in the queue'),
      ...(start === undefined ? [] : [say(', start guessed '), readClock(state, start)]),
    ];
  }
  const position = progress === null ? '' : describePosition(progress);
  return [
    ...head(state, name),
    say('runs'),
    ...(position === '' ? [] : [say(', '), readState(state, position)]),
    ...describeEnd(state, job, limitSeconds),
  ];
}

/** When it will be done, or when the clock stops it if that is earlier. */
function describeEnd(state: RunState, { observation, progress, observedAt, progressAt }: Seen, limitSeconds: number | null): Piece[] {
  const readAt = progressAt ?? observedAt;
  const startedAt = observation?.kind === 'active' ? observation.startedAt : undefined;
  const limitAt = observation?.kind === 'active' ? observation.limitAt : undefined;
  const limit = limitAt ?? (startedAt === undefined || limitSeconds === null ? null : startedAt + limitSeconds * 1000);
  if (progress?.eta === null || progress === null || readAt === null)
    return limit === null ? [] : [say(', stopped by the clock at the latest '), readClock(state, limit)];
  const end = readAt + progress.eta.likely * 1000;
  return limit !== null && limit < end
    ? [say(', its time limit stops it '), readClock(state, limit)]
    : [say(', done near '), readClock(state, end)];
}

function head(state: RunState, name: string | null): Piece[] {
  return [nameState(state, name ?? nameRun(state)), readState(state, ` on ${state.request.site} `)];
}
