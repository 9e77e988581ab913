import type { Observation } from '../../core/jobs/job.ts';
import type { Host, JobReport, TrackedJob } from '../../ports.ts';
import { describeFailure } from '../shared/failure.ts';
import { listJobs, parseLook, type Look, type LookLimits } from '../shared/look.ts';
import { decideSlurm, isActive } from './decide.ts';
import { jobKey, parseAnswers, type QueryStatus, type SlurmAnswers } from './parse.ts';
import { decideParts, findRows, hasActive } from './parts.ts';
import { POLL_SCRIPT } from './scripts.ts';

const NOT_ASKED: QueryStatus = { status: 'failed', why: 'the queue was not asked' };

/** Looks at any number of jobs with one remote command. Remembers only since when a job has not been active. */
export function createPoller(options: { readonly host: Host; readonly limits: LookLimits }) {
  const inactiveSince = new Map<string, number>();
  let rotation = 0;

  const poll = async (jobs: readonly TrackedJob[]): Promise<JobReport[]> => {
    if (jobs.length === 0) return [];
    rotation = (rotation + 997) % 1_000_000;
    const look = await lookAtJobs(jobs, options, rotation);
    if (typeof look === 'string') return jobs.map(({ ref }) => ({ token: ref.token, observation: { kind: 'no-information', why: look } }));
    const answers = parseAnswers(look);
    return jobs.map((job, number) => report(job, number, look, answers, inactiveSince));
  };
  return { poll };
}

async function lookAtJobs(
  jobs: readonly TrackedJob[],
  { host, limits }: { readonly host: Host; readonly limits: LookLimits },
  rotation: number,
): Promise<Look | string> {
  const oldest = jobs.reduce((least, { ref }) => Math.min(least, ref.submittedAt), Number.POSITIVE_INFINITY);
  const args = [limits.logBytesPerJob, limits.logBytesInAll, rotation, Math.floor(oldest / 1000)].map(String);
  try {
    const result = await host.script(POLL_SCRIPT, args, { stdin: listJobs(jobs), timeoutMs: 180_000, maxOutputBytes: 64 * 1024 * 1024 });
    return parseLook(result.stdout) ?? (describeFailure(result) || 'the answer was cut short');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function report(job: TrackedJob, number: number, look: Look, answers: SlurmAnswers, inactiveSince: Map<string, number>): JobReport {
  const { ref, foreign } = job;
  const log = look.logs.get(number);
  const paths = answers.paths.get(jobKey(ref.cluster, ref.jobId));
  const read = { token: ref.token, ...(log === undefined ? {} : { log }), ...(paths === undefined ? {} : { paths }) };
  if (foreign?.parts !== undefined) return { ...read, ...reportParts(job, foreign.parts.size, look, answers, inactiveSince) };
  return { ...read, observation: observe(job, number, look, answers, inactiveSince) };
}

function reportParts(job: TrackedJob, size: number | null, look: Look, answers: SlurmAnswers, inactiveSince: Map<string, number>) {
  const { ref } = job;
  const cluster = ref.cluster ?? '-';
  const queueStatus = answers.queueStatus.get(cluster) ?? NOT_ASKED;
  const rows = findRows(answers.parts, jobKey(cluster, ref.jobId));
  const inactiveMs = measureInactive(ref.token, queueStatus.status === 'failed' || hasActive(rows), look.now, inactiveSince);
  const found = decideParts({ queueStatus, rows, size, inactiveMs, accountingStatus: answers.partsStatus.get(cluster) });
  if (found.observation.kind === 'ended') inactiveSince.delete(ref.token);
  return found;
}

function observe(job: TrackedJob, number: number, look: Look, answers: SlurmAnswers, inactiveSince: Map<string, number>): Observation {
  const { ref } = job;
  const cluster = ref.cluster ?? '-';
  const key = jobKey(cluster, ref.jobId);
  const seen = {
    jobId: ref.jobId,
    submittedAt: ref.submittedAt,
    now: look.now,
    queueStatus: answers.queueStatus.get(cluster) ?? NOT_ASKED,
    queueRow: answers.queue.get(key),
    accountingStatus: answers.accountingStatus.get(cluster),
    accountingRows: answers.accounting.get(key) ?? [],
    files: look.files.get(number),
    foreign: job.foreign !== undefined,
  };
  const observation = decideSlurm({
    ...seen,
    inactiveMs: measureInactive(ref.token, seen.queueStatus.status === 'failed' || isActive(seen), look.now, inactiveSince),
  });
  if (observation.kind === 'ended') inactiveSince.delete(ref.token);
  return observation;
}

/** A failed query breaks the count too: what was not seen cannot be continuous. */
function measureInactive(token: string, isBroken: boolean, now: number, inactiveSince: Map<string, number>): number {
  if (isBroken) {
    inactiveSince.delete(token);
    return 0;
  }
  const since = inactiveSince.get(token) ?? now;
  inactiveSince.set(token, since);
  return now - since;
}
