import { needsApprover, readOrderWords } from '../../core/experiment/words.ts';
import { describeRefusal } from '../access.ts';
import { escapeText } from '../blocks.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { endRun } from '../end-run.ts';
import { findRun } from '../find-run.ts';
import { START_FORM, startByWords } from '../start-loop.ts';
import { describeStatus } from './status.ts';

export default defineCommand({
  id: 'loop',
  usage:
    'loop start [<project.yaml|folder|git-url>] [--metric NAME] [--gates "NAME=NUMBER, …"] [--budget HOURS] [--no-model] | status | pause | resume | stop | go-on | final <attempt> | next [feature] | try "<idea>" | waive <target> <reason> | overrule <feature> <reason>',
  summary: 'runs an experiment on Kaggle, attempt after attempt, until its gates pass or nothing improves; asks before anything runs',
  role: 'viewer',
  form: { ...START_FORM, asks: (args) => args[0] === 'start' && args.length === 1 },
  run: async (request) => {
    const [verb = 'status', ...args] = request.args;
    if (verb === 'start') return startByWords(request, args);
    if (verb === 'status') return tellStatus(request, args[0]);
    if (verb === 'stop') return stopLoop(request, args);
    return giveOrder(request, verb, args);
  },
});

async function tellStatus(request: CommandRequest, id: string | undefined): Promise<CommandReply> {
  const found = await findRun(request, id, 'viewer', (state) => state.experiment !== null && (id !== undefined || state.verdict === null));
  return { text: typeof found === 'string' ? found : describeStatus(found) };
}

async function stopLoop(request: CommandRequest, args: readonly string[]): Promise<CommandReply> {
  const { context, user, channel } = request;
  if (!(await context.access.allows(user, channel, 'runner'))) return { text: describeRefusal('runner') };
  const { id, rest } = await takeRunId(request, args);
  const found = await findRun(request, id, 'runner', (state) => state.experiment !== null && state.verdict === null);
  if (typeof found === 'string') return { text: found };
  const done = `\`${found.id}\` is stopped; nothing more is pushed. What runs at Kaggle goes on there.`;
  return endRun(request, found, { reason: rest.join(' '), done });
}

async function giveOrder(request: CommandRequest, verb: string, args: readonly string[]): Promise<CommandReply> {
  const { context, user, channel, deliveryId, name } = request;
  const { id, rest } = await takeRunId(request, args);
  const read = readOrderWords(verb, rest);
  if (read === null) return { text: `I do not know \`loop ${escapeText(verb)}\`. \`${name} help\` lists what there is.` };
  if (!read.ok) return { text: escapeText(read.why) };
  const needed = needsApprover(read.order) ? 'approver' : 'runner';
  if (!(await context.access.allows(user, channel, needed))) return { text: describeRefusal(needed) };
  const found = await findRun(
    request,
    id,
    needed,
    (state) => state.experiment !== null && (state.verdict === null || needsApprover(read.order)),
  );
  if (typeof found === 'string') return { text: found };
  const applied = await context.runs.apply(found.id, {
    kind: 'loop-order',
    id: deliveryId,
    at: context.now(),
    by: user,
    order: read.order,
  });
  return {
    text:
      applied.refusal === undefined
        ? `Noted for \`${found.id}\`: ${escapeText([verb, ...rest].join(' '))}.`
        : escapeText(applied.refusal.message),
  };
}

/** The id of a run may stand before everything else. */
async function takeRunId(
  { context }: CommandRequest,
  args: readonly string[],
): Promise<{ id: string | undefined; rest: readonly string[] }> {
  const [first = '', ...rest] = args;
  const id = first.replaceAll('`', '');
  const isRun = /^r[a-z2-9]{7}$/.test(id) && (await context.runs.load(id)) !== null;
  return isRun ? { id, rest } : { id: undefined, rest: args };
}
