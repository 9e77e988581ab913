import { readSeconds, type Look } from '../shared/look.ts';
import { readLogPaths } from './log-paths.ts';

/** A row of squeue. Times are epoch milliseconds. */
export interface QueueRow {
  readonly state: string;
  readonly reason: string;
  readonly submittedAt: number | undefined;
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  readonly node: string | undefined;
}

/** The newest accounting record of a job, with the most memory any of its steps used. */
export interface AccountingRow {
  readonly state: string;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly submittedAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly node: string | undefined;
  readonly maxRssBytes: number | undefined;
  /** Memory of one node that was asked for; unknown where the request was per processor. */
  readonly memoryBytes: number | undefined;
}

/** How a query went: `off` is an answer too, from a cluster without accounting. */
export interface QueryStatus {
  readonly status: 'answered' | 'off' | 'failed';
  readonly why: string;
}

export interface SlurmAnswers {
  readonly queueStatus: ReadonlyMap<string, QueryStatus>;
  readonly accountingStatus: ReadonlyMap<string, QueryStatus>;
  /** By `cluster/job id`, as jobKey makes it. */
  readonly queue: ReadonlyMap<string, QueueRow>;
  readonly accounting: ReadonlyMap<string, readonly AccountingRow[]>;
  readonly partsStatus: ReadonlyMap<string, QueryStatus>;
  readonly parts: ReadonlyMap<string, PartRows>;
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

/** Parts of one array or heterogeneous job, counted on the cluster. Times are epoch milliseconds. */
export interface PartRows {
  /** True when the accounting was asked, because something had changed. */
  readonly asked: boolean;
  readonly queue: readonly { readonly state: string; readonly reason: string; readonly count: number; startAt?: number; endAt?: number }[];
  readonly ended: readonly { readonly state: string; readonly count: number; readonly seconds: number }[];
  readonly bad: readonly { readonly id: string; readonly state: string; readonly exit: string }[];
  /** What became of all tasks that never started. */
  readonly rest: string | null;
}

export function jobKey(cluster: string | undefined, jobId: string): string {
  return `${cluster ?? '-'}/${jobId}`;
}

/** Sorts the lines of a look that come from Slurm's commands. Lines of a shape we do not know are skipped. */
export function parseAnswers(look: Look): SlurmAnswers {
  const queueStatus = new Map<string, QueryStatus>();
  const accountingStatus = new Map<string, QueryStatus>();
  const queue = new Map<string, QueueRow>();
  const partsStatus = new Map<string, QueryStatus>();
  const paths = new Map<string, readonly string[]>();
  const records: (readonly string[])[] = [];
  const counted: (readonly string[])[] = [];
  for (const fields of look.others) {
    const [kind, first = '', second = ''] = fields;
    if (kind === 'S' && first === 'squeue') queueStatus.set(second, readStatus(fields));
    if (kind === 'S' && first === 'sacct') accountingStatus.set(second, worse(accountingStatus.get(second), readStatus(fields)));
    if (kind === 'S' && first === 'parts') partsStatus.set(second, worse(partsStatus.get(second), readStatus(fields)));
    if (kind === 'P') paths.set(jobKey(first, second), readLogPaths(fields.slice(3)));
    if (kind === 'G' || kind === 'K' || kind === 'T' || kind === 'R' || kind === 'B') counted.push(fields);
    if (kind === 'Q' && fields.length >= 11) queue.set(jobKey(first, second), readQueueRow(fields.slice(3)));
    if (kind === 'A' && fields.length >= 11) records.push(fields);
  }
  return { queueStatus, accountingStatus, queue, accounting: readAccounting(records), partsStatus, parts: readParts(counted), paths };
}

interface CountedRows {
  asked: boolean;
  readonly queue: PartRows['queue'][number][];
  readonly ended: PartRows['ended'][number][];
  readonly bad: PartRows['bad'][number][];
  rest: string | null;
}

function readParts(counted: readonly (readonly string[])[]): Map<string, PartRows> {
  const parts = new Map<string, CountedRows>();
  for (const [kind, cluster, jobId = '', one = '', two = '', three = '', start, end] of counted) {
    const key = jobKey(cluster, jobId);
    const rows = parts.get(key) ?? { asked: false, queue: [], ended: [], bad: [], rest: null };
    parts.set(key, rows);
    if (kind === 'K') rows.asked = true;
    if (kind === 'R') rows.rest = one;
    const [startAt, endAt] = [readSeconds(start), readSeconds(end)];
    if (kind === 'G') {
      const times = { ...(startAt === undefined ? {} : { startAt }), ...(endAt === undefined ? {} : { endAt }) };
      rows.queue.push({ state: one, reason: two, count: Number(three), ...times });
    }
    if (kind === 'T') rows.ended.push({ state: one, count: Number(two), seconds: Number(three) });
    if (kind === 'B') rows.bad.push({ id: one, state: two, exit: three });
  }
  return parts;
}

function readStatus(fields: readonly string[]): QueryStatus {
  const [, what = '', , code, words = ''] = fields;
  const why = words.trim();
  if (code === '0') return { status: 'answered', why };
  if (/accounting storage is disabled/i.test(why)) return { status: 'off', why };
  return { status: 'failed', why: `${what}: ${why === '' ? `exit code ${code}` : why}` };
}

function worse(one: QueryStatus | undefined, other: QueryStatus): QueryStatus {
  return one?.status === 'failed' ? one : other;
}

/** Columns %A %i %T %r %V %S %e %N. */
function readQueueRow(columns: readonly string[]): QueueRow {
  const [, , state = '', reason = '', submit, start, end, node] = columns;
  return {
    state,
    reason,
    submittedAt: readSeconds(submit),
    startAt: readSeconds(start),
    endAt: readSeconds(end),
    node: node === undefined || node === '' || node === '(null)' ? undefined : node,
  };
}

function readAccounting(records: readonly (readonly string[])[]): Map<string, AccountingRow[]> {
  const rows = new Map<string, AccountingRow[]>();
  for (const [, cluster, jobId = '', rawId = '', state = '', exit = '', submit, start, end, node, rss, requested] of records) {
    const isStep = jobId.includes('.');
    const maxRssBytes = readBytes(rss);
    for (const id of new Set(isStep ? [jobId.split('.', 1)[0] ?? '', rawId.split('.', 1)[0] ?? ''] : [jobId, rawId])) {
      const known = rows.get(jobKey(cluster, id)) ?? [];
      rows.set(jobKey(cluster, id), known);
      if (!isStep) {
        known.push({
          state,
          ...readExit(exit),
          submittedAt: readSeconds(submit),
          startedAt: readSeconds(start),
          endedAt: readSeconds(end),
          node: node === '' || node === 'None assigned' ? undefined : node,
          maxRssBytes: undefined,
          memoryBytes: readNodeMemory(requested),
        });
        continue;
      }
      // Steps follow the record of their own attempt.
      const last = known.pop();
      if (last !== undefined) known.push({ ...last, maxRssBytes: largest(last.maxRssBytes, maxRssBytes) });
    }
  }
  return rows;
}

/** `3:0` is exit code 3; `0:9` is signal 9; 125 is Slurm's own mark for memory and no signal. */
export function readExit(text: string): { exitCode: number | null; signal: number | null } {
  const match = /^(\d+):(\d+)$/.exec(text);
  if (match === null) return { exitCode: null, signal: null };
  const [exitCode, signal] = [Number(match[1]), Number(match[2])];
  if (signal === 0) return { exitCode, signal: null };
  return { exitCode: exitCode === 0 ? null : exitCode, signal: signal === 125 ? null : signal };
}

/** `33824748K` or plain bytes. */
export function readBytes(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text ?? '');
  if (match === null) return undefined;
  const bytes = Number(match[1]) * 1024 ** ' KMGT'.indexOf(match[2] === '' ? ' ' : (match[2] ?? ' '));
  return bytes > 0 ? Math.round(bytes) : undefined;
}

/** Memory of one node out of `billing=1,cpu=8,mem=64G,node=2`. (ReqMem would be simpler; until the row is whole, Slurm 22.05 prints `16?` there.) */
export function readNodeMemory(requested: string | undefined): number | undefined {
  const find = (name: string) => new RegExp(`(?:^|,)${name}=([^,]+)`).exec(requested ?? '')?.[1];
  const bytes = readBytes(find('mem'));
  return bytes === undefined ? undefined : Math.round(bytes / Math.max(1, Number(find('node') ?? 1)));
}

function largest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}
