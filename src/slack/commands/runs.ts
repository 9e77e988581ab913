import { defineCommand } from '../command.ts';
import { describeRun, listRuns } from '../find-run.ts';

export default defineCommand({
  id: 'runs',
  usage: 'runs [all]',
  summary: 'lists the newest runs of this channel, or of all',
  role: 'viewer',
  run: async ({ context, args, channel, user }) => {
    const all = args[0] === 'all';
    const listed = await listRuns(context.runs, (state) => all || state.request.channel === channel, 15);
    const allowed = await Promise.all(listed.map((state) => context.access.allows(user, state.request.channel, 'viewer')));
    const found = listed.filter((_, index) => allowed[index]);
    if (found.length === 0)
      return { text: all ? 'There are no runs yet.' : 'There are no runs in this channel yet; `runs all` lists every one.' };
    return { text: found.map(describeRun).join('\n') };
  },
});
