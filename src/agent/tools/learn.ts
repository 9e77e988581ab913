import { z } from 'zod';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'learn',
  description:
    'Adds a note to what the lab has learned. Only for what you have seen proved, with its source (file:line, log line, job). It stays marked as unconfirmed until a person confirms it.',
  input: z.object({ question: z.string().min(3).max(300), answer: z.string().min(3).max(2000), source: z.string().min(3).max(300) }),
  run: async ({ knowledge }, note) => ({ text: await knowledge.add(note) }),
});
