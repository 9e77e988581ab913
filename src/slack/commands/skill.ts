import { explainNotHere } from '../../core/run/call-skill.ts';
import type { RunState } from '../../core/run/state.ts';
import { escapeText } from '../blocks.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { findRun, listRuns } from '../find-run.ts';
import { describeSkills, findObstacle, startSkill } from '../start-skill.ts';

export default defineCommand({
  id: 'skill',
  usage: 'skill [<name> [run] [words…]]',
  summary: 'lets the agent do one skill in the thread of a run (that run, or your newest here); alone, lists the skills',
  role: 'runner',
  run: useSkill,
});

async function useSkill(request: CommandRequest): Promise<CommandReply> {
  const { context, args, name: typedAs, user, deliveryId } = request;
  const [name, ...rest] = args;
  if (name === undefined) return { text: describeSkills(await context.listSkills(), typedAs) };
  const skill = name.toLowerCase();
  const obstacle = await findObstacle(context, skill);
  if (obstacle !== null) return { text: obstacle };
  const { run, words } = await chooseRun(request, skill, rest);
  if (typeof run === 'string') return { text: run };
  return { text: (await startSkill(context, run, { id: deliveryId, by: user, name: skill, words: words.join(' ') })).text };
}

/** The run that is named, else the newest here that this person asked for and in whose thread the skill may work. A first word that is no
 *  run belongs to the words. */
async function chooseRun(
  request: CommandRequest,
  skill: string,
  words: readonly string[],
): Promise<{ readonly run: RunState | string; readonly words: readonly string[] }> {
  const { context, channel, user, name } = request;
  const first = words[0]?.replaceAll('`', '') ?? '';
  if (/^r[a-z0-9]{4,32}$/.test(first) && (/\d/.test(first) || (await context.runs.load(first)) !== null))
    return { run: await findRun(request, first, 'runner', () => true), words: words.slice(1) };
  const isHere = (state: RunState): boolean => state.request.channel === channel && explainNotHere(state, skill) === null;
  const [own] = await listRuns(context.runs, (state) => isHere(state) && state.request.by === user, 1);
  if (own !== undefined) return { run: own, words };
  const runs = (await listRuns(context.runs, isHere, 5)).map((state) => `\`${escapeText(state.id)}\``);
  const which =
    runs.length === 0 ? `There is none in this channel yet; \`${name} reproduce <repo-url>\` begins one.` : `Here are: ${runs.join(', ')}.`;
  return {
    run: `A skill works on a run, and none of yours is in this channel. ${which} Name the run: \`${name} skill <name> <run> …\``,
    words,
  };
}
