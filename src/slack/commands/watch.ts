import { JOB_ID, type ClusterJob } from '../../core/jobs/cluster-job.ts';
import { chooseItems, isActiveJob, leaveOutWatched, pickJobs } from '../../core/run/choose-watched.ts';
import type { CommandOf } from '../../core/run/commands.ts';
import type { WatchItem } from '../../core/run/watch-schema.ts';
import { isItemAlive } from '../../core/run/watch.ts';
import { escapeText } from '../blocks.ts';
import { chooseClusters, describeNotFound, describeSilence, NO_WORKER, readJobWords, refuseId } from '../clusters.ts';
import { defineCommand, type ClusterAccess, type CommandReply, type CommandRequest } from '../command.ts';
import { listRuns } from '../find-run.ts';
import { makeRunId } from '../make-run-id.ts';

/** Watches of one channel that are looked through for the same job. */
const MOST_WATCHES = 50;

export default defineCommand({
  id: 'watch',
  usage: 'watch <job-id|all> [--site NAME]',
  summary:
    'follows a job that I did not start (or all of our account’s) in a thread: state, progress, stalls, why it died, what it used; never touches it',
  role: 'runner',
  run: startWatch,
});

async function startWatch(request: CommandRequest): Promise<CommandReply> {
  const { context, channel, user, deliveryId, name } = request;
  const { clusters: access } = context;
  if (access === null) return { text: NO_WORKER };
  const typed = readJobWords(request.args);
  if (typeof typed === 'string') return { text: typed };
  const [word, ...more] = typed.words;
  if (word === undefined || more.length > 0)
    return { text: `Which job? \`${name} watch <job-id>\` or \`${name} watch all\`; \`${name} jobs\` lists them.` };
  if (word !== 'all' && !JOB_ID.test(word)) return { text: refuseId(word) };
  const clusters = chooseClusters(request, typed.values.site);
  if (typeof clusters === 'string') return { text: clusters };
  const found = await findJobs(access, clusters, word, name);
  if (typeof found === 'string') return { text: found };
  const problem = await context.checkChannel(channel);
  if (problem !== null) return { text: problem };
  const runId = makeRunId(deliveryId);
  const { site } = found;
  const going = await listGoing(request, site, runId);
  const same = going.find(({ items }) => items.some(({ jobId }) => jobId === word));
  if (same !== undefined) return { text: `Job ${word} is watched here already, as \`${same.runId}\`.` };
  const jobs =
    word === 'all'
      ? leaveOutWatched(
          found.jobs,
          going.flatMap(({ items }) => items),
        )
      : found.jobs;
  if (!jobs.some(isActiveJob)) return { text: `All that waits or runs on ${site} is watched here already: ${listIds(going)}.` };
  const { target, items } = chooseItems(jobs, word, runId);
  if (items.length === 0) return { text: `All that waits or runs on ${site} is of runs of mine, which have threads of their own.` };
  const command: CommandOf<'watch'> = { kind: 'watch', id: deliveryId, at: context.now(), runId, by: user, channel, site, target, items };
  const applied = await context.runs.apply(runId, command);
  if (applied.outcome === 'refused' && applied.refusal?.code !== 'exists')
    return { text: applied.refusal?.message ?? 'That did not work.' };
  const what = word === 'all' ? `${items.length} job${items.length === 1 ? '' : 's'}` : `job ${word}`;
  return {
    text: `Watching ${what} on ${site} as \`${runId}\`; the thread opens in a moment. \`${name} cancel ${runId}\` stops the watching and touches no job.`,
  };
}

interface GoingWatch {
  readonly runId: string;
  readonly items: readonly WatchItem[];
}

/** What is watched in this channel already; a second thread about the same job would only say everything twice. */
async function listGoing({ context, channel }: CommandRequest, site: string, ownId: string): Promise<GoingWatch[]> {
  const states = await listRuns(
    context.runs,
    ({ id, watch, verdict, cancel, request }) =>
      watch !== null && verdict === null && cancel === null && request.channel === channel && request.site === site && id !== ownId,
    MOST_WATCHES,
  );
  return states.map(({ id, watch }) => ({ runId: id, items: (watch?.items ?? []).filter(isItemAlive) }));
}

const listIds = (watches: readonly GoingWatch[]): string => watches.map(({ runId }) => `\`${runId}\``).join(', ');

interface FoundJobs {
  readonly site: string;
  readonly jobs: readonly ClusterJob[];
}

/** The cluster that knows the job; a sentence when none does, several do, or it is over. Only jobs of our own account are ever listed. */
async function findJobs(access: ClusterAccess, clusters: readonly string[], word: string, name: string): Promise<FoundJobs | string> {
  const found: FoundJobs[] = [];
  const silent: string[] = [];
  const over: string[] = [];
  for (const site of clusters) {
    try {
      const jobs = await access.browse(site).list();
      const chosen = pickJobs(jobs, word);
      if (chosen.some(isActiveJob)) found.push({ site, jobs });
      else if (chosen.length > 0 && word !== 'all')
        over.push(`Job ${word} on ${site} is over (${escapeText(chosen[0]?.state ?? '')}); \`${name} why ${word}\` says how it ended.`);
    } catch (error) {
      silent.push(describeSilence(site, error));
    }
  }
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    return `${word === 'all' ? 'Jobs wait or run' : `Job ${word} exists`} on ${found.map((one) => one.site).join(' and ')}; add \`--site NAME\`.`;
  const [first] = over;
  if (first !== undefined) return [first, ...silent].join('\n');
  return describeNotFound(word === 'all' ? 'job of ours waits or runs' : `job ${word} of ours is known`, clusters, silent);
}
