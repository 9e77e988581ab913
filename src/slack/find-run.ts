import { describeLoop } from '../core/experiment/view/index.ts';
import type { RunState } from '../core/run/state.ts';
import { nameRun } from '../core/run/view/name.ts';
import type { RunService } from '../runs/run-service.ts';
import type { Role } from './access.ts';
import { escapeText } from './blocks.ts';
import type { CommandRequest } from './command.ts';

const RECENT = 200;

/** The newest runs that fit, newest first. */
export async function listRuns(runs: RunService, fits: (state: RunState) => boolean, limit: number): Promise<RunState[]> {
  const found: RunState[] = [];
  for (const id of await runs.journal.listRecent(RECENT)) {
    const state = await runs.load(id);
    if (state !== null && fits(state)) found.push(state);
    if (found.length === limit) break;
  }
  return found;
}

/** The run a person means: by id, or the only one that goes on in this channel. Otherwise a sentence that helps to choose. */
export async function findRun(
  { context, channel, user }: Pick<CommandRequest, 'context' | 'channel' | 'user'>,
  id: string | undefined,
  needed: Role,
  fits: (state: RunState) => boolean,
): Promise<RunState | string> {
  const { runs } = context;
  if (id !== undefined) {
    const state = await runs.load(id.replaceAll('`', ''));
    // Somebody whose rights come from a channel has none over the runs of another; such a run is as good as unknown.
    const allowed = state !== null && (await context.access.allows(user, state.request.channel, needed));
    return allowed ? state : `I know no run “${escapeText(id)}” that you may look after. \`/hpc runs\` lists them.`;
  }
  const here = await listRuns(runs, (state) => state.request.channel === channel && fits(state), 6);
  const only = here[0];
  if (here.length === 1 && only !== undefined) return only;
  if (only === undefined) return 'There is no such run in this channel. `/hpc runs` lists those of all channels.';
  return `Which one? ${here.map((state) => `\`${state.id}\` (${showRunName(state)})`).join(', ')}`;
}

/** A job may be called by anything; nothing in a name begins a block of code. */
function showRunName(state: RunState): string {
  return escapeText(nameRun(state)).replaceAll('`', "'");
}

/** One line of a list of runs. */
export function describeRun(state: RunState): string {
  const step = state.steps.find((item) => item.status === 'running');
  const going = state.watch !== null ? 'watching' : state.experiment === null ? 'starting' : describeLoop(state.experiment);
  const doing =
    state.verdict?.as ?? (step === undefined ? going : `${step.name}${step.phase === 'approval' ? ', waits for an answer' : ''}`);
  return `\`${state.id}\` ${showRunName(state)} on ${state.request.site} – ${doing} – <@${state.request.by}> in <#${state.request.channel}>`;
}
