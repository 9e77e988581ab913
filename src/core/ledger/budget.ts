/** What a project may use, how far it has come, and what follows of that. Pure. */
import type { BudgetKind, BudgetSpan, ProjectEvent } from '../project/events.ts';
import { showHours, showUse } from './describe.ts';
import type { LedgerRow } from './row.ts';

type Reached = Extract<ProjectEvent, { type: 'budget.reached' }>;
type Answered = Extract<ProjectEvent, { type: 'budget.answered' }>;

export interface Budget {
  /** Id of the fact that set it. */
  readonly id: string;
  readonly kind: BudgetKind;
  readonly amount: number;
  readonly span: BudgetSpan;
  readonly by: string;
  readonly channel: string | null;
  readonly reached: readonly Reached[];
  readonly answers: readonly Answered[];
}

/** `asked`: used up, and nobody has said what now. `stopped` and `going-on`: somebody has. */
export interface Standing {
  readonly budget: Budget;
  readonly used: number;
  /** 1 where all of it is used. */
  readonly share: number;
  /** The present span; `to` is null where it has no end. */
  readonly from: number;
  readonly to: number | null;
  readonly state: 'free' | 'asked' | 'stopped' | 'going-on';
  /** The answer that counts now. */
  readonly answer: Answered | null;
}

const DAY_MS = 86_400_000;

export interface Budgets {
  /** Those that count, at most one of a kind; a new one begins without memory of the one before. */
  readonly now: readonly Budget[];
  /** Those that were changed or taken away, oldest first. */
  readonly before: readonly Budget[];
}

/** The budgets of a project, from its journal. */
export function foldBudgets(events: readonly ProjectEvent[]): Budgets {
  const budgets = new Map<BudgetKind, Budget>();
  const before: Budget[] = [];
  for (const event of events) {
    if (event.type === 'budget.set') {
      const { id, kind, amount, span, by, channel } = event;
      const old = budgets.get(kind);
      if (old !== undefined) before.push(old);
      if (amount === null) budgets.delete(kind);
      else budgets.set(kind, { id, kind, amount, span, by, channel: channel ?? null, reached: [], answers: [] });
    }
    if (event.type !== 'budget.reached' && event.type !== 'budget.answered') continue;
    const budget = budgets.get(event.kind);
    if (budget === undefined) continue;
    const told = event.type === 'budget.reached' ? { reached: [...budget.reached, event] } : { answers: [...budget.answers, event] };
    budgets.set(event.kind, { ...budget, ...told });
  }
  return { now: [...budgets.values()], before };
}

/** When the span began that a moment lies in, and when the next one does. */
export function findSpan(span: BudgetSpan, now: number): { from: number; to: number | null } {
  if (span === 'total') return { from: 0, to: null };
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (span === 'month') return { from: Date.UTC(year, month, 1), to: Date.UTC(year, month + 1, 1) };
  const from = Date.UTC(year, month, date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return { from, to: from + 7 * DAY_MS };
}

/** How a budget stands at a moment, given all rows of the project. */
export function judgeBudget(budget: Budget, rows: readonly LedgerRow[], now: number): Standing {
  const span = findSpan(budget.span, now);
  const used = sumUse(rows, budget.kind, span.from);
  const share = used / budget.amount;
  const answer = budget.answers.findLast((one) => one.at >= span.from) ?? null;
  return { budget, used, share, ...span, answer, state: chooseState(share, answer, now) };
}

function sumUse(rows: readonly LedgerRow[], kind: BudgetKind, from: number): number {
  let sum = 0;
  for (const row of rows) {
    if (row.at < from) continue;
    if (kind === 'dollars') sum += row.dollars ?? 0;
    else if (row.kind === kind) sum += row.amount;
  }
  return sum;
}

function chooseState(share: number, answer: Answered | null, now: number): Standing['state'] {
  if (share < 1) return 'free';
  if (answer === null) return 'asked';
  if (!answer.goOn) return 'stopped';
  return now < (answer.until ?? 0) ? 'going-on' : 'asked';
}

/** The fact that has to be told now: each level once in a span; the question again when the time is over for which it was allowed to go on. */
export function tellLevel(standing: Standing, now: number): Reached | null {
  const { budget, used, share, from, state, answer } = standing;
  const told = budget.reached.filter((one) => one.at >= from);
  const percent = share >= 1 ? 100 : share >= 0.8 ? 80 : null;
  if (percent === null || (percent === 80 && told.length > 0)) return null;
  if (percent === 100 && state !== 'asked') return null;
  const since = answer?.until ?? from;
  if (percent === 100 && told.some((one) => one.percent === 100 && one.at >= since)) return null;
  const id = `${budget.id}.${percent}.${since}`;
  return { v: 1, at: now, id, type: 'budget.reached', kind: budget.kind, percent, used, amount: budget.amount };
}

/** Whether new work of the kind may begin. */
export function isBlocked({ state }: Standing): boolean {
  return state === 'asked' || state === 'stopped';
}

const SPAN_WORDS: Readonly<Record<BudgetSpan, string>> = { week: 'this week', month: 'this month', total: 'in all' };

/** `$8.12 of $10.00 this week`, `3 of 4 GPU hours in all`. */
export function describeStanding({ budget, used }: Pick<Standing, 'budget' | 'used'>): string {
  const part = budget.kind === 'dollars' ? showUse('dollars', used) : showHours(used);
  return `${part} of ${showUse(budget.kind, budget.amount)} ${SPAN_WORDS[budget.span]}`;
}

/** Why something does not begin, as part of a sentence. */
export function describeBlock(standing: Standing): string {
  return `the project’s budget is used up (${describeStanding(standing)})`;
}
