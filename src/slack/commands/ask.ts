import { answerByRules } from '../../core/ask/answer.ts';
import { chooseProject } from '../../core/project/choose-project.ts';
import { searchTexts } from '../../runs/search.ts';
import { openAsk } from '../asks.ts';
import { escapeText } from '../blocks.ts';
import { NO_WORKER } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { showAnswer } from '../show-answer.ts';

const MOST_FOUND = 12;
const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };

export default defineCommand({
  id: 'ask',
  usage: 'ask "<question>"',
  summary: 'answers about what happened, with links: are we progressing, when did the loss stop falling, what did we try against OOM',
  role: 'viewer',
  run: async (request) => {
    const { context, args, name } = request;
    const question = args.join(' ').trim();
    if (question === '') return { text: `Usage: \`${name} ask "what did we try against OOM?"\`` };
    if (context.settings.model.apiKey !== null) return openAsk(request, question);
    return answerWithoutModel(request, question);
  },
});

/** Rules where they know the kind of question, else whatever shares words with it. */
async function answerWithoutModel({ context, channel }: CommandRequest, question: string): Promise<CommandReply> {
  const { scratch } = context;
  if (scratch === null) return { text: NO_WORKER };
  const project = chooseProject(channel, context.settings.projects);
  const entries = await context.diary.collectEntries(project, ALWAYS);
  const found =
    answerByRules(question, entries) ??
    search(
      question,
      entries.filter(({ kind }) => kind !== 'cost'),
    );
  if (found.lines.length === 0) return { text: `Nothing in the diary has to do with “${escapeText(question)}”.` };
  const shown = await scratch.findShown(found.lines.map(({ entry }) => entry));
  return { text: showAnswer(found, await scratch.zoneOf(project), shown) };
}

function search(question: string, entries: Parameters<typeof answerByRules>[1]): NonNullable<ReturnType<typeof answerByRules>> {
  const found = searchTexts(entries, ({ about, topic, text }) => `${about} ${topic.replaceAll(/[_-]/g, ' ')} ${text}`, question);
  const lines = found
    .slice(0, MOST_FOUND)
    .sort((a, b) => a.at - b.at)
    .map((entry) => ({ entry, text: entry.text }));
  return { lead: 'What the diary has about that:', lines };
}
