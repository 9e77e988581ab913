import { escapeText } from '../blocks.ts';
import { NO_WORKER } from '../clusters.ts';
import { defineCommand } from '../command.ts';

export default defineCommand({
  id: 'know',
  usage: 'know <question>',
  summary: 'searches what the lab has learned, with source, date and who confirmed it',
  role: 'viewer',
  run: async ({ context, args, name }) => {
    const question = args.join(' ');
    if (question === '') return { text: `Usage: \`${name} know <question>\`` };
    if (context.library === null) return { text: NO_WORKER };
    return { text: escapeText(await context.library.search(question)).slice(0, 3_000) };
  },
});
