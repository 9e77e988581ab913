import type { JobOutcome, Observation } from '../../core/jobs/job.ts';
import { readState } from '../../core/jobs/states.ts';
import type { JobReport } from '../../ports.ts';
import { REQUEUE_GRACE, SILENCE } from './decide.ts';
import { readExit, type PartRows, type QueryStatus } from './parse.ts';

/** Everything one look told about the parts of one job. */
export interface PartsEvidence {
  readonly queueStatus: QueryStatus;
  readonly accountingStatus: QueryStatus | undefined;
  readonly rows: PartRows;
  /** How many parts there are, where somebody has counted before. */
  readonly size: number | null;
  /** How long none of them has been seen as active without a break. */
  readonly inactiveMs: number;
}

type Parts = NonNullable<JobReport['parts']>;

const NO_ROWS: PartRows = { asked: false, queue: [], ended: [], bad: [], rest: null };
/** The accounting hears of an ending later than the queue does. */
const ACCOUNTING_LAG = 120_000;

export function findRows(parts: ReadonlyMap<string, PartRows>, key: string): PartRows {
  return parts.get(key) ?? NO_ROWS;
}

/** True when the queue shows a part that is not over. */
export function hasActive(rows: PartRows): boolean {
  return rows.queue.some((row) => readState(row.state, row.reason).kind === 'active');
}

/** The verdict of one look at an array or a heterogeneous job. Pure. As for single jobs: absence alone is never an ending. */
export function decideParts(evidence: PartsEvidence): { observation: Observation; parts?: Parts } {
  const { queueStatus, rows } = evidence;
  if (queueStatus.status === 'failed') return { observation: { kind: 'no-information', why: queueStatus.why } };
  const active = countActive(rows);
  const over = countOver(
    evidence,
    active.reduce((sum, one) => sum + one.count, 0),
  );
  const parts = { active, over };
  if (active.length > 0) return { observation: describeActive(rows, active), parts };
  return { observation: decideEnd(evidence, over), parts };
}

function countActive(rows: PartRows): Parts['active'] {
  const counts = new Map<string, Parts['active'][number]>();
  for (const { state, reason, count } of rows.queue) {
    const meaning = readState(state, reason);
    if (meaning.kind !== 'active') continue;
    const why = meaning.state === 'pending' || meaning.state === 'held' ? reason : '';
    const key = `${meaning.state} ${why}`;
    counts.set(key, { state: meaning.state, reason: why, count: count + (counts.get(key)?.count ?? 0) });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.state < b.state ? -1 : 1));
}

/** What the accounting counted, or, where a cluster has none, what the queue still shows. */
function countOver({ accountingStatus, rows, size }: PartsEvidence, active: number): Parts['over'] {
  if (!rows.asked || accountingStatus === undefined || accountingStatus.status === 'failed') return null;
  const source = accountingStatus.status === 'off' ? rows.queue.map((row) => ({ ...row, seconds: 0 })) : rows.ended;
  const counts = new Map<JobOutcome, { count: number; seconds: number }>();
  const add = (state: string, count: number, seconds: number): void => {
    const meaning = readState(state);
    if (meaning.kind !== 'ended' || count <= 0) return;
    const known = counts.get(meaning.outcome) ?? { count: 0, seconds: 0 };
    counts.set(meaning.outcome, { count: known.count + count, seconds: known.seconds + seconds });
  };
  for (const { state, count, seconds } of source) add(state, count, seconds);
  const counted = [...counts.values()].reduce((sum, one) => sum + one.count, 0);
  if (rows.rest !== null && size !== null) add(rows.rest, size - active - counted, 0);
  const ended = [...counts]
    .map(([outcome, sums]) => ({ outcome, ...sums }))
    .sort((a, b) => b.count - a.count || (a.outcome < b.outcome ? -1 : 1));
  const bad = rows.bad.flatMap(({ id, state, exit }) => {
    const meaning = readState(state);
    return meaning.kind === 'ended' ? [{ id, outcome: meaning.outcome, ...readExit(exit) }] : [];
  });
  return { ended, bad };
}

function describeActive(rows: PartRows, active: Parts['active']): Observation {
  const running = active.find((one) => one.state === 'running') ?? active[0];
  const state = running?.state ?? 'pending';
  const own = rows.queue.filter((row) => {
    const meaning = readState(row.state, row.reason);
    return meaning.kind === 'active' && meaning.state === state;
  });
  const starts = own.map((row) => row.startAt ?? Number.POSITIVE_INFINITY);
  const ends = own.map((row) => row.endAt ?? 0);
  const start = Math.min(...starts);
  const end = Math.max(...ends);
  const waits = state === 'pending' || state === 'held';
  return {
    kind: 'active',
    state,
    schedulerState: own[0]?.state ?? '',
    ...(running === undefined || running.reason === '' || running.reason === 'None' ? {} : { reason: running.reason }),
    ...(Number.isFinite(start) ? (waits ? { startEstimate: start } : { startedAt: start }) : {}),
    ...(!waits && end > 0 ? { limitAt: end } : {}),
  };
}

function decideEnd({ accountingStatus, rows, size, inactiveMs }: PartsEvidence, over: Parts['over']): Observation {
  const count = over?.ended.reduce((sum, one) => sum + one.count, 0) ?? 0;
  if (over === null || count === 0) {
    if (inactiveMs >= SILENCE && accountingStatus?.status !== 'failed') return describeEnd('lost', 'silence');
    const why = accountingStatus?.status === 'failed' ? `; ${accountingStatus.why}` : '';
    return { kind: 'missing', why: `gone from the queue, and nothing proves an ending yet${why}` };
  }
  const interrupted = [...rows.ended, ...rows.queue].some(({ state }) => {
    const meaning = readState(state);
    return meaning.kind === 'ended' && meaning.interrupted;
  });
  if (interrupted && inactiveMs < REQUEUE_GRACE)
    return { kind: 'missing', why: 'some were interrupted: the scheduler may start them again' };
  if (size !== null && count < size && inactiveMs < ACCOUNTING_LAG)
    return { kind: 'missing', why: 'all are gone from the queue; the accounting does not know the end of all of them yet' };
  // What went wrong by itself says more than what somebody cancelled.
  const failed = over.ended.find((one) => one.outcome !== 'completed' && one.outcome !== 'cancelled');
  const bad = failed ?? over.ended.find((one) => one.outcome === 'cancelled');
  return describeEnd(bad?.outcome ?? 'completed', 'accounting');
}

function describeEnd(outcome: JobOutcome, evidence: 'accounting' | 'silence'): Observation {
  return { kind: 'ended', outcome, exitCode: outcome === 'completed' ? 0 : null, signal: null, evidence, schedulerState: outcome };
}
