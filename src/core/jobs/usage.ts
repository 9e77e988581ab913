/** What a job asked for and what it used, as the accounting tells, and what would have done. Pure. */
import { z } from 'zod';
import { roundLimit, writeLimit } from '../progress/judge-limit.ts';
import { formatBytes, formatCount, formatDuration, formatNumber } from '../run/format.ts';
import type { SiteProfile } from '../site.ts';

/** One finished job, array task or component. Bytes and seconds; null where the cluster does not tell. */
export const JobUsage = z.object({
  jobId: z.string(),
  /** The scheduler's own word for how it ended. */
  state: z.string(),
  elapsedSeconds: z.number(),
  limitSeconds: z.number().nullable(),
  nodes: z.number().int().min(1),
  cpus: z.number().int().min(1),
  /** Of all processors together. */
  cpuSeconds: z.number().nullable(),
  /** Of all nodes together. */
  memoryAsked: z.number().nullable(),
  /** Of all tasks of the largest step together. */
  memoryUsed: z.number().nullable(),
  gpus: z.number().int().min(0),
  /** How busy the GPUs were on average, where the cluster measures it. */
  gpuPercent: z.number().nullable(),
  gpuMemoryUsed: z.number().nullable(),
});
export type JobUsage = z.infer<typeof JobUsage>;

/** A shorter job was not measured often enough to conclude anything. */
const LEAST_SECONDS = 60;
const MEMORY_RESERVE = 1.3;
const TIME_RESERVE = 1.25;
const GB = 1024 ** 3;
/** What was asked for must be this many times what would do before anybody is told. */
const WORTHWHILE = 1.5;

/** Names and values for people, requested against used. */
export function describeUsage(usage: JobUsage): { name: string; value: string }[] {
  const { elapsedSeconds, limitSeconds, memoryAsked, memoryUsed, gpus, gpuPercent, gpuMemoryUsed } = usage;
  const busy = measureBusyCpus(usage);
  const gpuUse = [
    gpuPercent === null ? '' : `${Math.round(gpuPercent)} % busy`,
    gpuMemoryUsed === null ? '' : `${formatBytes(gpuMemoryUsed)} used`,
  ].filter((part) => part !== '');
  return [
    {
      name: 'Time',
      value: `${formatDuration(elapsedSeconds)}${limitSeconds === null ? '' : ` of ${formatDuration(limitSeconds)} (${share(elapsedSeconds, limitSeconds)})`}`,
    },
    {
      name: 'CPU',
      value:
        busy === null
          ? `${formatCount(usage.cpus, 'core')}, use not measured`
          : `${formatNumber(Number(busy.toFixed(1)))} of ${formatCount(usage.cpus, 'core')} busy (${share(busy, usage.cpus)})`,
    },
    {
      name: 'Memory',
      value:
        memoryUsed === null
          ? `${memoryAsked === null ? '' : `${formatBytes(memoryAsked)} asked for, `}use not measured`
          : `${formatBytes(memoryUsed)}${memoryAsked === null ? '' : ` of ${formatBytes(memoryAsked)} (${share(memoryUsed, memoryAsked)})`}`,
    },
    ...(gpus === 0
      ? []
      : [{ name: 'GPU', value: `${gpus}${gpuUse.length === 0 ? ', use not measured by this cluster' : `, ${gpuUse.join(', ')}`}` }]),
  ];
}

function share(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((part / whole) * 100)} %` : 'unknown';
}

function measureBusyCpus({ cpuSeconds, elapsedSeconds }: JobUsage): number | null {
  return cpuSeconds === null || elapsedSeconds <= 0 ? null : cpuSeconds / elapsedSeconds;
}

export interface ProposalLimits {
  /** False where the site refuses --mem. */
  readonly mayAskMemory: boolean;
}

/** What may be proposed at a site. */
export function readProposalLimits(site: Pick<SiteProfile, 'slurm'> | undefined): ProposalLimits {
  return { mayAskMemory: site?.slurm?.memory.policy !== 'forbidden' };
}

/**
 * What to ask for next time, in one sentence, or null where the request was about right or too little is known. `earlier` are jobs
 * of the same name; what any of them needed is kept. Never proposes less than was ever used.
 */
export function proposeRequest(usage: JobUsage, earlier: readonly JobUsage[], { mayAskMemory }: ProposalLimits): string | null {
  const all = [usage, ...earlier.filter((one) => one.jobId !== usage.jobId)].filter(tellsNeed);
  if (all.length === 0) return null;
  const flags = [proposeCpus(usage, all), mayAskMemory ? proposeMemory(usage, all) : null, proposeTime(usage, all)].filter(
    (flag) => flag !== null,
  );
  if (flags.length === 0) return null;
  const basis = all.length === 1 && all[0] === usage ? 'from this job alone' : `from ${formatCount(all.length, 'job')} of this name`;
  return `Next time ${flags.join(' ')} would do (${basis}).`;
}

/** A job that was cut off by a mistake of its own did not show what it needs. */
function tellsNeed({ state, elapsedSeconds }: JobUsage): boolean {
  return elapsedSeconds >= LEAST_SECONDS && /^(COMPLETED|TIMEOUT|DEADLINE|OUT_OF_MEMORY)/.test(state);
}

function proposeCpus(usage: JobUsage, all: readonly JobUsage[]): string | null {
  const busy = all.map(measureBusyCpus);
  if (busy.includes(null)) return null;
  const enough = Math.max(1, Math.ceil(Math.max(...busy.map((one) => one ?? 0)) * 1.1));
  // Cores of several nodes or of GPUs come in shares that the site decides on.
  return usage.nodes === 1 && usage.gpus === 0 && usage.cpus >= enough * WORTHWHILE ? `--cpus-per-task=${enough}` : null;
}

function proposeMemory(usage: JobUsage, all: readonly JobUsage[]): string | null {
  const { memoryAsked, nodes } = usage;
  if (memoryAsked === null) return null;
  const ranOut = all.filter((one) => one.state.startsWith('OUT_OF_MEMORY')).map((one) => one.memoryAsked ?? 0);
  const used = all.map((one) => one.memoryUsed);
  if (ranOut.length === 0 && used.includes(null)) return null;
  const enough = Math.max(...used.map((one) => (one ?? 0) * MEMORY_RESERVE), ...ranOut.map((asked) => asked * WORTHWHILE));
  const perNode = Math.max(1, Math.ceil(enough / nodes / GB));
  const tooLittle = ranOut.length > 0 && perNode * GB * nodes > memoryAsked;
  return tooLittle || memoryAsked >= perNode * GB * nodes * WORTHWHILE ? `--mem=${perNode}G` : null;
}

function proposeTime(usage: JobUsage, all: readonly JobUsage[]): string | null {
  const { limitSeconds } = usage;
  if (limitSeconds === null) return null;
  const ranOut = all.filter((one) => /^(TIMEOUT|DEADLINE)/.test(one.state));
  const enough = Math.max(...all.map((one) => one.elapsedSeconds * (ranOut.includes(one) ? WORTHWHILE : TIME_RESERVE)));
  if (ranOut.length > 0) return enough > limitSeconds ? `--time=${writeLimit(enough)} (or a start from its last checkpoint)` : null;
  return limitSeconds >= roundLimit(enough) * WORTHWHILE ? `--time=${writeLimit(enough)}` : null;
}
