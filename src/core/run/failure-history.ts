/** What runs tell of failures that come again, and what the journal says of one when it happens. Pure. */
import type { FailureHistory, Sighting } from '../failure-history.ts';
import type { Failure } from '../failure.ts';
import { compareAttempts, readFacts } from './compare-attempts.ts';
import type { RunState } from './state.ts';

const MOST_RUNS = 5;

/** What a run tells the index: one sighting for each failure that has an identity. */
export function listSightings(state: RunState): Sighting[] {
  const { channel, by } = state.request;
  const last = new Map(
    state.failures.flatMap((item) => (item.failure.fingerprint === undefined ? [] : [[item.failure.fingerprint, item]])),
  );
  return [...last].map(([fingerprint, item]) => ({
    fingerprint,
    runId: state.id,
    channel,
    by,
    at: item.at,
    count: state.failures.filter(({ failure }) => failure.fingerprint === fingerprint).length,
    fixedBy: describeFix(state, item),
  }));
}

/** What lies between a failed attempt and the good one after it; null where there is none yet. */
export function describeFix(state: RunState, { step: name, attempt }: RunState['failures'][number]): string | null {
  const step = state.steps.find((item) => item.name === name);
  if (step?.status !== 'done' || step.attempt <= attempt) return null;
  const moves = state.failures.filter((item) => item.step === name && item.attempt >= attempt && item.next !== '').map((item) => item.next);
  const failed = state.jobs.findLast((job) => job.attempt === attempt);
  const good = state.jobs.findLast((job) => job.attempt === step.attempt);
  const changes =
    name !== 'sample-run' || failed === undefined || good === undefined
      ? []
      : compareAttempts(readFacts(state, failed), readFacts(state, good)).filter(({ what }) => what !== 'time');
  // What a move said already is not said again as the difference that it made.
  const others = changes.map(({ text }) => text).filter((text) => !moves.some((move) => text.startsWith(move)));
  const parts = [...new Set([...moves, ...others])];
  return parts.length === 0 ? 'the same again' : parts.join('; ');
}

/** Names the repository in one channel: runs under one name are compared with each other, others never. A watch has none and is alone. */
export function nameProject({ id, request: { channel, repo } }: RunState): string {
  if (repo === null) return [channel, id].join(' ');
  const url = repo.url.replace(/\/+$/, '').replace(/\.git$/, '');
  return [channel, url, repo.subfolder].join(' ');
}

/** Whether a later failure of the same project may be compared with this run. */
export function isGood(state: RunState): boolean {
  return state.verdict?.as === 'READY';
}

/**
 * What is known of a failure that a run has just met: earlier sightings, and what is different from the last good run. Of other
 * channels it takes numbers only.
 */
export function describeHistory(state: RunState, failure: Failure, sightings: readonly Sighting[], good: RunState | null): FailureHistory {
  const { fingerprint } = failure;
  const own = fingerprint === undefined ? 0 : state.failures.filter((item) => item.failure.fingerprint === fingerprint).length;
  const others = sightings.filter((item) => item.runId !== state.id).toSorted((a, b) => b.at - a.at);
  const here = others.filter((item) => item.channel === state.request.channel);
  const fixed = here.find((item) => item.fixedBy !== null);
  return {
    seen: own + others.reduce((sum, item) => sum + item.count, 0),
    runs: here.slice(0, MOST_RUNS).map(({ runId, by, at }) => ({ runId, by, at })),
    elsewhere: others.length - here.length,
    fixed: fixed === undefined ? null : { runId: fixed.runId, how: fixed.fixedBy ?? '' },
    since:
      good === null || good.id === state.id
        ? null
        : { runId: good.id, at: good.finishedAt ?? good.updatedAt, changes: compareAttempts(readFacts(good), readFacts(state)) },
  };
}
