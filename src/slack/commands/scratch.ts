import { dayOf } from '../../core/digest/clock.ts';
import { chooseProject } from '../../core/project/choose-project.ts';
import { readScratch, readWish, type ScratchDay, type Wish } from '../../core/scratch/read.ts';
import { searchTexts } from '../../runs/search.ts';
import { escapeText } from '../blocks.ts';
import { NO_WORKER } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { showDays, showScratchLine } from '../show-scratch.ts';
import { uploadFile } from '../upload.ts';

const MOST_FOUND = 15;

export default defineCommand({
  id: 'scratch',
  usage: 'scratch [today|yesterday|week|2026-11-27|2026-11-20..2026-11-27|search words]',
  summary: 'shows the diary of this channel’s project: ideas, changes, runs, failures, decisions, open questions',
  role: 'viewer',
  run: async (request) => {
    const { context, args, channel } = request;
    if (context.scratch === null) return { text: NO_WORKER };
    const project = chooseProject(channel, context.settings.projects);
    const today = dayOf(context.now(), await context.scratch.zoneOf(project));
    const days = readScratch(await context.scratch.read(project));
    const wish = readWish(args.join(' '), today);
    return wish.kind === 'days' ? showSpan(request, days, wish) : findLines(days, wish.words);
  },
});

async function showSpan(
  request: CommandRequest,
  all: readonly ScratchDay[],
  { from, to }: Extract<Wish, { kind: 'days' }>,
): Promise<CommandReply> {
  const days = all.filter(({ day, lines }) => day >= from && day <= to && lines.length > 0);
  const when = from === to ? `on ${from}` : `from ${from} to ${to}`;
  if (days.length === 0) {
    const last = all.findLast(({ lines }) => lines.length > 0)?.day;
    return { text: `Nothing is written ${escapeText(when)}.${last === undefined ? '' : ` The last day with anything is ${last}.`}` };
  }
  const { text, isWhole } = showDays(days);
  if (isWhole) return { text };
  return { text: `${text}\n${await sendWhole(request, days, from === to ? from : `${from}..${to}`)}` };
}

/** The whole of it to the person alone: what is asked for is for nobody else's channel. */
async function sendWhole({ context, user }: CommandRequest, days: readonly ScratchDay[], name: string): Promise<string> {
  const content = days
    .map(({ day, lines }) => `## ${day}\n\n${lines.map((line) => `${line.isOpinion ? 'Opinion: ' : ''}${line.text}`).join('\n')}\n`)
    .join('\n');
  try {
    const { channel } = await context.client.conversations.open({ users: user });
    if (channel?.id === undefined) return 'Ask for fewer days to see the rest.';
    await uploadFile(context.client, {
      channel: channel.id,
      threadTs: null,
      name: `SCRATCH-${name}.md`,
      title: `SCRATCH.md, ${name}`,
      content,
    });
    return 'The whole of it is a file in our direct messages.';
  } catch (error) {
    context.log.warn({ err: error }, 'sending a part of the diary');
    return 'Ask for fewer days to see the rest.';
  }
}

function findLines(days: readonly ScratchDay[], words: string): CommandReply {
  const lines = days.flatMap(({ day, lines: all }) => all.map((line) => ({ day, line })));
  const found = searchTexts(lines, ({ line }) => line.text, words);
  if (found.length === 0) return { text: `Nothing in the diary has to do with “${escapeText(words)}”.` };
  const shown = found.slice(0, MOST_FOUND).sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const more = found.length > MOST_FOUND ? [`… and ${found.length - MOST_FOUND} less fitting lines`] : [];
  return { text: [...shown.map(({ day, line }) => showScratchLine(line).replace('• ', `• ${day} `)), ...more].join('\n') };
}
