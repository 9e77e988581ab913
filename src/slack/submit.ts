/** What a modal about a question of a run is sent for. */
import type { BlockAction, SlackViewAction, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import type { Command } from '../core/run/commands.ts';
import { describeRefusal } from './access.ts';
import type { SlackContext } from './command.ts';
import { Question, refreshDigests, type Press } from './press.ts';

/** The question, and the channel in which its button was pressed; of the Home tab the run's own. */
export const Meta = Question.extend({ channel: z.string() });
export type Meta = z.infer<typeof Meta>;

export function makeMeta({ question, state }: Press, body: BlockAction): Meta {
  return { ...question, channel: body.channel?.id ?? state.request.channel };
}

/** Applies what a modal was sent for, by somebody who may; resolves with why nothing came of it, else null. */
export async function submit(
  context: SlackContext,
  body: SlackViewAction,
  view: ViewSubmitAction['view'],
  make: (base: { id: string; at: number; by: string }, meta: Meta) => Command,
): Promise<string | null> {
  const meta = Meta.parse(JSON.parse(view.private_metadata));
  const base = { id: `submit:${view.id}`, at: context.now(), by: body.user.id };
  const home = (await context.runs.load(meta.run))?.request.channel ?? meta.channel;
  // Rights in the channel of a digest are none in the run's own, and they may be gone since the modal was opened.
  for (const channel of new Set([meta.channel, home])) {
    if (await context.access.allows(base.by, channel, 'approver')) continue;
    await context.runs.apply(meta.run, { ...base, kind: 'refuse-access', what: `answer question ${meta.approval}` });
    return describeRefusal('approver');
  }
  const applied = await context.runs.apply(meta.run, make(base, meta));
  if (applied.state !== null) await refreshDigests(context, applied.state);
  return applied.outcome === 'refused' ? (applied.refusal?.message ?? 'Nothing came of it.') : null;
}
