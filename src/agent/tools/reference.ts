import { z } from 'zod';
import { cutOutput } from '../../core/agent-session/cut-output.ts';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'reference',
  description:
    'Reads a file that lies beside the instructions of your skill, such as a reference or a script. Without a path it lists them.',
  input: z.object({ path: z.string().max(300).optional() }),
  run: async ({ references }, { path }) => {
    const names = await references.list();
    if (path === undefined) return { text: names.join('\n') || 'There are none.' };
    const text = await references.read(path);
    if (text === null) return { text: `There is no ${path} beside this skill. There are: ${names.join(', ') || 'none'}.`, failed: true };
    return { text: cutOutput(text, 'the middle is left out') };
  },
});
