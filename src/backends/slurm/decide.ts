import type { JobOutcome, Observation } from '../../core/jobs/job.ts';
import { readState, type StateMeaning } from '../../core/jobs/states.ts';
import { readOutcome, type ExitRecord } from '../shared/exit-record.ts';
import type { JobFiles } from '../shared/look.ts';
import type { AccountingRow, QueryStatus, QueueRow } from './parse.ts';

/** Everything one look told about one job. */
export interface Evidence {
  readonly jobId: string;
  readonly submittedAt: number;
  /** The host's clock. */
  readonly now: number;
  /** How long the job has been seen as not active without a break; 0 at the first such look. */
  readonly inactiveMs: number;
  readonly queueStatus: QueryStatus;
  readonly queueRow: QueueRow | undefined;
  /** Undefined when the accounting was not asked. */
  readonly accountingStatus: QueryStatus | undefined;
  readonly accountingRows: readonly AccountingRow[];
  readonly files: JobFiles | undefined;
  /** True for a job that somebody else started: no file of ours tells of it. */
  readonly foreign?: boolean;
}

const MINUTE = 60_000;
/** Clocks of login node and controller differ a little; an id that wrapped around differs by months. */
const CLOCK_SLACK = 5 * MINUTE;
/** A preempted job of somebody else may come back under its id. */
export const REQUEUE_GRACE = 5 * MINUTE;
/** The accounting hears of an ending later than the job's folder does. */
const ACCOUNTING_LAG = 2 * MINUTE;
/** How long an unclear ending waits for the accounting's word. */
const ACCOUNTING_PATIENCE = MINUTE;
export const SILENCE = 10 * MINUTE;

/** True when the queue shows the job as not over, which is what `inactiveMs` counts from. */
export function isActive(evidence: Pick<Evidence, 'queueRow' | 'submittedAt'>): boolean {
  const row = ownRow(evidence.queueRow, evidence.submittedAt);
  return row !== undefined && readState(row.state, row.reason).kind === 'active';
}

/** The verdict of one look. Pure. Absence alone is never an ending, and a failed query says nothing at all. */
export function decideSlurm(evidence: Evidence): Observation {
  const { queueStatus } = evidence;
  if (queueStatus.status === 'failed') return { kind: 'no-information', why: queueStatus.why };
  const row = ownRow(evidence.queueRow, evidence.submittedAt);
  const inQueue = row === undefined ? null : readState(row.state, row.reason);
  if (row !== undefined && inQueue?.kind === 'active') return describeActive(row, inQueue, evidence);
  if (row !== undefined && inQueue?.kind === 'unknown') {
    return { kind: 'no-information', why: `the queue says ${row.state}, a state that is not known here` };
  }
  return decideEnding(evidence, row);
}

function describeActive(row: QueueRow, meaning: Extract<StateMeaning, { kind: 'active' }>, evidence: Evidence): Observation {
  const waiting = meaning.state === 'pending' || meaning.state === 'held';
  const heartbeatAt = waiting ? undefined : evidence.files?.heartbeatAt;
  return {
    kind: 'active',
    state: meaning.state,
    schedulerState: row.state,
    ...(row.reason === '' || row.reason === 'None' ? {} : { reason: row.reason }),
    ...(waiting && row.startAt !== undefined ? { startEstimate: row.startAt } : {}),
    ...(!waiting && row.startAt !== undefined ? { startedAt: row.startAt } : {}),
    ...(!waiting && row.endAt !== undefined ? { limitAt: row.endAt } : {}),
    ...(heartbeatAt === undefined ? {} : { heartbeatAt }),
    ...(row.node === undefined ? {} : { node: row.node }),
  };
}

function decideEnding(evidence: Evidence, row: QueueRow | undefined): Observation {
  const account = newest(evidence);
  const exit = ownExit(evidence);
  if (row !== undefined && isUnclear(row, account, exit, evidence)) {
    return { kind: 'active', state: 'completing', schedulerState: row.state, reason: 'waiting for the accounting' };
  }
  const said = [
    { evidence: 'queue' as const, word: row?.state },
    { evidence: 'accounting' as const, word: account?.state },
  ];
  for (const source of said) {
    const meaning = source.word === undefined ? null : readState(source.word);
    if (source.word === undefined || meaning?.kind !== 'ended') continue;
    if (meaning.interrupted && mayComeBack(evidence)) return { kind: 'missing', why: `${source.word}: the scheduler may start it again` };
    return describeEnd(refine(meaning.outcome, exit, account), source.evidence, source.word, { row, account, exit });
  }
  return decideUnproven(evidence, account, exit);
}

/**
 * Jobs of ours are submitted with --no-requeue, so that one look more is enough: the queue is asked before the accounting, and one that was
 * requeued in between (which only an administrator can do) is waiting there by then.
 */
function mayComeBack({ foreign, inactiveMs }: Evidence): boolean {
  return foreign === true ? inactiveMs < REQUEUE_GRACE : inactiveMs === 0;
}

