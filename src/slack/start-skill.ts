import type { RunState } from '../core/run/state.ts';
import { nameRun } from '../core/run/view/name.ts';
import { escapeText } from './blocks.ts';
import type { SkillName, SlackContext } from './command.ts';

export interface SkillOrder {
  /** Unique for one order; the same for its repeated delivery. */
  readonly id: string;
  readonly by: string;
  readonly name: string;
  readonly words: string;
}

const MOST_WORDS = 3_000;

/** The first sentence says what a skill is for; the rest tells a model when to use it. */
export function describeSkills(skills: readonly SkillName[], name: string): string {
  const lines = skills.map((skill) => `• *${skill.name}* – ${escapeText(readFirstSentence(skill.description))}`);
  return [
    '*Skills of the agent*',
    ...lines,
    '',
    `\`${name} skill <name> [run] [words…]\` works in the thread of a run: the one that you name, else your newest in this channel. In a thread, reply “skill <name> …”.`,
  ].join('\n');
}

function readFirstSentence(text: string): string {
  return (/^.*?[.!?](?=\s|$)/su.exec(text.slice(0, 400))?.[0] ?? text.slice(0, 400)).replace(/\s+/g, ' ');
}

/** Why a skill cannot begin, in words for whoever asked; null when it can. */
export async function findObstacle(context: SlackContext, skill: string): Promise<string | null> {
  const skills = await context.listSkills();
  if (!skills.some((one) => one.name === skill))
    return `I know no skill “${escapeText(skill.slice(0, 80))}”. There are: ${skills.map((one) => one.name).join(', ')}.`;
  if (context.settings.model.apiKey !== null) return null;
  return (
    'A skill is done by a model, and this bot has no key for one: nothing was started, and nothing is lost. ' +
    'What the rules know stands in the thread (REPO_MAP.md, ENV.md, the failures), and `/hpc why <job>` reads a job. ' +
    'Whoever runs Reprobot here can set ANTHROPIC_API_KEY in .env and start it again.'
  );
}

/** Begins a skill in the thread of a run, for somebody who may; says what came of it. */
export async function startSkill(
  context: SlackContext,
  run: RunState,
  { id, by, name, words }: SkillOrder,
): Promise<{ ok: boolean; text: string }> {
  const applied = await context.runs.apply(run.id, {
    kind: 'skill',
    id,
    at: context.now(),
    by,
    skill: name,
    words: words.slice(0, MOST_WORDS),
  });
  if (applied.outcome === 'refused') return { ok: false, text: applied.refusal?.message ?? 'That did not work.' };
  return { ok: true, text: `\`${name}\` works in the thread of run \`${run.id}\` (${escapeText(nameRun(run)).replaceAll('`', "'")}) now.` };
}
