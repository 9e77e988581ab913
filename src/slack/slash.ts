import type { App } from '@slack/bolt';
import { describeRefusal } from './access.ts';
import { escapeText } from './blocks.ts';
import { splitWords, type CommandReply, type SlackContext, type Verb } from './command.ts';

const COMMAND = /^\/.+/;

/** Registers the slash command: acknowledged empty and at once, answered to the person alone. */
export function registerCommand(app: App, context: SlackContext, verbs: readonly Verb[]): void {
  app.command(COMMAND, async ({ command, ack, respond }) => {
    await ack();
    const reply = await runVerb(context, verbs, {
      text: command.text,
      user: command.user_id,
      channel: command.channel_id,
      deliveryId: `slash:${command.trigger_id}`,
      name: command.command,
    });
    await respond({ response_type: 'ephemeral', text: reply.text });
  });
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
    return { text: `That did not work: ${escapeText(why)} Nothing was started; typing it again is safe.` };
  }
}
