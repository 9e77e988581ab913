import { z } from 'zod';
import { defineTool, NO_LOG } from '../tool.ts';

export default defineTool({
  name: 'classify',
  description:
    'Says by rules why the newest job failed, or a watched one: class, confidence, the line that proves it, the chain of causes, a remedy where one is known.',
  input: z.object({ job: z.string().max(60).optional().describe('which of several watched jobs, or which part of one, by its id') }),
  run: async ({ readLog, diagnose }, { job }) => {
    const log = await readLog(job);
    if (log === null) return NO_LOG;
    return { text: JSON.stringify(await diagnose(log, job), null, 1) };
  },
});
