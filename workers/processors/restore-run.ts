import { z } from 'zod';
import type { RunState } from '../../src/core/run/state.ts';
import { listRecorded, readRecordedState } from '../../src/git/record.ts';
import type { WorkerContext } from '../context.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

/** Reads runs back from their records after Redis lost them: one by id, or all unfinished ones of a channel. */
export default defineProcessor({
  name: 'restore-run',
  queue: 'sweep',
  data: z.object({ runId: z.string().nullable(), channel: z.string(), by: z.string() }),
  run: async (context, { runId, channel, by }) => {
    const ids = runId === null ? await listRecorded(context.settings.dataDir) : [runId];
    for (const id of ids) {
      const state = await readRecordedState(context.settings.dataDir, id);
      if (state === null || (runId === null && (state.request.channel !== channel || state.verdict !== null))) continue;
      await restore(context, state, by);
    }
    return done();
  },
});

async function restore(context: WorkerContext, state: RunState, by: string): Promise<void> {
  const at = context.now();
  await context.runs.apply(state.id, { kind: 'restore', id: `restore:${state.id}:${state.updatedAt}`, at, by, state });
  if (state.verdict !== null && state.verdict.as !== 'READY') {
    await context.runs.apply(state.id, { kind: 'resume', id: `resume:${state.id}:${state.updatedAt}`, at, by });
  }
}
