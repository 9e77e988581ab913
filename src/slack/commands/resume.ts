import { defineCommand } from '../command.ts';
import { findRun } from '../find-run.ts';

export default defineCommand({
  id: 'resume',
  usage: 'resume [run]',
  summary: 'carries a run on: one that ended badly from the step that failed, one that Redis forgot from its record',
  role: 'runner',
  run: async (request) => {
    const { context, args, channel, user, deliveryId } = request;
    const id = args[0]?.replaceAll('`', '');
    const found = await findRun(request, id, 'runner', (state) => state.verdict === null || state.verdict.as !== 'READY');
    if (typeof found === 'string') {
      if (id === undefined && (await context.runs.journal.listRecent(1)).length > 0) return { text: found };
      if (id !== undefined && (await context.runs.load(id)) !== null) return { text: found };
      await context.requestRestore({ runId: id ?? null, channel, by: user });
      return {
        text: `The journal knows no such run; I look into the records${id === undefined ? ' of this channel' : ''} and carry on from there. The thread moves again when it is found.`,
      };
    }
    const applied = await context.runs.apply(found.id, { kind: 'resume', id: deliveryId, at: context.now(), by: user });
    if (applied.outcome === 'refused') {
      await context.runs.dispatchAll();
      return { text: applied.refusal?.message ?? '' };
    }
    return { text: `Carrying \`${found.id}\` on.` };
  },
});
