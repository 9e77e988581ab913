import { z } from 'zod';
import { cutOutput } from '../../core/agent-session/cut-output.ts';
import { defineTool, NO_STAGE } from '../tool.ts';

export default defineTool({
  name: 'describe-data',
  description: 'Lists the files of the experiment’s data with their rows, first and last day, columns and share of missing values.',
  input: z.object({}),
  run: async ({ stage }) => (stage === null ? NO_STAGE : { text: cutOutput(await stage.describeData(), 'probe one column') }),
});
