import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { z } from 'zod';
import { findSpan, type Budget } from '../core/ledger/budget.ts';
import { listChannels } from '../core/project/choose-project.ts';
import { BudgetKind } from '../core/project/events.ts';
import { formatMoment } from '../core/run/format.ts';
import { describeRefusal } from './access.ts';
import type { SlackContext } from './command.ts';
import { tell } from './press.ts';

/** What a button says of the budget whose question it answers. */
const Asked = z.object({ project: z.string(), kind: BudgetKind, budget: z.string() });

const DAY_MS = 86_400_000;
const ANSWER = /^run\.budget-(?:day|span|stop)$/;

/** Registers the answers to a budget that is used up. An answer is in the project’s journal before the press is acknowledged. */
export function registerBudgetButtons(app: App, context: SlackContext): void {
  app.action<BlockAction<ButtonAction>>(ANSWER, async ({ body, action, ack }) => {
    const problem = await answer(context, body, action);
    await ack();
    if (problem !== null) await tell(context, body, problem);
  });
}

/** Resolves with why nothing came of it, else null. The ledger, which may take longer than a press can wait, is not asked. */
async function answer(context: SlackContext, body: BlockAction, action: ButtonAction): Promise<string | null> {
  const asked = Asked.parse(JSON.parse(action.value ?? 'null'));
  const { project, kind } = asked;
  const budget = await findBudget(context, asked);
  const channel = body.channel?.id ?? budget?.channel ?? listChannels(project, context.settings.projects)[0] ?? project;
  if (!(await context.access.allows(body.user.id, channel, 'approver'))) return describeRefusal('approver');
  const at = context.now();
  const span = budget === undefined ? null : findSpan(budget.span, at);
  const question = budget?.reached.findLast((one) => one.percent === 100 && one.at >= (span?.from ?? 0));
  if (budget === undefined || span === null || question === undefined)
    return 'This budget has changed since that message; `/hpc budget` shows what counts now.';
  const answers = listAnswers(budget, question);
  const goOn = action.action_id !== 'run.budget-stop';
  const last = answers.at(-1);
  if (last !== undefined && (last.goOn ? at < (last.until ?? 0) : !goOn)) return describeFirst(last);
  const until = action.action_id === 'run.budget-day' ? at + DAY_MS : (span.to ?? at + 7 * DAY_MS);
  const isFirst = await context.projects.append(project, {
    v: 1,
    at,
    // One answer to the question, and one to each answer that may still be changed.
    id: `${question.id} ${answers.length}`,
    type: 'budget.answered',
    by: body.user.id,
    kind,
    goOn,
    reason: goOn ? `until ${formatMoment(until)}` : '',
    ...(goOn ? { until } : {}),
  });
  await context.requestBudgets(project);
  await context.requestHome(null);
  if (isFirst) return null;
  const now = await findBudget(context, asked);
  const first = now === undefined ? undefined : listAnswers(now, question)[answers.length];
  return first === undefined ? 'Somebody else was first.' : describeFirst(first);
}

async function findBudget({ budgets }: SlackContext, { project, kind, budget }: z.infer<typeof Asked>): Promise<Budget | undefined> {
  return (await budgets.readBudgets(project)).now.find((one) => one.kind === kind && one.id === budget);
}

function listAnswers({ answers }: Budget, question: Budget['reached'][number]): Budget['answers'] {
  return answers.filter((one) => one.at >= question.at);
}

function describeFirst({ by, goOn, reason }: Budget['answers'][number]): string {
  return `<@${by}> was first: ${goOn ? `go on, ${reason}` : 'no new work of this kind'}.`;
}
