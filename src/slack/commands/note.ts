import { escapeText } from '../blocks.ts';
import { defineCommand } from '../command.ts';
import { addNote } from '../notes.ts';

export default defineCommand({
  id: 'note',
  usage: 'note <text>',
  summary: 'writes an idea into the diary of this channel’s project',
  role: 'viewer',
  run: async ({ context, args, user, channel, deliveryId, name }) => {
    const text = args.join(' ').trim();
    if (text === '') return { text: `Usage: \`${name} note <text>\`` };
    const project = await addNote(context, { id: deliveryId, by: user, text, channel, ts: null, via: 'command' });
    const emoji = context.settings.slack.noteEmoji;
    const hint = emoji === '' ? '' : ` A :${emoji}: on any message does the same.`;
    return { text: `Noted in the diary of ${project === channel ? 'this channel' : `*${escapeText(project)}*`}.${hint}` };
  },
});
