import { z } from 'zod';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'note',
  description:
    'Writes down a fact, a decision or an open question that must not be forgotten in this piece of work. It survives when older conversation is left out.',
  input: z.object({ text: z.string().min(1).max(600) }),
  run: () => Promise.resolve({ text: 'Noted.' }),
});
