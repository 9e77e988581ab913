import { z } from 'zod';
import { findLastJob } from '../../core/run/state.ts';
import type { RunState } from '../../core/run/state.ts';
import type { WatchState } from '../../core/run/watch-schema.ts';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'job-status',
  description:
    'Says what is known of the newest job, or of those that are watched: what it was asked to run, with which resources, its state, the alarms about it and how it ended.',
  input: z.object({}),
  run: async ({ readState }) => {
    const state = await readState();
    if (state.watch !== null) return { text: JSON.stringify(describeWatched(state, state.watch), null, 1) };
    const job = findLastJob(state);
    if (job === undefined) return { text: 'No job was submitted yet.' };
    const { argv, resources, env, token } = job.spec;
    const { ref, observation, progress } = job;
    const warnings = state.warnings.filter((warning) => warning.token === token).map(({ words, over }) => ({ words, over: over !== null }));
    return { text: JSON.stringify({ argv, env, resources, job: ref?.jobId ?? null, observation, progress, warnings }, null, 1) };
  },
});

/** Jobs that somebody else started: how they stand, and what the rules found in their logs. */
function describeWatched({ warnings }: RunState, { items, failures }: WatchState): object {
  const jobs = items.map(({ token, jobId, name, shape, observation, progress, parts, logs, usage, proposal }) => {
    const told = warnings.filter((warning) => warning.token === token).map(({ words, over }) => ({ words, over: over !== null }));
    return { job: jobId, name, shape, observation, progress, parts, logs, usage, proposal, warnings: told };
  });
  return { jobs, failures: failures.map(({ failure, jobs: of, count }) => ({ jobs: of, count, failure })) };
}
