/** What a modal about a question of a run is sent for. */
import type { App, BlockAction, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import type { Command } from '../core/run/commands.ts';
import { describeRefusal } from './access.ts';
import type { SlackContext } from './command.ts';
import { buildNotice, Question, refreshDigests, type Press } from './press.ts';

/** The question, and the channel in which its button was pressed; of the Home tab the run's own. */
const Meta = Question.extend({ channel: z.string() });
export type Meta = z.infer<typeof Meta>;

export function makeMeta({ question, state }: Press, body: BlockAction): Meta {
  return { ...question, channel: body.channel?.id ?? state.request.channel };
}

type Errors = Record<string, string>;
interface Base {
  readonly id: string;
  readonly at: number;
  readonly by: string;
}

/** Registers what follows when a modal is sent: the command that `make` gives, from somebody who may; where nothing comes of it, the modal says
 *  why. `make` gives errors for fields that were filled in badly. */
export function registerSubmit(
  app: App,
  context: SlackContext,
  callbackId: string,
  make: (base: Base, meta: Meta, read: (block: string) => string) => Command | { readonly errors: Errors },
): void {
  app.view<ViewSubmitAction>(callbackId, async ({ body, view, ack }) => {
    const meta = Meta.parse(JSON.parse(view.private_metadata));
    const base = { id: `submit:${view.id}`, at: context.now(), by: body.user.id };
    const made = make(base, meta, (block) => view.state.values[block]?.[block]?.value?.trim() ?? '');
    if ('errors' in made) return ack({ response_action: 'errors', errors: made.errors });
    const problem = await apply(context, base, meta, made);
    return problem === null ? ack() : ack({ response_action: 'update', view: buildNotice(problem) });
  });
}

/** Resolves with why nothing came of it, else null. */
async function apply(context: SlackContext, base: Base, meta: Meta, command: Command): Promise<string | null> {
  const home = (await context.runs.load(meta.run))?.request.channel ?? meta.channel;
  // Rights in the channel of a digest are none in the run's own, and they may be gone since the modal was opened.
  for (const channel of new Set([meta.channel, home])) {
    if (await context.access.allows(base.by, channel, 'approver')) continue;
    await context.runs.apply(meta.run, { ...base, kind: 'refuse-access', what: `answer question ${meta.approval}` });
    return describeRefusal('approver');
  }
  const applied = await context.runs.apply(meta.run, command);
  if (applied.state !== null) await refreshDigests(context, applied.state);
  return applied.outcome === 'refused' ? (applied.refusal?.message ?? 'Nothing came of it.') : null;
}
