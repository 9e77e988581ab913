import { z } from 'zod';
import { findLastJob } from '../../core/run/state.ts';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'job-status',
  description:
    'Says what is known of the newest job: what it was asked to run, with which resources, its state, the alarms about it and how it ended.',
  input: z.object({}),
  run: async ({ readState }) => {
    const state = await readState();
    const job = findLastJob(state);
    if (job === undefined) return { text: 'No job was submitted yet.' };
    const { argv, resources, env, token } = job.spec;
    const { ref, observation, progress } = job;
    const warnings = state.warnings.filter((warning) => warning.token === token).map(({ words, over }) => ({ words, over: over !== null }));
    return { text: JSON.stringify({ argv, env, resources, job: ref?.jobId ?? null, observation, progress, warnings }, null, 1) };
  },
});
