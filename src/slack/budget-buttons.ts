import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { z } from 'zod';
import { isBlocked, type Standing } from '../core/ledger/budget.ts';
import { listChannels } from '../core/project/choose-project.ts';
import { BudgetKind } from '../core/project/events.ts';
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

async function answer(context: SlackContext, body: BlockAction, action: ButtonAction): Promise<string | null> {
  const { project, kind, budget: id } = Asked.parse(JSON.parse(action.value ?? 'null'));
  const standing = (await context.budgets.listStandings(project)).find(({ budget }) => budget.kind === kind && budget.id === id);
  const channel = body.channel?.id ?? standing?.budget.channel ?? listChannels(project, context.settings.projects)[0] ?? project;
  if (!(await context.access.allows(body.user.id, channel, 'approver'))) return describeRefusal('approver');
  const at = context.now();
  const question = standing?.budget.reached.findLast((one) => one.percent === 100 && one.at >= standing.from);
  if (standing === undefined || question === undefined)
    return 'This budget has changed since that message; `/hpc budget` shows what counts now.';
  const goOn = action.action_id !== 'run.budget-stop';
  if (!isBlocked(standing) || (standing.state === 'stopped' && !goOn)) return describeAnswered(standing);
  const until = action.action_id === 'run.budget-day' ? at + DAY_MS : (standing.to ?? at + 7 * DAY_MS);
  const isFirst = await context.projects.append(project, {
    v: 1,
    at,
    // One answer to a question, and one to each answer that may still be changed.
    id: `${question.id} ${standing.budget.answers.length}`,
    type: 'budget.answered',
    by: body.user.id,
    kind,
    goOn,
    reason: goOn ? `until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '',
    ...(goOn ? { until } : {}),
  });
  await context.requestBudgets(project);
  await context.requestHome(null);
  if (isFirst) return null;
  const now = (await context.budgets.listStandings(project)).find(({ budget }) => budget.id === id);
  return now === undefined ? null : describeAnswered(now);
}

function describeAnswered({ answer, state }: Standing): string {
  if (answer === null) return state === 'free' ? 'There is room again; nobody needs to answer.' : 'This question is over.';
  return `<@${answer.by}> was first: ${answer.goOn ? `go on, ${answer.reason}` : 'no new work of this kind'}.`;
}
