/** Gathers what a digest is made of, and makes it. */
import type { Entry } from '../src/core/diary/entry.ts';
import { composeDigest, listThreads } from '../src/core/digest/compose.ts';
import type { BudgetStand, QuotaStand } from '../src/core/digest/costs.ts';
import { listTargets } from '../src/core/digest/list-targets.ts';
import { isWeekly, type Edition } from '../src/core/digest/plan-editions.ts';
import type { Digest } from '../src/core/digest/schema.ts';
import { isWeekOver } from '../src/core/kaggle/quota.ts';
import type { Standing } from '../src/core/ledger/budget.ts';
import { showUse } from '../src/core/ledger/describe.ts';
import { chooseProject } from '../src/core/project/choose-project.ts';
import type { RunState } from '../src/core/run/state.ts';
import { hasCode } from '../src/errors.ts';
import { tellQuota } from '../src/runs/kaggle-quota.ts';
import type { WorkerContext } from './context.ts';
import { openDigest } from './open-digest.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

/** The digest of one edition, as things stand now. */
export async function makeDigest(
  context: WorkerContext,
  project: string,
  zone: string,
  edition: Edition & { readonly channel: string },
): Promise<Digest> {
  const { diary } = context;
  const { from, to } = edition;
  const entries = await diary.collectEntries(project, { from, to });
  const before = isWeekly(edition.edition) ? await diary.collectEntries(project, { from: from - WEEK_MS, to: from }) : [];
  const states = await loadStates(context, project, entries);
  const budgets = await listBudgets(context, project, to);
  const quota = await findQuota(context, project, states, from);
  const digest = composeDigest({
    ...edition,
    project,
    title: await nameProject(context, project),
    zone,
    entries,
    before,
    states,
    targets: listTargets(states),
    budgets,
    quota,
  });
  return openDigest(context, { ...digest, links: await findLinks(context, digest) }, entries, edition.channel);
}

/** The runs that go on, and those that something is told of. */
async function loadStates(context: WorkerContext, project: string, entries: readonly Entry[]): Promise<RunState[]> {
  const told = entries.flatMap(({ source }) => (source.of === 'run' ? [source.id] : []));
  const ids = [...new Set([...told, ...(await context.runs.journal.listActive())])].sort();
  const states: RunState[] = [];
  for (const id of ids) {
    const state = await loadQuietly(context, id);
    if (state !== null && chooseProject(state.request.channel, context.settings.projects) === project) states.push(state);
  }
  return states;
}

/** A run whose journal cannot be read does not keep the others from being told of. */
export async function loadQuietly(context: WorkerContext, runId: string): Promise<RunState | null> {
  try {
    return await context.runs.load(runId);
  } catch (error) {
    if (!hasCode(error, 'journal.corrupt')) throw error;
    context.log.warn({ err: error, run: runId }, 'reading a run for a digest');
    return null;
  }
}

async function findLinks({ slack }: WorkerContext, digest: Digest): Promise<Record<string, string>> {
  const links: Record<string, string> = {};
  for (const { channel, ts } of listThreads(digest)) {
    const link = await slack.findPermalink(channel, ts);
    if (link !== null) links[`${channel} ${ts}`] = link;
  }
  return links;
}

/** How the budgets stand, each with the entries that were counted. */
async function listBudgets(context: WorkerContext, project: string, to: number): Promise<BudgetStand[]> {
  const standings = await context.budgets.listStandings(project);
  if (standings.length === 0) return [];
  const rows = await context.ledger.collectRows(to, project);
  return standings.map((standing) => {
    const { budget, used, from } = standing;
    const counted = rows.filter((row) => row.at >= from && (budget.kind === 'dollars' ? (row.dollars ?? 0) > 0 : row.kind === budget.kind));
    const ids = counted.map(({ source }) => `${source.id}.${source.version}`);
    return {
      words: describeBudget(standing),
      used,
      amount: budget.amount,
      from: [budget.id, ...new Set(ids)],
      isAsked: standing.state === 'asked',
    };
  });
}

/** While something goes on at Kaggle the newest look there is, one of now unless somebody has just looked; else the last one of the span. */
async function findQuota(context: WorkerContext, project: string, states: readonly RunState[], from: number): Promise<QuotaStand | null> {
  const now = context.now();
  const terms = states.filter(({ verdict }) => verdict === null).map(({ experiment }) => experiment?.terms ?? null);
  const account = terms.findLast((one) => one !== null && one.accelerator !== 'none')?.account ?? null;
  const seen = account === null || context.quota === null ? null : await context.quota.recent();
  if (account !== null && seen !== null) await tellQuota(context.projects, project, seen, { account, run: null });
  const since = account === null ? from : now - WEEK_MS;
  const told = await context.diary.collectEntries(project, { from: since, to: Number.MAX_SAFE_INTEGER });
  const look = told.findLast(({ source }) => source.event === 'quota.seen');
  if (look === undefined) return null;
  const event = (await context.projects.list(look.source.id))[look.source.version - 1];
  return { look, isOver: event?.type === 'quota.seen' && isWeekOver(event.quota, now) };
}

function describeBudget({ budget }: Standing): string {
  const span = { week: 'a week', month: 'a month', total: 'in all' }[budget.span];
  return `${showUse(budget.kind, budget.amount)} ${span}`;
}

/** What people call it: a named project by its name, a channel by the channel's, and a conversation with the bot as that of one person. */
async function nameProject({ settings, slack, log }: WorkerContext, project: string): Promise<string> {
  if (settings.projects.some(({ name }) => name === project)) return project;
  if (project.startsWith('D')) return 'your runs';
  try {
    const { channel } = await slack.reconciler.client.conversations.info({ channel: project });
    return channel?.name === undefined ? project : `#${channel.name}`;
  } catch (error) {
    log.warn({ err: error, project }, 'asking for the name of a channel');
    return project;
  }
}
