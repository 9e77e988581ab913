import type { BlockAction } from '@slack/bolt';
import type { View } from '@slack/types';
import { z } from 'zod';
import { chooseProject } from '../core/project/choose-project.ts';
import type { Approval, RunState } from '../core/run/state.ts';
import { describeRefusal, type Role } from './access.ts';
import { cut } from './blocks.ts';
import type { SlackContext } from './command.ts';

/** What a button says of the question it answers. */
export const Question = z.object({
  run: z.string(),
  approval: z.number(),
  digest: z.string(),
  /** Whether the button says that it goes over the budget. */
  overBudget: z.boolean().optional(),
});
export type Question = z.infer<typeof Question>;

/** Lets people on the list through; tells anybody else no, and writes the attempt down. `channel`: the one by which people have their rights,
 *  where that is another than the one they pressed in; of a press in the Home tab it is the run's. */
export async function checkRole(
  context: SlackContext,
  body: BlockAction,
  role: Role,
  what: string,
  runId: string,
  channel?: string,
): Promise<boolean> {
  const where = channel ?? body.channel?.id ?? (await context.runs.load(runId))?.request.channel ?? '';
  if (await context.access.allows(body.user.id, where, role)) return true;
  await context.runs.apply(runId, { kind: 'refuse-access', id: `press:${body.trigger_id}`, at: context.now(), by: body.user.id, what });
  await tell(context, body, describeRefusal(role));
  return false;
}

/** Says something to the person who pressed, where they pressed, and to nobody else: in a channel below the message, in the Home tab, which
 *  holds no messages, over it. */
export async function tell(context: SlackContext, body: BlockAction, text: string): Promise<void> {
  if (text === '') return;
  const channel = body.channel?.id;
  if (channel === undefined) {
    await context.client.views.open({ trigger_id: body.trigger_id, view: buildNotice(text) });
    return context.requestHome(body.user.id);
  }
  const threadTs = body.message?.['thread_ts'] ?? body.message?.ts;
  await context.client.chat.postEphemeral({
    channel,
    user: body.user.id,
    text,
    ...(typeof threadTs === 'string' ? { thread_ts: threadTs } : {}),
  });
}

/** A few words over whatever somebody looks at; `text` is mrkdwn. */
export function buildNotice(text: string): View {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Reprobot' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: cut(text, 2_900) } }],
  };
}

/** An answer that was not given in the run's own thread shows where it was given, too: to the person at once, in a digest soon. */
export async function confirmElsewhere(context: SlackContext, body: BlockAction, state: RunState, words: string): Promise<void> {
  await refreshDigests(context, state);
  if (body.channel === undefined) return context.requestHome(body.user.id);
  const pressedIn = body.message?.['thread_ts'] ?? body.message?.ts;
  if (pressedIn !== undefined && pressedIn !== state.thread?.ts) await tell(context, body, words);
}

/** Has the digests of a run's project show which questions are answered. */
export async function refreshDigests(context: SlackContext, state: RunState): Promise<void> {
  await context.requestDigest(chooseProject(state.request.channel, context.settings.projects));
}

export interface Press {
  readonly question: Question;
  readonly state: RunState;
  readonly approval: Approval;
}

/** The question that a button belongs to, for somebody who may answer it; null when there is none, and the person was told. */
export async function readPress(
  context: SlackContext,
  body: BlockAction,
  value: string | undefined,
  role: Role,
  what: string,
): Promise<Press | null> {
  const question = Question.parse(JSON.parse(value ?? 'null'));
  if (!(await checkRole(context, body, role, `${what} question ${question.approval}`, question.run))) return null;
  const state = await context.runs.load(question.run);
  const approval = state?.approvals.find((item) => item.id === question.approval);
  if (state === null || approval === undefined) {
    await tell(
      context,
      body,
      `I have no memory of run \`${question.run}\`; \`/hpc resume ${question.run}\` reads it back from its record.`,
    );
    return null;
  }
  // A digest may ask in one channel of a project about a run of another, and rights in the one are none in the other.
  const home = state.request.channel;
  if (
    body.channel !== undefined &&
    body.channel.id !== home &&
    !(await checkRole(context, body, role, `${what} question ${question.approval}`, question.run, home))
  )
    return null;
  return { question, state, approval };
}
