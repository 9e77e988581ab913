import { findLastJob } from '../../src/core/run/state.ts';
import { defineEffect } from '../processor.ts';

/** Asks for the end of the run's job; that it ended is seen by the poller. */
export default defineEffect('cancel-job', async ({ context, state }) => {
  const ref = findLastJob(state)?.ref;
  if (ref !== undefined && ref !== null) await context.backendOf(state.request.site).cancel(ref);
  return null;
});
