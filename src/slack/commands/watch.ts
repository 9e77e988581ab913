import { JOB_ID, type ClusterJob } from '../../core/jobs/cluster-job.ts';
import { redactText } from '../../core/redact.ts';
import { chooseItems, isActiveJob, pickJobs } from '../../core/run/choose-watched.ts';
import type { CommandOf } from '../../core/run/commands.ts';
import { escapeText } from '../blocks.ts';
import { chooseClusters, NO_WORKER, readJobWords } from '../clusters.ts';
import { defineCommand, type ClusterAccess, type CommandReply, type CommandRequest } from '../command.ts';
import { makeRunId } from './reproduce.ts';

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
  const typed = readJobWords(request.args, {});
  if (typeof typed === 'string') return { text: typed };
  const [word, ...more] = typed.words;
  if (word === undefined || more.length > 0)
    return { text: `Which job? \`${name} watch <job-id>\` or \`${name} watch all\`; \`${name} jobs\` lists them.` };
  if (word !== 'all' && !JOB_ID.test(word))
    return { text: `“${escapeText(word.slice(0, 60))}” is no job id; they look like 12345 or 12345_6.` };
  const clusters = chooseClusters(request, typed.site);
  if (typeof clusters === 'string') return { text: clusters };
  const found = await findJobs(access, clusters, word, name);
  if (typeof found === 'string') return { text: found };
  const problem = await context.checkChannel(channel);
  if (problem !== null) return { text: problem };
  const runId = makeRunId(deliveryId);
  const { site, jobs } = found;
  const { target, items } = chooseItems(jobs, word, runId);
  const command: CommandOf<'watch'> = { kind: 'watch', id: deliveryId, at: context.now(), runId, by: user, channel, site, target, items };
  const applied = await context.runs.apply(runId, command);
  if (applied.outcome === 'refused' && applied.refusal?.code !== 'exists')
    return { text: applied.refusal?.message ?? 'That did not work.' };
  const what = word === 'all' ? `${items.length} job${items.length === 1 ? '' : 's'}` : `job ${word}`;
  return {
    text: `Watching ${what} on ${site} as \`${runId}\`; the thread opens in a moment. \`${name} cancel ${runId}\` stops the watching and touches no job.`,
  };
}

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
      silent.push(`${site}: ${escapeText(redactText(error instanceof Error ? error.message : String(error)))}`);
    }
  }
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    return `${word === 'all' ? 'Jobs wait or run' : `Job ${word} exists`} on ${found.map((one) => one.site).join(' and ')}; add \`--site NAME\`.`;
  const unsure = silent.length === 0 ? '' : `\nNot asked, because there was no answer: ${silent.join('; ')}`;
  const none =
    word === 'all'
      ? `Nothing of ours waits or runs on ${clusters.join(', ')}.`
      : `No job ${word} of ours is known on ${clusters.join(', ')}.`;
  return `${over[0] ?? none}${unsure}`;
}
