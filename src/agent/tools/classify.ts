import { z } from 'zod';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'classify',
  description:
    'Says by rules why the newest job failed: class, confidence, the line that proves it, the chain of causes, a remedy where one is known.',
  input: z.object({}),
  run: async ({ readLog, diagnose }) => {
    const log = await readLog();
    if (log === null) return { text: 'No job of this run has written a log yet.', failed: true };
    return { text: JSON.stringify(await diagnose(log), null, 1) };
  },
});
