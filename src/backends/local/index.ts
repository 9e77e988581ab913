import type { JobRef, JobSpec } from '../../core/jobs/job.ts';
import { quoteWord } from '../../core/jobs/quote.ts';
import { renderWrapper } from '../../core/jobs/wrapper.ts';
import { ReprobotError } from '../../errors.ts';
import type { Backend, Host, JobReport, RenderedJob, TrackedJob } from '../../ports.ts';
import { checkSpec } from '../shared/check.ts';
import { describeFailure, type Log } from '../shared/failure.ts';
import { DEFAULT_LIMITS, listJobs, parseLook, type JobFiles, type LookLimits } from '../shared/look.ts';
import { downloadOutputs, readLog } from '../shared/outputs.ts';
import { decideLocal } from './decide.ts';
import { CANCEL_SCRIPT, FIND_SCRIPT, POLL_SCRIPT, STARTING_SCRIPT, START_SCRIPT } from './scripts.ts';

/** After so long a start that has begun no longer brings a job up. */
const STARTING_SECONDS = 30;

export interface LocalBackendOptions {
  readonly id: string;
  readonly host: Host;
  readonly log?: Log;
  /** Folders that no payload in a sandbox may see, besides the account's home: the bot's own settings belong here. */
  readonly hidden?: readonly string[];
  /** How old the heartbeat of a vanished job must be, or how long its folder must be gone, before it counts as lost. */
  readonly lostAfterMs?: number;
  readonly limits?: LookLimits;
}

/** Runs jobs as processes of the host, which outlive the bot. Linux only (reads /proc). */
export function createLocalBackend(options: LocalBackendOptions): Backend {
  const { id, host } = options;
  let rotation = 0;
  const absentSince = new Map<string, number>();

  return {
    id,
    host,
    render: (spec) => renderLocal(spec, options),
    submit: (spec, { signal } = {}) => start(spec, options, signal),
    find: (spec) => findSettled(spec, options),
    poll: async (jobs) => {
      rotation = (rotation + 997) % 1_000_000;
      return lookAtJobs(jobs, options, rotation, absentSince);
    },
    tail: (ref, offset, maxBytes) => readLog(host, ref, offset, maxBytes),
    cancel: async (ref) => {
      const result = await host.script(CANCEL_SCRIPT, [ref.folder]);
      if (result.code !== 0) throw failCommand(`cancelling ${ref.token} on ${id}`, describeFailure(result));
    },
    fetchOutputs: (ref, localPath, { maxBytes } = {}) => downloadOutputs(host, ref, localPath, maxBytes),
  };
}

function renderLocal(spec: JobSpec, options: LocalBackendOptions): RenderedJob {
  const checked = checkSpec(spec, `preparing a job for ${options.id}`);
  return {
    files: [{ name: 'job.sh', content: renderWrapper(checked, { scheduler: 'local', hidden: options.hidden ?? [] }) }],
    command: ['setsid', '/bin/sh', quoteWord(`${checked.folder}/job.sh`)],
  };
}

async function start(spec: JobSpec, options: LocalBackendOptions, signal: AbortSignal | undefined): Promise<JobRef> {
  const { id, host, log } = options;
  const { files } = renderLocal(spec, options);
  const found = await findJob(spec, options);
  if (found !== null) return found;
  for (const file of files) await host.writeFile(`${spec.folder}/${file.name}`, file.content, { mode: 0o700 });
  const result = await host.script(START_SCRIPT, [spec.folder], signal === undefined ? {} : { signal });
  const ref = readRef(result.stdout, spec);
  if (ref !== null) {
    log?.info({ token: spec.token, jobId: ref.jobId }, 'local job started');
    return ref;
  }
  throw new ReprobotError({
    code: result.code === 92 || result.timedOut ? 'backend.outcome-unknown' : 'backend.unavailable',
    doing: `starting ${spec.token} on ${id}`,
    why: describeFailure(result) || 'the script of the job did not come up',
    remedy: `Look at ${spec.folder}/job.log.`,
    transient: true,
  });
}

/** As findJob, but never null while a start that has begun may still bring the job up. */
async function findSettled(spec: JobSpec, options: LocalBackendOptions): Promise<JobRef | null> {
  const found = await findJob(spec, options);
  if (found !== null) return found;
  const starting = await options.host.script(STARTING_SCRIPT, [spec.folder, String(STARTING_SECONDS)]);
  if (starting.code === 0) return findJob(spec, options);
  throw new ReprobotError({
    code: 'backend.outcome-unknown',
    doing: `looking for ${spec.token} on ${options.id}`,
    why: describeFailure(starting) || 'its start has begun and it may still come up',
    transient: true,
  });
}

async function findJob(spec: JobSpec, options: LocalBackendOptions): Promise<JobRef | null> {
  const result = await options.host.script(FIND_SCRIPT, [spec.folder]);
  if (result.code !== 0) throw failCommand(`looking for ${spec.token} on ${options.id}`, describeFailure(result));
  return readRef(result.stdout, spec);
}

async function lookAtJobs(
  jobs: readonly TrackedJob[],
  options: LocalBackendOptions,
  rotation: number,
  absentSince: Map<string, number>,
): Promise<JobReport[]> {
  if (jobs.length === 0) return [];
  const { host, lostAfterMs = 60_000, limits = DEFAULT_LIMITS } = options;
  const blind = (why: string): JobReport[] => jobs.map(({ ref }) => ({ token: ref.token, observation: { kind: 'no-information', why } }));
  try {
    const args = [limits.logBytesPerJob, limits.logBytesInAll, rotation].map(String);
    const result = await host.script(POLL_SCRIPT, args, { stdin: listJobs(jobs), timeoutMs: 120_000, maxOutputBytes: 64 * 1024 * 1024 });
    const look = parseLook(result.stdout);
    if (look === null) return blind(describeFailure(result) || 'the answer was cut short');
    return jobs.map(({ ref }, number) => {
      const log = look.logs.get(number);
      const files = look.files.get(number);
      const observation = decideLocal(files, look.now, lostAfterMs, measureAbsence(ref.token, files, look.now, absentSince));
      return { token: ref.token, observation, ...(log === undefined ? {} : { log }) };
    });
  } catch (error) {
    return blind(error instanceof Error ? error.message : String(error));
  }
}

/** How long the job's folder, or what names its process, has been gone without a break; 0 at the first such look. */
function measureAbsence(token: string, files: JobFiles | undefined, now: number, absentSince: Map<string, number>): number {
  // A look that failed says neither that it is gone nor that it is back.
  if (files === undefined) return 0;
  if (files.life !== 'absent' && files.life !== 'unborn') absentSince.delete(token);
  else if (!absentSince.has(token)) absentSince.set(token, now);
  return now - (absentSince.get(token) ?? now);
}

/** Reads `pid ticks boot-id epoch`. */
function readRef(text: string, spec: JobSpec): JobRef | null {
  const match = /^(\d+) (\d+) (\S+) (\d+)$/m.exec(text);
  if (match === null) return null;
  return { token: spec.token, jobId: match[1] ?? '', folder: spec.folder, submittedAt: Number(match[4]) * 1000 };
}

function failCommand(doing: string, why: string): ReprobotError {
  return new ReprobotError({ code: 'backend.unavailable', doing, why: why || 'the command gave no reason', transient: true });
}
