import type { App } from '@slack/bolt';
import { z } from 'zod';
import { redactText } from '../core/redact.ts';
import { describeRefusal } from './access.ts';
import { escapeText } from './blocks.ts';
import { splitWords, type CommandReply, type SlackContext, type Verb } from './command.ts';
import { findForm, openForm } from './forms.ts';

const COMMAND = /^\/.+/;

/** Registers the slash command: sent to a worker's queue, acknowledged empty without waiting for the queue's answer, and nothing else, so that
 *  a hundred commands a second do not wait behind each other's work. The order matters: what is acknowledged is on its way already. */
export function registerCommand(app: App, context: SlackContext, verbs: readonly Verb[]): void {
  app.command(COMMAND, async ({ command, ack, respond }) => {
    const { text, user_id: user, channel_id: channel, command: name } = command;
    const deliveryId = `slash:${command.trigger_id}`;
    const form = findForm(verbs, text);
    if (form !== null) {
      await ack();
      const words = await openForm(form, { context, user, channel, deliveryId, name }, command.trigger_id);
      if (words !== null) await respond({ response_type: 'ephemeral', text: words });
      return;
    }
    const handed = context.requestAnswer({ text, user, channel, deliveryId, name, responseUrl: command.response_url });
    await ack();
    await handed;
  });
}

/** A slash command on its way from the app to a worker. */
export const TypedCommand = z.object({
  text: z.string(),
  user: z.string(),
  channel: z.string(),
  deliveryId: z.string(),
  name: z.string(),
  responseUrl: z.string(),
});
export type TypedCommand = z.infer<typeof TypedCommand>;

const RESPOND_MS = 10_000;

/** Does what was typed and answers the person alone. An answer that Slack does not take is lost; the run is not. */
export async function answerCommand(context: SlackContext, verbs: readonly Verb[], typed: TypedCommand): Promise<void> {
  const reply = await runVerb(context, verbs, typed);
  const answer = await fetch(typed.responseUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', text: reply.text }),
    signal: AbortSignal.timeout(RESPOND_MS),
  });
  if (!answer.ok) context.log.warn({ status: answer.status, delivery: typed.deliveryId }, 'answering a slash command');
}

export interface Typed {
  readonly text: string;
  readonly user: string;
  readonly channel: string;
  readonly deliveryId: string;
  readonly name: string;
}

/** Finds the verb, checks the list, runs it. A mistake of ours becomes a sentence, and the details go to the log. */
export async function runVerb(context: SlackContext, verbs: readonly Verb[], typed: Typed): Promise<CommandReply> {
  const [word = 'help', ...args] = splitWords(typed.text);
  const verb = verbs.find((item) => item.id === word.toLowerCase());
  const known = await context.access.roleOf(typed.user, typed.channel);
  if (known === null) return { text: describeRefusal('viewer') };
  if (verb === undefined) return { text: `I do not know “${escapeText(word)}”. \`${typed.name} help\` lists what I do.` };
  if (!(await context.access.allows(typed.user, typed.channel, verb.role))) return { text: describeRefusal(verb.role) };
  try {
    return await verb.run({
      context,
      args,
      user: typed.user,
      channel: typed.channel,
      deliveryId: typed.deliveryId,
      name: typed.name,
      verbs,
    });
  } catch (error) {
    context.log.error({ err: error, verb: verb.id, delivery: typed.deliveryId }, 'running a slash verb');
    const why = error instanceof Error ? error.message : String(error);
    return { text: `That did not work: ${escapeText(redactText(why))} Nothing was started; typing it again is safe.` };
  }
}
