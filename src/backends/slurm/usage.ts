import type { JobUsage } from '../../core/jobs/usage.ts';
import { readBytes } from './parse.ts';

const US = '\u001f';

/** Rows of USAGE_SCRIPT, of jobs that are over and of one that runs: a job's own row and then its steps. Jobs that never ran are left out. */
export function parseUsage(text: string): JobUsage[] {
  const jobs = new Map<string, JobUsage>();
  for (const line of text.split('\n')) {
    const fields = line.split(US);
    const [id = ''] = fields;
    if (fields.length < 11 || id === '') continue;
    const owner = id.split('.', 1)[0] ?? '';
    const known = jobs.get(owner);
    if (!id.includes('.')) {
      const job = readJob(fields);
      if (job !== null) jobs.set(id, job);
    } else if (known !== undefined) jobs.set(owner, addStep(known, fields));
  }
  return [...jobs.values()];
}

function readJob([id = '', state = '', elapsed, limit, nodes, cpus, cpuTime, , given, , , asked]: readonly string[]): JobUsage | null {
  const elapsedSeconds = Number(elapsed);
  // The accounting may hear of a step before it hears of its job; until then the job's own row is a blank that says PENDING.
  if (!(elapsedSeconds > 0) || asked === '') return null;
  return {
    jobId: id,
    state,
    elapsedSeconds,
    limitSeconds: /^\d+$/.test(limit ?? '') ? Number(limit) * 60 : null,
    nodes: Math.max(1, Number(nodes) || 1),
    cpus: Math.max(1, Number(cpus) || 1),
    cpuSeconds: readDuration(cpuTime),
    memoryAsked: readTres(given, 'mem'),
    memoryUsed: null,
    gpus: Number(findTres(given, 'gres/gpu') ?? 0) || 0,
    gpuPercent: null,
    gpuMemoryUsed: null,
  };
}

/** A step's memory is that of all its tasks together, else that of the largest; a job needs what its largest step needs. */
function addStep(job: JobUsage, fields: readonly string[]): JobUsage {
  const [, , , , , , , maxRss, , inAll, onAverage] = fields;
  const memory = readTres(inAll, 'mem') ?? readBytes(maxRss) ?? null;
  const busy = Number(findTres(onAverage, 'gres/gpuutil') ?? Number.NaN);
  return {
    ...job,
    cpuSeconds: larger(job.cpuSeconds, readDuration(findTres(inAll, 'cpu'))),
    memoryUsed: larger(job.memoryUsed, memory),
    gpuPercent: larger(job.gpuPercent, Number.isFinite(busy) ? busy : null),
    gpuMemoryUsed: larger(job.gpuMemoryUsed, readTres(inAll, 'gres/gpumem')),
  };
}

function larger(one: number | null, other: number | null): number | null {
  return one === null || (other !== null && other > one) ? other : one;
}

function findTres(list: string | undefined, name: string): string | undefined {
  const found = (list ?? '').split(',').find((item) => item.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

function readTres(list: string | undefined, name: string): number | null {
  return readBytes(findTres(list, name)) ?? null;
}

/** `1-02:03:04`, `02:03:04` or `03:04.567`, in seconds. */
function readDuration(text: string | undefined): number | null {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '');
  if (match === null) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
