import { z } from 'zod';
import { findLastJob } from '../../core/run/state.ts';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'job-status',
  description: 'Says what is known of the newest job: what it was asked to run, with which resources, its state and how it ended.',
  input: z.object({}),
  run: ({ state }) => {
    const job = findLastJob(state);
    if (job === undefined) return Promise.resolve({ text: 'No job was submitted yet.' });
    const { argv, resources, env } = job.spec;
    const { ref, observation, progress } = job;
    return Promise.resolve({ text: JSON.stringify({ argv, env, resources, job: ref?.jobId ?? null, observation, progress }, null, 1) });
  },
});
