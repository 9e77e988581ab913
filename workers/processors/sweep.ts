import { z } from 'zod';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';
import { scheduleDigests } from '../schedule.ts';

/** Hands everything that goes on to the queues once more, in case a crash came between the journal and them; and has the budgets looked at,
 *  which time alone uses up while a job runs. New projects get their schedule. */
export default defineProcessor({
  name: 'sweep',
  queue: 'sweep',
  data: z.object({}),
  run: async (context) => {
    await context.runs.dispatchAll((runId, error) => context.log.error({ err: error, runId }, 'reading a run'));
    await context.slack.context.requestBudgets(null);
    await scheduleDigests(context);
    return done();
  },
});