/** Neither queue nor accounting says how it ended. */
function decideUnproven(evidence: Evidence, account: AccountingRow | undefined, exit: ExitRecord | null): Observation {
  const accounting = evidence.accountingStatus?.status ?? 'failed';
  if (exit !== null && (accounting !== 'answered' || evidence.now - exit.endedAt >= ACCOUNTING_LAG)) {
    return describeEnd(readOutcome(exit), 'exit-record', 'gone from the queue', { row: undefined, account, exit });
  }
  const lastSign = Math.max(evidence.files?.heartbeatAt ?? 0, exit?.endedAt ?? 0, evidence.submittedAt);
  const looked = evidence.files !== undefined || evidence.foreign === true;
  if (accounting !== 'failed' && looked && evidence.inactiveMs >= SILENCE && evidence.now - lastSign >= SILENCE) {
    return describeEnd('lost', 'silence', account?.state ?? 'gone from the queue', { row: undefined, account, exit });
  }
  const why = accounting === 'failed' ? `; ${evidence.accountingStatus?.why ?? 'the accounting was not asked'}` : '';
  return { kind: 'missing', why: `gone from the queue, and nothing proves an ending yet${why}` };
}

/** Killed, and neither our record nor yet the accounting tells why: the accounting will, in a moment. */
function isUnclear(row: QueueRow, account: AccountingRow | undefined, exit: ExitRecord | null, evidence: Evidence): boolean {
  if (!row.state.startsWith('FAILED') || exit?.reason !== undefined || (exit !== null && exit.signal !== 9)) return false;
  if (evidence.accountingStatus?.status !== 'answered') return false;
  // A short job's end may reach the accounting before its beginning: the row then says FAILED and not yet what was asked for.
  const told = account?.memoryBytes !== undefined && readState(account.state).kind === 'ended';
  return !told && evidence.now - (row.endAt ?? 0) < ACCOUNTING_PATIENCE;
}

function describeEnd(
  outcome: JobOutcome,
  evidence: 'queue' | 'accounting' | 'exit-record' | 'silence',
  schedulerState: string,
  from: { row: QueueRow | undefined; account: AccountingRow | undefined; exit: ExitRecord | null },
): Observation {
  const { row, account, exit } = from;
  const startedAt = exit?.startedAt ?? account?.startedAt ?? row?.startAt;
  const endedAt = exit?.endedAt ?? account?.endedAt ?? row?.endAt;
  const maxRssBytes = account?.maxRssBytes ?? exit?.maxRssBytes;
  const node = account?.node ?? row?.node;
  return {
    kind: 'ended',
    outcome,
    ...readCodes(outcome, account, exit),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(maxRssBytes === undefined ? {} : { maxRssBytes }),
    ...(node === undefined ? {} : { node }),
    evidence,
    schedulerState,
  };
}

function readCodes(outcome: JobOutcome, account: AccountingRow | undefined, exit: ExitRecord | null) {
  if (exit !== null) return { exitCode: exit.exit, signal: exit.signal };
  const { exitCode, signal } = account ?? { exitCode: null, signal: null };
  // 0:0 is also what a job gets that never ran or was ended from outside.
  if (exitCode === 0 && outcome !== 'completed') return { exitCode: null, signal };
  return { exitCode: outcome === 'completed' ? (exitCode ?? 0) : exitCode, signal };
}

/**
 * Slurm calls a job FAILED whose script ended itself on the warning before the time limit, and on clusters without cgroups also
 * one that was killed for its memory; the exit record and the measured memory know better.
 */
function refine(outcome: JobOutcome, exit: ExitRecord | null, account: AccountingRow | undefined): JobOutcome {
  if (outcome !== 'failed') return outcome;
  if (exit?.reason !== undefined) return readOutcome(exit);
  const killed = exit === null ? account?.signal === 9 : exit.signal === 9;
  const { maxRssBytes, memoryBytes } = account ?? {};
  const tooMuch = maxRssBytes !== undefined && memoryBytes !== undefined && maxRssBytes >= memoryBytes;
  return killed && tooMuch ? 'out-of-memory' : outcome;
}

function ownRow(row: QueueRow | undefined, submittedAt: number): QueueRow | undefined {
  return row?.submittedAt !== undefined && row.submittedAt < submittedAt - CLOCK_SLACK ? undefined : row;
}

function newest({ accountingRows, submittedAt }: Evidence): AccountingRow | undefined {
  const own = accountingRows.filter((row) => row.submittedAt === undefined || row.submittedAt >= submittedAt - CLOCK_SLACK);
  return own.reduce<AccountingRow | undefined>(
    (best, row) => (best === undefined || (row.submittedAt ?? 0) >= (best.submittedAt ?? 0) ? row : best),
    undefined,
  );
}

function ownExit({ files, jobId }: Evidence): ExitRecord | null {
  const exit = files?.exit ?? null;
  return exit === null || exit.jobId === undefined || exit.jobId === jobId ? exit : null;
}
