import { z } from 'zod';
import { viewRun } from '../../src/core/run/view/index.ts';
import { reconcileThread } from '../../src/slack/reconciler.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

export default defineProcessor({
  name: 'reconcile-thread',
  queue: 'thread',
  data: z.object({ runId: z.string() }),
  run: async (context, { runId }) => {
    const state = await context.runs.load(runId);
    if (state === null) return done();
    const result = await reconcileThread(context.slack.reconciler, state, viewRun(state));
    if (result.root !== null && state.thread === null) {
      const { channel, ts } = result.root;
      await context.runs.apply(runId, { kind: 'open-thread', id: `thread:${channel}:${ts}`, at: context.now(), channel, ts });
    }
    if ((await context.slack.home.listOpened()).length > 0) await context.slack.context.requestHome(null);
    if (result.kind === 'wait') return { kind: 'retry', afterMs: result.ms, why: result.why };
    return done();
  },
});
