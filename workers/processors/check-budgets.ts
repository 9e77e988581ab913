import { z } from 'zod';
import type { Budget } from '../../src/core/ledger/budget.ts';
import { viewBudgetNotice, viewRetiredNotice } from '../../src/core/ledger/view-budget.ts';
import { listChannels } from '../../src/core/project/choose-project.ts';
import type { Slot } from '../../src/core/run/slots.ts';
import { reconcileThread } from '../../src/slack/reconciler.ts';
import type { ThreadOwner } from '../../src/slack/thread-store.ts';
import type { WorkerContext } from '../context.ts';
import { done, type Outcome } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

/** Tells of budgets that are nearly or wholly used up, of one project or of all, and keeps those messages as they should be. */
export default defineProcessor({
  name: 'check-budgets',
  queue: 'thread',
  data: z.object({ project: z.string().nullable() }),
  run: async (context, { project }) => {
    const projects = project === null ? await context.budgets.listProjects() : [project];
    for (const one of projects) {
      const outcome = await checkProject(context, one);
      if (outcome.kind !== 'done') return outcome;
    }
    return done();
  },
});

/** Older messages are left as they are: a month and a few days, for the budgets of months. */
const KEPT_MS = 40 * 86_400_000;

interface Notice {
  readonly budget: Budget;
  readonly reached: Budget['reached'][number];
  readonly slot: Slot;
}

async function checkProject(context: WorkerContext, project: string): Promise<Outcome> {
  const standings = await context.budgets.tellLevels(project);
  const { before } = await context.budgets.readBudgets(project);
  const notices: Notice[] = [
    ...before.flatMap((budget) => budget.reached.map((reached) => ({ budget, reached, slot: viewRetiredNotice(budget, reached) }))),
    ...standings.flatMap((standing) =>
      standing.budget.reached.map((reached) => ({ budget: standing.budget, reached, slot: viewBudgetNotice(project, standing, reached) })),
    ),
  ];
  for (const notice of notices) {
    if (notice.reached.at < context.now() - KEPT_MS) continue;
    const result = await reconcileThread(context.slack.reconciler, describeOwner(context, project, notice), [notice.slot]);
    if (result.kind === 'wait') return { kind: 'retry', afterMs: result.ms, why: result.why };
  }
  return done();
}

/** A message of its own in the channel in which the budget was set. */
function describeOwner({ settings }: WorkerContext, project: string, { budget, reached }: Notice): ThreadOwner {
  const channel = budget.channel ?? listChannels(project, settings.projects)[0] ?? project;
  const request = { channel, at: reached.at };
  return { id: `budget ${reached.id}`, request, thread: null, restored: false, documents: {}, verdict: null, cancel: null };
}
