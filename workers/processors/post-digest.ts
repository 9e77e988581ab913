import { z } from 'zod';
import { isOnDemand, planEditions, planOnDemand } from '../../src/core/digest/plan-editions.ts';
import type { Digest } from '../../src/core/digest/schema.ts';
import { foldDigestSettings, settingsOf, type DigestPlan } from '../../src/core/digest/settings.ts';
import { viewDigest } from '../../src/core/digest/view.ts';
import { listChannels } from '../../src/core/project/choose-project.ts';
import type { ProjectEvent } from '../../src/core/project/events.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { reconcileThread } from '../../src/slack/reconciler.ts';
import type { WorkerContext } from '../context.ts';
import { withLock } from '../lock.ts';
import { loadQuietly, makeDigest } from '../make-digest.ts';
import { done, type Outcome } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

type Due = Extract<ProjectEvent, { type: 'digest.due' }>;

/** A digest that could not be posted for so long is let go: its channel takes none of ours. */
const GIVE_UP_MS = 24 * 3_600_000;
/** How long the questions of a digest are kept as they are. */
const ASKED_MS = 48 * 3_600_000;
const BUSY_MS = 1_000;

/**
 * Looks whether a digest of a project is due, or makes the one that somebody asks for. It is announced in the project's journal before it is
 * posted, and looked for by the reconciler after a crash, so that it comes once.
 */
export default defineProcessor({
  name: 'post-digest',
  queue: 'digest',
  data: z.object({ project: z.string(), now: z.object({ id: z.string(), channel: z.string() }).optional() }),
  run: async (context, { project, now }) => {
    const key = `${context.settings.prefix}:posting-digest:${project}`;
    const outcome = await withLock(context.redis, key, async () => {
      const plan = await announce(context, project, now ?? null);
      return bringUpToDate(context, project, plan);
    });
    if (outcome !== null) return outcome;
    // Whoever is at it does what is due; what somebody asked for is not known to them yet.
    return now === undefined ? done() : { kind: 'retry', afterMs: BUSY_MS, why: 'another digest of this project is being posted' };
  },
});

/** Tells the journal of what is due. */
async function announce(context: WorkerContext, project: string, asked: { id: string; channel: string } | null): Promise<DigestPlan> {
  const { projects, settings } = context;
  const events = await projects.list(project);
  const isNew = !events.some((event) => event.type === 'digest.due' && !isOnDemand(event.edition));
  const [first] = isNew ? await context.diary.collectEntries(project, { from: 0, to: Number.MAX_SAFE_INTEGER }) : [];
  const now = context.now();
  const plan = foldDigestSettings(settingsOf(project, settings), events, isNew ? (first?.at ?? now) : null);
  const usual = plan.channel ?? listChannels(project, settings.projects)[0] ?? project;
  const { due } = planEditions(plan, events, now);
  if (due !== null) await projects.append(project, { v: 1, at: now, id: due.edition, type: 'digest.due', channel: usual, ...due });
  if (asked !== null) {
    const edition = planOnDemand(plan, events, asked.id, now);
    await projects.append(project, { v: 1, at: now, id: edition.edition, type: 'digest.due', channel: asked.channel, ...edition });
  }
  return plan;
}

/** Posts what was announced and is not posted, and shows in what was posted lately which questions are answered. One that has to wait keeps no
 *  other waiting. */
async function bringUpToDate(context: WorkerContext, project: string, plan: DigestPlan): Promise<Outcome> {
  const events = await context.projects.list(project);
  const posted = new Map(events.flatMap((event) => (event.type === 'digest.posted' ? [[event.edition, event.ts] as const] : [])));
  let waiting: Outcome | null = null;
  for (const event of events) {
    if (event.type !== 'digest.due') continue;
    const ts = posted.get(event.edition);
    if (ts === null || (ts !== undefined && context.now() - event.at > ASKED_MS)) continue;
    const outcome = ts === undefined ? await post(context, project, plan, event) : await refresh(context, project, event);
    if (outcome.kind !== 'done') waiting ??= outcome;
  }
  return waiting ?? done();
}

async function post(context: WorkerContext, project: string, plan: DigestPlan, due: Due): Promise<Outcome> {
  const known = await context.digests.load(project, due.edition);
  const digest = known ?? (await makeDigest(context, project, plan.zone, due));
  if (known === null) await context.digests.save(digest);
  if (digest.quiet && plan.quiet === 'silence' && !isOnDemand(due.edition)) return tellPosted(context, project, due, null);
  const result = await show(context, digest, due);
  if (result.root !== null) await tellPosted(context, project, due, result.root.ts);
  if (result.kind === 'settled') return done();
  if (result.root === null && context.now() - due.at > GIVE_UP_MS) {
    context.log.warn({ project, edition: due.edition, why: result.why }, 'letting go of a digest that could not be posted');
    return tellPosted(context, project, due, null);
  }
  return { kind: 'retry', afterMs: result.ms, why: result.why };
}

async function refresh(context: WorkerContext, project: string, due: Due): Promise<Outcome> {
  const digest = await context.digests.load(project, due.edition);
  if (digest === null || (digest.asks.length === 0 && digest.chart === null)) return done();
  const result = await show(context, digest, due);
  return result.kind === 'settled' ? done() : { kind: 'retry', afterMs: result.ms, why: result.why };
}

async function show(context: WorkerContext, digest: Digest, due: Due) {
  const states = new Map<string, RunState>();
  for (const { run } of digest.asks) {
    const state = await loadQuietly(context, run);
    if (state !== null) states.set(run, state);
  }
  const owner = {
    id: `digest ${digest.project} ${digest.edition}`,
    request: { channel: due.channel, at: due.at },
    thread: null,
    restored: false,
    documents: {},
    verdict: null,
    cancel: null,
  };
  return reconcileThread(context.slack.reconciler, owner, [viewDigest(digest, states)]);
}

async function tellPosted(context: WorkerContext, project: string, due: Due, ts: string | null): Promise<Outcome> {
  await context.projects.append(project, { v: 1, at: context.now(), id: due.edition, type: 'digest.posted', edition: due.edition, ts });
  return done();
}
