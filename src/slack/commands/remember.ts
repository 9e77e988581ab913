import { redactText } from '../../core/redact.ts';
import { escapeText } from '../blocks.ts';
import { NO_WORKER } from '../clusters.ts';
import { defineCommand } from '../command.ts';

export default defineCommand({
  id: 'remember',
  usage: 'remember <rule>',
  summary: 'keeps a rule that the agent minds in every run of this lab (MEMORY.md)',
  role: 'approver',
  run: async ({ context, args, user, name }) => {
    const rule = redactText(args.join(' '));
    if (rule === '') return { text: `Usage: \`${name} remember <rule>\`` };
    if (context.library === null) return { text: NO_WORKER };
    const problem = await context.library.remember(rule, user);
    return { text: problem ?? `Kept: ${escapeText(rule)}` };
  },
});
