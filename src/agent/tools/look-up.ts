import { z } from 'zod';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'look-up',
  description: 'Searches what the lab has learned before (question and answer notes with their sources). Look here before you investigate.',
  input: z.object({ question: z.string().min(3).max(400) }),
  run: async ({ knowledge }, { question }) => ({ text: await knowledge.search(question) }),
});
