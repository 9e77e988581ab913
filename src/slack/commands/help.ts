import { defineCommand } from '../command.ts';

export default defineCommand({
  id: 'help',
  usage: 'help',
  summary: 'shows this list',
  role: 'viewer',
  run: ({ verbs, name, context }) => {
    const lines = verbs.map((verb) => `• \`${name} ${verb.usage}\` – ${verb.summary}`);
    const sites = [...context.sites.values()].map((site) => site.id).join(', ');
    const text = [
      '*What I do*',
      ...lines,
      '',
      'In a run’s thread, answer in your own words: “approve”, “reject because …”, “cancel”, “status” (承認・却下・中止・状況). Anything else is kept as a note.',
      `Sites here: ${sites}. Nothing that installs or runs code starts before somebody on the approver list says so.`,
    ].join('\n');
    return Promise.resolve({ text });
  },
});
