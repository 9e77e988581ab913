/** What the verbs about cluster jobs share: which clusters are meant, where a job is, what to say when one does not answer. */
import { listSitesInUse } from '../config.ts';
import { JOB_ID, type ClusterJobDetails } from '../core/jobs/cluster-job.ts';
import { redactText } from '../core/redact.ts';
import { formatMoment } from '../core/run/format.ts';
import { escapeText, renderLine } from './blocks.ts';
import type { ClusterAccess, CommandRequest } from './command.ts';
import { readFlags, type Flags } from './flags.ts';

/** Sorts the words of a verb about jobs, all of which take `--site`; a sentence where an option is not known or lacks its value. */
export function readJobWords<V extends string = never, S extends string = never>(
  args: readonly string[],
  known: { readonly values?: readonly V[]; readonly switches?: readonly S[] } = {},
): Flags<V | 'site', S> | string {
  const flags = readFlags<V | 'site', S>(args, { values: ['site', ...(known.values ?? [])], switches: known.switches ?? [] });
  if (typeof flags === 'string') return flags;
  return { ...flags, words: flags.words.map((word) => word.replaceAll('`', '')) };
}

/** The clusters that are meant: the one named, else all of kind slurm that this lab uses. A sentence when there is none. */
export function chooseClusters({ context, name }: Pick<CommandRequest, 'context' | 'name'>, site: string | undefined): string[] | string {
  const isCluster = (id: string) => context.sites.get(id)?.backend === 'slurm';
  if (site !== undefined)
    return isCluster(site) ? [site] : `“${escapeText(site)}” is no cluster that I know. \`${name} sites\` lists them.`;
  const found = listSitesInUse(context.settings).filter((id) => isCluster(id));
  return found.length > 0 ? found : `No cluster is set up here; \`${name} sites\` lists the profiles, README says how to connect one.`;
}

export interface FoundJob {
  readonly site: string;
  readonly job: ClusterJobDetails;
}

/** The job with this id on the clusters that are meant; a sentence when none, several, or an unreachable one may have it. */
export async function findJob(access: ClusterAccess, clusters: readonly string[], id: string): Promise<FoundJob | string> {
  if (!JOB_ID.test(id)) return refuseId(id);
  const found: FoundJob[] = [];
  const silent: string[] = [];
  for (const site of clusters) {
    try {
      const job = await access.browse(site).find(id);
      if (job !== null) found.push({ site, job });
    } catch (error) {
      silent.push(describeSilence(site, error));
    }
  }
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  if (only !== undefined) return `Job ${id} exists on ${found.map((item) => item.site).join(' and ')}; add \`--site NAME\`.`;
  return describeNotFound(`job ${id} of ours is known`, clusters, silent);
}

export function refuseId(typed: string): string {
  return `“${escapeText(typed.slice(0, 60))}” is no job id; they look like 12345 or 12345_6.`;
}

/** That a cluster could not be asked, and why. */
export function describeSilence(site: string, error: unknown): string {
  return `*${site}* does not answer: ${escapeText(redactText(error instanceof Error ? error.message : String(error)))}`;
}

/** That there is no such thing, said of those clusters only that have answered. */
export function describeNotFound(what: string, clusters: readonly string[], silent: readonly string[]): string {
  const isNone = silent.length < clusters.length;
  return [
    ...(isNone ? [`No ${what} on ${clusters.join(', ')}${silent.length === 0 ? '' : ', as far as they answer'}.`] : []),
    ...silent,
  ].join('\n');
}

/** That there is nothing to read. */
export function describeNoLog(site: string, path: string): string {
  return path === '' ? `The scheduler of ${site} names no log.` : `There is no log at ${showCode(path, 300)} on ${site}.`;
}

/** What somebody named or a log says, as code, so that nothing in it is taken for formatting. */
export function showCode(text: string, most: number): string {
  return renderLine([{ text: redactText(text).slice(0, most), style: 'code' }]);
}

/** A time as the reader's own clock shows it. */
export function showTime(at: number): string {
  const seconds = Math.floor(at / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${formatMoment(at)}>`;
}

export const NO_WORKER = 'Only a slash command can ask a cluster; type it after the slash.';
