import { chooseProject } from '../src/core/project/choose-project.ts';
/** What comes again and again by BullMQ's job schedulers: looks at clusters, looks for digests that are due, and the sweep. */
import type { SiteProfile } from '../src/core/site.ts';
import type { Queues } from '../src/queue/queues.ts';
import type { WorkerContext } from './context.ts';

const SWEEP_MS = 15_000;
const SCHEDULE_CHECK_MS = 3_000;
/** How late a digest may be. */
const DIGEST_TICK_MS = 60_000;

export async function schedule(queues: Queues, sites: ReadonlyMap<string, SiteProfile>): Promise<void> {
  for (const site of sites.values()) {
    const every = Math.max(500, Math.round(site.polling.seconds * 1000));
    await queues['cluster-poll'].upsertJobScheduler(`poll-${site.id}`, { every }, { name: 'poll-cluster', data: { site: site.id } });
  }
  for (const known of await queues['cluster-poll'].getJobSchedulers()) {
    if (!sites.has(known.key.replace(/^poll-/, ''))) await queues['cluster-poll'].removeJobScheduler(known.key);
  }
  await queues.sweep.upsertJobScheduler('sweep', { every: SWEEP_MS }, { name: 'sweep', data: {} });
}

/** Puts the schedules back when Redis has lost them; without them nothing would be polled until some worker starts anew. */
export function keepScheduled({ queues, sites, log }: WorkerContext): NodeJS.Timeout {
  const check = async (): Promise<void> => {
    if ((await queues.sweep.getJobSchedulersCount()) === 0) await schedule(queues, sites);
  };
  return setInterval(() => void check().catch((error: unknown) => log.warn({ err: error }, 'looking at the schedules')), SCHEDULE_CHECK_MS);
}

/** Gives every project that has none yet its scheduler; a project begins to be one with its first run or fact. A channel that belongs to a
 *  named project by now needs none of its own. */
export async function scheduleDigests(context: WorkerContext): Promise<void> {
  const { digest } = context.queues;
  const known = new Set((await digest.getJobSchedulers()).map(({ key }) => key));
  // Only the first look reads every journal.
  const projects = known.size === 0 ? await context.diary.projectsOf() : await listLively(context);
  for (const project of projects) {
    if (known.has(schedulerOf(project))) continue;
    await digest.upsertJobScheduler(schedulerOf(project), { every: DIGEST_TICK_MS }, { name: 'post-digest', data: { project } });
  }
  const joined = context.settings.projects.flatMap(({ channels }) => channels.map(schedulerOf));
  for (const key of joined) if (known.has(key)) await digest.removeJobScheduler(key);
}

/** BullMQ wants no colon in it; neither channels nor names of projects have one. */
function schedulerOf(project: string): string {
  return `digest-${project}`;
}

async function listLively({ runs, projects, settings }: WorkerContext): Promise<string[]> {
  const channels = await projects.names();
  for (const id of await runs.journal.listActive()) {
    const state = await runs.load(id).catch(() => null);
    if (state !== null) channels.push(state.request.channel);
  }
  return [...new Set(channels.map((channel) => chooseProject(channel, settings.projects)))];
}
