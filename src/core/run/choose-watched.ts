/** Which submissions a watch follows, out of what a cluster lists. Pure. */
import { baseOf, type ClusterJob } from '../jobs/cluster-job.ts';
import { readState } from '../jobs/states.ts';
import { MOST_ITEMS, type WatchRequestItem, type WatchTarget } from './watch-schema.ts';

/** Jobs that runs of ours have submitted are named by their token. */
export const OWN_JOB = /^rb-r[a-z0-9]+-a\d+$/;

/** The rows of a list that an id, or `all`, stands for. */
export function pickJobs(jobs: readonly ClusterJob[], word: string): ClusterJob[] {
  if (word === 'all') return [...jobs];
  return jobs.filter(({ id }) => id === word || baseOf(id) === word || (baseOf(id) === baseOf(word) && holds(id, word)));
}

/** The rows that no item stands for; an array stays while only tasks of it are watched. */
export function leaveOutWatched(jobs: readonly ClusterJob[], items: readonly { readonly jobId: string }[]): ClusterJob[] {
  const watched = new Set(items.map(({ jobId }) => jobId));
  return jobs.filter(({ id }) => !watched.has(id) && !watched.has(baseOf(id)));
}

/** True where a row of waiting tasks, such as `123_[0,5-9%2]`, holds the task. */
function holds(row: string, id: string): boolean {
  const list = /^\d+_\[([^\]%]*)/.exec(row)?.[1];
  const task = Number(/_(\d+)$/.exec(id)?.[1] ?? Number.NaN);
  // Slurm cuts long lists; what is left out may hold it.
  if (list === undefined || !Number.isFinite(task)) return false;
  return list.endsWith('...') || list.split(',').some((piece) => holdsTask(piece, task));
}

function holdsTask(piece: string, task: number): boolean {
  const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(piece);
  if (match === null) return false;
  const [first, last, step] = [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)];
  return task >= first && task <= last && (task - first) % Math.max(1, step) === 0;
}

/** What a watch begins with. Arrays and heterogeneous jobs count as one; jobs of runs of ours have threads already. */
export function chooseItems(jobs: readonly ClusterJob[], word: string, runId: string): { target: WatchTarget; items: WatchRequestItem[] } {
  const rows = pickJobs(jobs, word).filter(isActiveJob);
  const groups = new Map<string, ClusterJob[]>();
  for (const row of rows) groups.set(baseOf(row.id), [...(groups.get(baseOf(row.id)) ?? []), row]);
  if (word !== 'all') {
    const [base, own] = [...groups][0] ?? [word, []];
    return { target: { kind: 'job', id: word }, items: own.length === 0 ? [] : [makeItem(word === base ? base : word, own, runId, 1)] };
  }
  const others = [...groups].filter(([, own]) => !OWN_JOB.test(own[0]?.name ?? ''));
  const items = others.slice(0, MOST_ITEMS).map(([base, own], index) => makeItem(base, own, runId, index + 1));
  const target: WatchTarget = { kind: 'all', left: others.length - items.length, own: groups.size - others.length };
  return { target, items };
}

/** True while the job waits or runs. */
export function isActiveJob(job: ClusterJob): boolean {
  return readState(job.state, job.reason).kind === 'active';
}

function makeItem(jobId: string, rows: readonly ClusterJob[], runId: string, number: number): WatchRequestItem {
  const [first] = rows;
  const times = rows.flatMap((row) => (row.submittedAt === null ? [] : [row.submittedAt]));
  const whole = jobId === baseOf(jobId);
  const shape = !whole
    ? 'single'
    : rows.some(({ id }) => id.includes('_'))
      ? 'array'
      : rows.some(({ id }) => id.includes('+'))
        ? 'heterogeneous'
        : 'single';
  return {
    token: `${runId}-w${number}`,
    jobId,
    shape,
    name: (first?.name ?? '').slice(0, 80),
    partition: first?.partition ?? '',
    submittedAt: times.length === 0 ? 0 : Math.min(...times),
  };
}
