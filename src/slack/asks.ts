import type { App } from '@slack/bolt';
import { readNote } from '../core/run/replies.ts';
import { escapeText } from './blocks.ts';
import type { CommandReply, CommandRequest, SlackContext } from './command.ts';
import { readHeard } from './messages.ts';

/** Begins a conversation about the diary: the question becomes a message, its answer and what is asked on follow in its thread. */
export async function openAsk({ context, channel, user, deliveryId }: CommandRequest, question: string): Promise<CommandReply> {
  const problem = await context.checkChannel(channel);
  if (problem !== null) return { text: problem };
  if (!(await context.asks.claim(deliveryId))) return { text: 'I answer in the thread.' };
  const text = `<@${user}> asks: ${escapeText(question)}`;
  const { ts } = await context.client.chat.postMessage({ channel, text });
  if (ts === undefined) return { text: 'Slack did not take the question; type it again.' };
  await context.asks.open(channel, ts);
  await context.asks.request({ channel, threadTs: ts, ts, user });
  return { text: 'I answer in the thread.' };
}

/** Registers what people ask on in such a thread. */
export function registerAsks(app: App, context: SlackContext): void {
  app.event('message', async ({ event }) => {
    const heard = readHeard(event);
    if (heard === null || heard.threadTs === heard.ts || readNote(heard.text) !== null) return;
    const { user, channel, ts, threadTs } = heard;
    if (!(await context.asks.isOpen(channel, threadTs)) || !(await context.access.allows(user, channel, 'viewer'))) return;
    await context.asks.request({ channel, threadTs, ts, user });
  });
}
