/** Looks at jobs that the bot may not have started: lists them, finds their logs, reads the end of one. Changes nothing. */
import { type ClusterJob, type ClusterJobDetails, JOB_ID } from '../../core/jobs/cluster-job.ts';
import { ReprobotError } from '../../errors.ts';
import type { Host, JobBrowser } from '../../ports.ts';
import { describeFailure } from '../shared/failure.ts';
import { readSeconds } from '../shared/look.ts';
import { LIST_SCRIPT, SHOW_SCRIPT, TAIL_SCRIPT } from './job-scripts.ts';
import { USAGE_SCRIPT } from './scripts.ts';
import { parseUsage } from './usage.ts';

const US = '\u001f';
const LOOK_MS = 90_000;
/** Names of the jobs that the bot started. */
const OURS = /^rb-r[a-z0-9]{4,32}-a\d{1,4}(?:-r\d{1,4})?$/;
/** As much of a log as is ever handed on. */
const MAX_BYTES = 6_000_000;

export function createJobBrowser(id: string, host: Host): JobBrowser {
  const run = async (doing: string, source: string, args: readonly string[]): Promise<string> => {
    const result = await host.script(source, args, { timeoutMs: LOOK_MS });
    if (result.code === 0) return result.stdout;
    throw new ReprobotError({
      code: 'backend.unavailable',
      doing,
      why: describeFailure(result) || 'Slurm did not answer',
      remedy: 'Try again in a minute.',
      transient: true,
    });
  };
  return {
    list: async () => parseJobs(await run(`asking ${id} for its jobs`, LIST_SCRIPT, [])),
    find: async (jobId) => parseDetails(jobId, await run(`asking ${id} for job ${jobId}`, SHOW_SCRIPT, [checkId(jobId)])),
    usage: async (of) => {
      const args = 'jobId' in of ? ['-j', checkId(of.jobId)] : ['--name', of.name];
      // Names are lists to sacct, and those that hold a comma cannot be asked for.
      if ('name' in of && !/^[^,\n\0]{1,200}$/.test(of.name)) return [];
      return parseUsage(await run(`asking the accounting of ${id}`, USAGE_SCRIPT, args));
    },
    tail: async (path, bytes) => {
      if (path === '' || !path.startsWith('/')) return null;
      const text = await run(`reading ${path} on ${id}`, TAIL_SCRIPT, [path, String(Math.min(bytes, MAX_BYTES))]);
      return text.startsWith('@none') ? null : text.slice(text.indexOf('\n') + 1);
    },
  };
}

function checkId(jobId: string): string {
  if (JOB_ID.test(jobId)) return jobId;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: 'looking for a job',
    why: `“${jobId.slice(0, 60)}” is no job id`,
    remedy: 'Ids look like 12345 or 12345_6; /hpc jobs lists them.',
  });
}

/** Rows of LIST_SCRIPT, newest first; the queue's word counts where the accounting knows the job too. */
export function parseJobs(text: string): ClusterJob[] {
  const jobs = new Map<string, ClusterJob>();
  for (const line of text.split('\n')) {
    const [kind, id = '', state = '', reason = '', partition = '', submitted, start, end, timeLimit = '', nodes = '', ...name] =
      line.split(US);
    if ((kind !== 'Q' && kind !== 'A') || id === '' || jobs.has(id)) continue;
    jobs.set(id, {
      id,
      name: name.join(US),
      state,
      reason: kind === 'Q' && reason !== 'None' ? reason : '',
      partition,
      nodes: nodes === 'None assigned' ? '' : nodes,
      submittedAt: readSeconds(submitted) ?? null,
      startAt: readSeconds(start) ?? null,
      endAt: readSeconds(end) ?? null,
      timeLimit,
    });
  }
  return [...jobs.values()].sort((a, b) => (b.submittedAt ?? 0) - (a.submittedAt ?? 0));
}

/** `scontrol show job`, or the accounting's row where the controller has forgotten it; null where neither knows it. */
export function parseDetails(jobId: string, text: string): ClusterJobDetails | null {
  if (text.startsWith('@none')) return null;
  if (text.startsWith('@accounting')) return parseAccounted(jobId, text.slice(text.indexOf('\n') + 1));
  // A name may hold blanks and look like further fields. It is the last of its line.
  const name = /\sJobName=(.*)$/m.exec(text)?.[1]?.trim() ?? '';
  const rest = text.replaceAll(/\sJobName=.*$/gm, '');
  const field = (key: string): string => {
    const found = new RegExp(`(?:^|\\s)${key}=(\\S*)`, 'm').exec(rest)?.[1] ?? '';
    return /^\((null|None)\)$|^(Unknown|N\/A)$/.test(found) ? '' : found;
  };
  // These stand on lines of their own, because their values may hold blanks.
  const line = (key: string): string => new RegExp(`^\\s{1,8}${key}=(.*)$`, 'm').exec(rest)?.[1]?.trim() ?? '';
  return {
    id: jobId,
    name,
    state: field('JobState'),
    reason: field('Reason') === 'None' ? '' : field('Reason').replaceAll('_', ' '),
    partition: field('Partition'),
    nodes: /^\s{1,8}NodeList=(\S*)/m.exec(text)?.[1]?.replace('(null)', '') ?? '',
    submittedAt: readSeconds(field('SubmitTime')) ?? null,
    startAt: readSeconds(field('StartTime')) ?? null,
    endAt: readSeconds(field('EndTime')) ?? null,
    timeLimit: field('TimeLimit'),
    exitCode: field('ExitCode'),
    workFolder: line('WorkDir'),
    stdout: line('StdOut'),
    stderr: line('StdErr'),
    parts: listParts(rest),
  };
}

/** The records of a job that has several. */
function listParts(text: string): ClusterJobDetails['parts'] {
  const records = text.split(/^(?=JobId=)/m).filter((record) => record.startsWith('JobId='));
  if (records.length < 2) return [];
  return records.map((record) => ({
    which: /\sArrayTaskId=(\S+)/.exec(record)?.[1] ?? `+${/\sHetJobOffset=(\d+)/.exec(record)?.[1] ?? '?'}`,
    state: /\sJobState=(\S+)/.exec(record)?.[1] ?? 'UNKNOWN',
  }));
}

function parseAccounted(jobId: string, row: string): ClusterJobDetails | null {
  const [id, state = '', exitCode = '', partition = '', submitted, start, end, timeLimit = '', nodes = '', workFolder = '', ...name] = row
    .split('\n', 1)[0]
    ?.split(US) ?? [''];
  if (id === undefined || id === '') return null;
  // Accounting of older releases keeps no log path; this is where our jobs write, and sbatch's own default.
  const file = OURS.test(name.join(US)) ? 'job.log' : `slurm-${jobId}.out`;
  const guess = workFolder === '' ? '' : `${workFolder}/${file}`;
  return {
    id: jobId,
    name: name.join(US),
    state,
    reason: '',
    partition,
    nodes: nodes === 'None assigned' ? '' : nodes,
    submittedAt: readSeconds(submitted) ?? null,
    startAt: readSeconds(start) ?? null,
    endAt: readSeconds(end) ?? null,
    timeLimit,
    exitCode,
    workFolder,
    stdout: guess,
    stderr: guess,
    parts: [],
  };
}
