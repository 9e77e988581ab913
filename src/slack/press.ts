import type { BlockAction } from '@slack/bolt';
import { describeRefusal, type Role } from './access.ts';
import type { SlackContext } from './command.ts';

/** Lets people on the list through; tells anybody else no, and writes the attempt down. */
export async function checkRole(context: SlackContext, body: BlockAction, role: Role, what: string, runId: string): Promise<boolean> {
  const channel = body.channel?.id ?? '';
  if (await context.access.allows(body.user.id, channel, role)) return true;
  await context.runs.apply(runId, { kind: 'refuse-access', id: `press:${body.trigger_id}`, at: context.now(), by: body.user.id, what });
  await tell(context, body, describeRefusal(role));
  return false;
}

/** Says something to the person who pressed, where they pressed, and to nobody else. */
export async function tell(context: SlackContext, body: BlockAction, text: string): Promise<void> {
  const channel = body.channel?.id;
  if (channel === undefined || text === '') return;
  const threadTs = body.message?.['thread_ts'] ?? body.message?.ts;
  await context.client.chat.postEphemeral({
    channel,
    user: body.user.id,
    text,
    ...(typeof threadTs === 'string' ? { thread_ts: threadTs } : {}),
  });
}
