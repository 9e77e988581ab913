import { z } from 'zod';
import { priceCall } from '../../src/core/agent-session/prices.ts';
import { askAbout, chooseEntries, type Said } from '../../src/core/ask/conversation.ts';
import { checkAnswer } from '../../src/core/diary/cited.ts';
import { chooseProject } from '../../src/core/project/choose-project.ts';
import { redactText } from '../../src/core/redact.ts';
import { listFacts } from '../../src/core/scratch/prose.ts';
import { hasCode } from '../../src/errors.ts';
import { searchTexts } from '../../src/runs/search.ts';
import { escapeText } from '../../src/slack/blocks.ts';
import { showCited } from '../../src/slack/show-answer.ts';
import type { WorkerContext } from '../context.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

const MAX_TOKENS = 2_000;
const ANSWER = 'reprobot_answer';
const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Answers a question about the diary in its thread; an answer that is there already is not given again. */
export default defineProcessor({
  name: 'answer-ask',
  queue: 'agent',
  data: z.object({ channel: z.string(), threadTs: z.string(), ts: z.string(), user: z.string() }),
  run: async (context, asked, signal) => {
    const { channel, threadTs, ts } = asked;
    const said = await readThread(context, channel, threadTs, ts);
    if (said === null) return done();
    const text = await answer(context, asked, said, signal).catch((error: unknown) => {
      if (hasCode(error, 'model.refused'))
        return `The model cannot be asked: ${escapeText(error.why)}. ${escapeText(error.remedy ?? '')}`.trim();
      throw error;
    });
    const metadata = { event_type: ANSWER, event_payload: { to: ts } };
    await context.slack.context.client.chat.postMessage({ channel, thread_ts: threadTs, text, metadata });
    return done();
  },
});

/** What was said up to the question, or null when it is answered already or gone. */
async function readThread(context: WorkerContext, channel: string, threadTs: string, ts: string): Promise<Said[] | null> {
  const page = await context.slack.context.client.conversations.replies({ channel, ts: threadTs, limit: 200, include_all_metadata: true });
  const messages = page.messages ?? [];
  const isAnswered = messages.some(
    ({ metadata }) => metadata?.event_type === ANSWER && Reflect.get(metadata.event_payload ?? {}, 'to') === ts,
  );
  const upTo = messages.findIndex((message) => message.ts === ts);
  if (isAnswered || upTo < 0) return null;
  // The root is the question of a person, although the bot posted it.
  return messages
    .slice(0, upTo + 1)
    .map((message, index) => ({ by: index > 0 && message.bot_id !== undefined ? 'bot' : 'person', text: redactText(message.text ?? '') }));
}

async function answer(
  context: WorkerContext,
  { channel, user, ts }: { channel: string; user: string; ts: string },
  said: readonly Said[],
  signal: AbortSignal,
): Promise<string> {
  const { agent, settings, scratch } = context;
  if (agent === null) return 'There is no key for a model any more; `/hpc ask` answers by rules.';
  const project = chooseProject(channel, settings.projects);
  const entries = await context.diary.collectEntries(project, ALWAYS);
  const question = said.at(-1)?.text ?? '';
  const fitting = searchTexts(entries, ({ about, topic, text }) => `${about} ${topic.replaceAll(/[_-]/g, ' ')} ${text}`, question);
  const chosen = chooseEntries(entries, fitting);
  if (chosen.length === 0) return 'Nothing has happened in this project that I could tell of.';
  const shown = await scratch.findShown(chosen);
  const facts = listFacts(chosen, await scratch.zoneOf(project), shown);
  const model = settings.model.fast;
  const { content, usage } = await agent.model.ask(askAbout(said, facts), { model, maxTokens: MAX_TOKENS, effort: 'low', signal });
  const dollars = priceCall(model, usage);
  const at = context.now();
  await context.projects.append(project, {
    v: 1,
    at,
    id: `ask.${channel}.${ts}.${at}`,
    type: 'model.asked',
    by: user,
    what: 'question',
    model,
    usage,
    dollars,
  });
  const words = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
  const people = chosen.flatMap(({ by }) => (by === null ? [] : [shown.nameOf(by)]));
  return showCited(checkAnswer(redactText(words), facts, people), shown);
}
