import type { ClusterJob } from '../../core/jobs/cluster-job.ts';
import { explainPending } from '../../core/jobs/explain-pending.ts';
import { readState } from '../../core/jobs/states.ts';
import { escapeText } from '../blocks.ts';
import { chooseClusters, describeSilence, NO_WORKER, readJobWords, showCode, showTime } from '../clusters.ts';
import { defineCommand, type ClusterAccess, type CommandReply, type CommandRequest } from '../command.ts';

const MOST = 25;

export default defineCommand({
  id: 'jobs',
  usage: 'jobs [--site NAME] [--all]',
  summary: 'lists the jobs of our account on the clusters, also those that I did not start; --all with what ended in the last two days',
  role: 'viewer',
  run: listJobs,
});

async function listJobs(request: CommandRequest): Promise<CommandReply> {
  const { clusters: access } = request.context;
  if (access === null) return { text: NO_WORKER };
  const typed = readJobWords(request.args, { switches: ['all'] });
  if (typeof typed === 'string') return { text: typed };
  const clusters = chooseClusters(request, typed.values.site ?? typed.words[0]);
  if (typeof clusters === 'string') return { text: clusters };
  const parts = await Promise.all(clusters.map((site) => describeCluster(access, site, typed.switches.has('all'))));
  return { text: parts.join('\n\n') };
}

async function describeCluster(access: ClusterAccess, site: string, withEnded: boolean): Promise<string> {
  try {
    const all = await access.browse(site).list();
    const jobs = withEnded ? all : all.filter((job) => readState(job.state, job.reason).kind !== 'ended');
    if (jobs.length === 0) return `*${site}*: ${withEnded ? 'no jobs in the last two days' : 'nothing waits or runs'}.`;
    const lines = jobs.slice(0, MOST).map(describeJob);
    const rest = jobs.length > MOST ? [`… and ${jobs.length - MOST} more`] : [];
    return [`*${site}*: ${jobs.length} job${jobs.length === 1 ? '' : 's'}`, ...lines, ...rest].join('\n');
  } catch (error) {
    return describeSilence(site, error);
  }
}

function describeJob(job: ClusterJob): string {
  const meaning = readState(job.state, job.reason);
  const waits = meaning.kind === 'active' && (meaning.state === 'pending' || meaning.state === 'held');
  const about = waits ? describeWait(job) : describeTimes(job, meaning.kind === 'ended');
  return `• \`${job.id}\` ${showCode(job.name, 60)} – *${escapeText(job.state)}* in ${escapeText(job.partition)}${about}`;
}

function describeWait(job: ClusterJob): string {
  const start = job.startAt === null ? '' : `; the scheduler guesses a start at ${showTime(job.startAt)}`;
  return `: ${escapeText(explainPending(job.reason).words)}${start}`;
}

function describeTimes(job: ClusterJob, isOver: boolean): string {
  const nodes = job.nodes === '' ? '' : ` on ${escapeText(job.nodes.slice(0, 60))}`;
  const started = job.startAt === null ? '' : `, since ${showTime(job.startAt)}`;
  if (isOver) return `${nodes}${job.endAt === null ? '' : `, ended ${showTime(job.endAt)}`}`;
  return `${nodes}${started}, limit ${escapeText(job.timeLimit)}`;
}
