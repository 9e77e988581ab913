import type { BlockAction } from '@slack/bolt';
import { z } from 'zod';
import type { Approval, RunState } from '../core/run/state.ts';
import { describeRefusal, type Role } from './access.ts';
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
  return { question, state, approval };
}
