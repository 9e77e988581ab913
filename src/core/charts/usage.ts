import type { JobUsage } from '../jobs/usage.ts';
import { formatBytes, formatDuration, formatNumber } from '../run/format.ts';
import { MOST_ROWS, type BarChart, type TimelineChart } from './schema.ts';

type Bar = BarChart['bars'][number];

/** What was asked for against what was used, as shares; null where the accounting measured nothing. */
export function chartUsage(usage: JobUsage): BarChart | null {
  const { elapsedSeconds, limitSeconds, cpuSeconds, cpus, memoryAsked, memoryUsed, gpus, gpuPercent } = usage;
  const bars = [
    limitSeconds === null
      ? null
      : share(`time (${formatDuration(elapsedSeconds)} of ${formatDuration(limitSeconds)})`, elapsedSeconds / limitSeconds),
    cpuSeconds === null || elapsedSeconds <= 0 ? null : share(`${formatNumber(cpus)} CPU cores`, cpuSeconds / elapsedSeconds / cpus),
    memoryAsked === null || memoryUsed === null
      ? null
      : share(`memory (${formatBytes(memoryUsed)} of ${formatBytes(memoryAsked)})`, memoryUsed / memoryAsked),
    gpus === 0 || gpuPercent === null ? null : share(`${formatNumber(gpus)} GPU`, gpuPercent / 100),
  ].filter((bar) => bar !== null);
  if (bars.length === 0) return null;
  return {
    kind: 'bars',
    title: `Job ${usage.jobId}: used of what was asked for`,
    note: '',
    value: { name: 'used', unit: '%', scale: 'linear' },
    marks: [{ name: 'asked for', value: 100 }],
    bars,
  };
}

function share(name: string, part: number): Bar | null {
  if (!Number.isFinite(part)) return null;
  return { name, value: Math.round(part * 1000) / 10, error: null, tone: part > 1 ? 'bad' : 'plain' };
}

/** A job by its moments, in epoch milliseconds; null for what has not happened. */
export interface JobSpan {
  readonly name: string;
  readonly submittedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly failed: boolean;
}

/** When jobs waited and ran, until `now` where they still do; null for none. */
export function chartJobs(title: string, jobs: readonly JobSpan[], now: number): TimelineChart | null {
  if (jobs.length === 0) return null;
  const shown = jobs.slice(-MOST_ROWS);
  const rows = shown.map(({ name, submittedAt, startedAt, endedAt, failed }): TimelineChart['rows'][number] => {
    const end = endedAt ?? now;
    const begun = startedAt ?? end;
    const waiting = { from: submittedAt, to: begun, as: 'waiting' as const };
    const as = endedAt === null ? ('running' as const) : failed ? ('failed' as const) : ('done' as const);
    const spans = [waiting, ...(startedAt === null ? [] : [{ from: startedAt, to: end, as }])];
    return { name, spans: spans.filter(({ from, to }) => to > from) };
  });
  const note = jobs.length > shown.length ? `The newest ${shown.length} of ${jobs.length}.` : '';
  return { kind: 'timeline', title, note, x: { name: 'time', unit: '', scale: 'time' }, rows };
}
