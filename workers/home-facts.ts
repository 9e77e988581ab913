import { listSitesInUse } from '../src/config.ts';
import type { HomeFacts, SeenSite } from '../src/core/home/facts.ts';
import type { SeenQuota } from '../src/core/kaggle/quota.ts';
import type { Standing } from '../src/core/ledger/budget.ts';
import { listChannels } from '../src/core/project/choose-project.ts';
import { findSince, listQuestions } from '../src/core/run/questions.ts';
import type { RunState } from '../src/core/run/state.ts';
import { looksKey } from '../src/queue/dispatcher.ts';
import { ROLES, type Role } from '../src/slack/access.ts';
import type { WorkerContext } from './context.ts';

const RECENT = 200;
/** Runs of a person whose threads are linked. */
const LINKED = 16;

/** What everybody's Home is chosen from. */
export interface HomeWorld {
  readonly runs: readonly RunState[];
  readonly budgets: readonly { readonly project: string; readonly channel: string; readonly standing: Standing }[];
  readonly sites: readonly SeenSite[];
  readonly quota: SeenQuota | null;
}

/** Reads what is known: journals, looks, budgets. Asks no cluster. */
export async function readHomeWorld(context: WorkerContext): Promise<HomeWorld> {
  const { journal } = context.runs;
  const ids = new Set([...(await journal.listRecent(RECENT)), ...(await journal.listActive())]);
  const states = await Promise.all([...ids].map((id) => loadQuietly(context, id)));
  const runs = states.filter((state) => state !== null).sort((a, b) => b.request.at - a.request.at);
  const going = runs.filter((state) => state.verdict === null).map((state) => state.request.site);
  const siteIds = [...new Set([...listSitesInUse(context.settings), ...going])].filter((id) => context.sites.has(id));
  const readQuota = context.slack.context.readQuota;
  return {
    runs,
    budgets: await readBudgets(context),
    sites: await Promise.all(siteIds.map((id) => readSite(context, id))),
    quota: readQuota === null ? null : await readQuota(),
  };
}

async function loadQuietly(context: WorkerContext, runId: string): Promise<RunState | null> {
  try {
    return await context.runs.load(runId);
  } catch (error) {
    context.log.warn({ err: error, run: runId }, 'reading a run for the Home tabs');
    return null;
  }
}

async function readBudgets({ budgets, settings }: WorkerContext): Promise<HomeWorld['budgets']> {
  const projects = await budgets.listProjects();
  const all = await Promise.all(
    projects.map(async (project) => {
      const channel = listChannels(project, settings.projects)[0] ?? project;
      return (await budgets.listStandings(project)).map((standing) => ({ project, channel: standing.budget.channel ?? channel, standing }));
    }),
  );
  return all.flat();
}

async function readSite({ redis, settings }: WorkerContext, id: string): Promise<SeenSite> {
  const { answeredAt, failures } = await redis.hgetall(looksKey(settings.prefix, id));
  return { id, seenAt: answeredAt === undefined ? null : Number(answeredAt), silences: Number(failures ?? 0) };
}

/** What of it one person may see and decide on. */
export async function chooseHomeFacts(context: WorkerContext, world: HomeWorld, user: string): Promise<HomeFacts> {
  const { access } = context.slack.context;
  const rights = new Map<string, Role | null>();
  const channels = [...world.runs.map((state) => state.request.channel), ...world.budgets.map((one) => one.channel)];
  for (const channel of new Set(channels)) rights.set(channel, await access.roleOf(user, channel));
  const may = (channel: string, role: Role): boolean => {
    const own = rights.get(channel) ?? null;
    return own !== null && ROLES.indexOf(own) >= ROLES.indexOf(role);
  };
  const isKnown = [...rights.values()].some((role) => role !== null) || (await access.roleOf(user, '')) !== null;
  const runs = world.runs.filter((state) => may(state.request.channel, 'viewer'));
  const questions = runs
    .flatMap((state) => listQuestions(state).map((question) => ({ state, question })))
    .filter(({ state, question }) => may(state.request.channel, question.needs))
    .sort((a, b) => findSince(a.state, a.question) - findSince(b.state, b.question));
  const budgets = world.budgets.flatMap((one) => {
    return may(one.channel, 'viewer') ? [{ ...one, answers: may(one.channel, 'approver') }] : [];
  });
  const links = await linkRuns(context, [
    ...runs.filter((state) => state.request.by === user).slice(0, LINKED),
    ...questions.slice(0, LINKED).map(({ state }) => state),
    ...runs.filter((state) => state.failures.length > 0).slice(0, LINKED),
  ]);
  // Whoever is on no list learns nothing of what the lab has.
  const { sites, quota } = isKnown ? world : { sites: [], quota: null };
  return { user, now: context.now(), runs, questions, budgets, sites, quota, links };
}

async function linkRuns(context: WorkerContext, runs: readonly RunState[]): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const { id, thread } of runs) {
    if (thread === null || links.has(id)) continue;
    const link = await context.slack.findPermalink(thread.channel, thread.ts);
    if (link !== null) links.set(id, link);
  }
  return links;
}
