import { needsApprover, readOrderWords } from '../../core/experiment/words.ts';
import type { CommandOf } from '../../core/run/commands.ts';
import { parseRepoAddress } from '../../core/run/repo-address.ts';
import { describeRefusal } from '../access.ts';
import { escapeText } from '../blocks.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { endRun, findRun } from '../find-run.ts';
import { makeRunId } from './reproduce.ts';
import { describeStatus } from './status.ts';

/** What Kaggle is called where a run names its site. */
const SITE = 'kaggle';

export default defineCommand({
  id: 'loop',
  usage:
    'loop start <project.yaml|folder|git-url> | status | pause | resume | stop | go-on | final <attempt> | next [feature] | try "<idea>" | waive <target> <reason> | overrule <feature> <reason>',
  summary: 'runs an experiment on Kaggle, attempt after attempt, until its gates pass or nothing improves; asks before anything runs',
  role: 'viewer',
  run: async (request) => {
    const [verb = 'status', ...args] = request.args;
    if (verb === 'start') return startLoop(request, args);
    if (verb === 'status') return tellStatus(request, args[0]);
    if (verb === 'stop') return stopLoop(request, args);
    return giveOrder(request, verb, args);
  },
});

async function startLoop(request: CommandRequest, args: readonly string[]): Promise<CommandReply> {
  const { context, channel, user, deliveryId, name } = request;
  if (!(await context.access.allows(user, channel, 'runner'))) return { text: describeRefusal('runner') };
  const [typed, ...more] = args;
  if (typed === undefined || more.length > 0) return { text: `Which project? \`${name} loop start <project.yaml|folder|git-url>\`` };
  const { git, embedded, kaggle, model } = context.settings;
  if (kaggle.credentials === null)
    return {
      text: 'No Kaggle account is set up: put KAGGLE_API_TOKEN into .env (https://www.kaggle.com/settings makes one) and start Reprobot again.',
    };
  const parsed = parseRepoAddress(trimFile(typed), { allowedHosts: git.allowedHosts, embedded });
  if (!parsed.ok) return { text: `I cannot take that project: ${escapeText(parsed.why)}.` };
  const problem = await context.checkChannel(channel);
  if (problem !== null) return { text: problem };
  const runId = makeRunId(deliveryId);
  const { url, ref, subfolder } = parsed.repo;
  const command: CommandOf<'experiment'> = {
    kind: 'experiment',
    id: deliveryId,
    at: context.now(),
    runId,
    by: user,
    channel,
    site: SITE,
    repo: { url, ref, subfolder },
    assistant: model.apiKey !== null,
    approvers: [...(await context.access.listNamed('approver'))],
  };
  const applied = await context.runs.apply(runId, command);
  if (applied.outcome === 'refused' && applied.refusal?.code !== 'exists')
    return { text: applied.refusal?.message ?? 'That did not work.' };
  return {
    text: `Experiment \`${runId}\` begins; its thread opens in a moment, and nothing runs before somebody approves the plan there.`,
  };
}

/** A project is its folder; people like to name the file. */
function trimFile(typed: string): string {
  const trimmed = typed.replace(/^<?(.*?)(?:\|[^>]*)?>?$/, '$1');
  return /^https?:/.test(trimmed) ? typed : trimmed.replace(/(^|\/)project\.ya?ml$/, (_all, slash: string) => (slash === '' ? './' : ''));
}

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
