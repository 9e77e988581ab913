import { z } from 'zod';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'remember',
  description:
    'Suggests a rule that every later run of this lab should mind. It is shown in the thread; only a person can keep it. For rules alone: what you have proved goes to learn.',
  input: z.object({ rule: z.string().min(5).max(300) }),
  run: () => Promise.resolve({ text: 'Suggested in the thread. It holds once a person has kept it.' }),
});
