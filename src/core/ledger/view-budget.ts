import type { BudgetKind, ProjectEvent } from '../project/events.ts';
import type { Button, Line, Part, Slot } from '../run/slots.ts';
import { showClock } from '../run/view/job.ts';
import { describeStanding, isBlocked, type Budget, type Standing } from './budget.ts';

const CONSEQUENCES: Readonly<Record<BudgetKind, string>> = {
  dollars: 'Until somebody answers, no new session of the agent begins in this project: runs go on by rules alone and say so.',
  'gpu-hours':
    'Until somebody answers, no new GPU job begins in this project unless an approver says of that very job that it may go over the budget.',
  'kaggle-hours': 'Until somebody answers, no new Kaggle run begins in this project.',
};

/** What a budget is of, in words. */
export const BUDGET_NAMES: Readonly<Record<BudgetKind, string>> = {
  dollars: 'models',
  'gpu-hours': 'GPU hours',
  'kaggle-hours': 'Kaggle hours',
};

/** What the buttons bind an answer to. */
export function encodeBudget(project: string, { budget }: Pick<Standing, 'budget'>): string {
  return JSON.stringify({ project, kind: budget.kind, budget: budget.id });
}

type Reached = Extract<ProjectEvent, { type: 'budget.reached' }>;

/** The message about a level that was reached, in its channel: at 100 % a question until it is answered or its time is over. */
export function viewBudgetNotice(project: string, standing: Standing, reached: Reached): Slot {
  return drawNotice(standing.budget, reached, reached.percent === 100 ? viewQuestion(project, standing, reached) : []);
}

/** The same once its budget was changed or taken away: nobody is asked any more. */
export function viewRetiredNotice(budget: Budget, reached: Reached): Slot {
  return drawNotice(budget, reached, [
    { kind: 'text', lines: ['This budget was changed or taken away since; /hpc budget shows what counts now.'] },
  ]);
}

function drawNotice(budget: Budget, reached: Reached, middle: readonly Part[]): Slot {
  const what = BUDGET_NAMES[budget.kind];
  const title = reached.percent === 80 ? `80 % of the budget for ${what} is used` : `The budget for ${what} is used up`;
  const then = describeStanding({ budget, used: reached.used });
  const who = [
    { text: 'Budget set by ' },
    { text: budget.by, user: budget.by },
    { text: ' · what runs goes on · /hpc cost says what it was used for' },
  ];
  const parts: Part[] = [
    { kind: 'heading', text: title },
    { kind: 'text', lines: [[{ text: then, style: 'bold' }, { text: `, as of ` }, showClock(reached.at), { text: '.' }]] },
    ...middle,
    { kind: 'quiet', lines: [who] },
  ];
  return { name: 'status', place: 'root', mention: [budget.by], summary: `${title}: ${then}.`, parts, files: [] };
}

function viewQuestion(project: string, standing: Standing, reached: Reached): Part[] {
  const { budget, answer, state, from } = standing;
  const isNewest = budget.reached.findLast((one) => one.percent === 100)?.id === reached.id && reached.at >= from;
  const answered: Part[] = answer === null || !isNewest ? [] : [{ kind: 'text', lines: [describeAnswer(standing)] }];
  if (!isNewest || !isBlocked(standing))
    return answered.length > 0
      ? answered
      : [{ kind: 'text', lines: [isNewest && state === 'free' ? 'There is room again.' : 'That time is over.'] }];
  return [
    ...(state === 'stopped' ? answered : [{ kind: 'text' as const, lines: [CONSEQUENCES[budget.kind]] }]),
    { kind: 'buttons', items: offerBudgetAnswers(project, standing) },
  ];
}

/** What can be said to a budget that is used up. */
export function offerBudgetAnswers(project: string, standing: Standing): Button[] {
  const { budget, state } = standing;
  const value = encodeBudget(project, standing);
  const far = { week: 'Go on until Monday', month: 'Go on until next month', total: 'Go on for a week' }[budget.span];
  return [
    { action: 'budget-day', label: 'Go on for a day', value },
    { action: 'budget-span', label: far, value },
    ...(state === 'stopped' ? [] : [{ action: 'budget-stop' as const, label: 'Stop new work', style: 'danger' as const, value }]),
  ];
}

function describeAnswer({ answer }: Standing): Line {
  if (answer === null) return '';
  const who = { text: answer.by, user: answer.by };
  if (answer.until === undefined) return [who, { text: ' said: no new work of this kind. ' }, showClock(answer.at)];
  return [who, { text: ' said: go on until ' }, showClock(answer.until), { text: '.' }];
}
