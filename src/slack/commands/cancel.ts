import { defineCommand } from '../command.ts';
import { endRun } from '../end-run.ts';
import { findRun } from '../find-run.ts';

export default defineCommand({
  id: 'cancel',
  usage: 'cancel [run] [reason]',
  summary: 'ends a run and the job it started; of a watch it ends the watching alone',
  role: 'runner',
  run: async (request) => {
    const { args } = request;
    const found = await findRun(request, args[0], 'runner', (state) => state.verdict === null);
    if (typeof found === 'string') return { text: found };
    const done =
      found.watch === null
        ? `Cancelling \`${found.id}\`; its thread says when it is done.`
        : `I no longer watch for \`${found.id}\`. No job was touched: what runs goes on.`;
    return endRun(request, found, { reason: args.slice(1).join(' '), done });
  },
});
