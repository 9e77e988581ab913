import { z } from 'zod';
import { createRecord } from '../../src/git/record.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

export default defineProcessor({
  name: 'write-record',
  queue: 'record',
  data: z.object({ runId: z.string() }),
  run: async (context, { runId }) => {
    await createRecord(context.settings.dataDir, runId).write(await context.runs.journal.read(runId, 0));
    return done();
  },
});
