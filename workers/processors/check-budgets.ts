import { z } from 'zod';
import { viewBudgetNotice } from '../../src/core/ledger/view-budget.ts';
import { listChannels } from '../../src/core/project/choose-project.ts';
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

async function checkProject(context: WorkerContext, project: string): Promise<Outcome> {
  for (const standing of await context.budgets.tellLevels(project)) {
    const channel = standing.budget.channel ?? listChannels(project, context.settings.projects)[0] ?? project;
    for (const reached of standing.budget.reached) {
      const owner: ThreadOwner = {
        id: `budget ${reached.id}`,
        request: { channel, at: reached.at },
        thread: null,
        restored: false,
        documents: {},
        verdict: null,
        cancel: null,
      };
      const result = await reconcileThread(context.slack.reconciler, owner, [viewBudgetNotice(project, standing, reached)]);
      if (result.kind === 'wait') return { kind: 'retry', afterMs: result.ms, why: result.why };
    }
  }
  return done();
}
