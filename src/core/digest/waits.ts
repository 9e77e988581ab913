/** Who is waited for, by the states of the runs. Pure. */
import { findSince, listQuestions } from '../run/questions.ts';
import type { RunState } from '../run/state.ts';
import { nameRun } from '../run/view/name.ts';
import type { BudgetStand } from './costs.ts';
import { nameState, readClock, readState, say, sayPerson, stateId } from './pieces.ts';
import type { Ask, DigestLine } from './schema.ts';

/** Questions that one message asks at most; more would not be answered on a phone. */
const MOST_ASKS = 3;
const MOST_WAITS = 6;

export interface Waits {
  readonly asks: readonly Ask[];
  readonly lines: readonly DigestLine[];
  /** One for each thing that waits, also for what no line has room for. */
  readonly from: readonly string[];
  readonly people: readonly string[];
}

interface Wait {
  readonly state: RunState;
  readonly since: number;
  readonly line: DigestLine;
  /** The question, where buttons can answer it. */
  readonly approval: number | null;
}

/** What waits, the longest first. A question comes with its buttons, the rest with a way to the thread. */
export function listWaits(states: readonly RunState[], budgets: readonly BudgetStand[] = []): Waits {
  const asked = budgets.filter(({ isAsked }) => isAsked);
  const waits = states.flatMap(findWait).sort((a, b) => a.since - b.since || (a.state.id < b.state.id ? -1 : 1));
  const asks = waits.filter(({ approval }) => approval !== null).slice(0, MOST_ASKS);
  const others = waits.filter((wait) => !asks.includes(wait));
  const shown = others.slice(0, MOST_WAITS);
  const left = others.slice(MOST_WAITS);
  const rest =
    left.length === 0
      ? []
      : [[{ ...say(`and ${left.length} more`), how: 'count' as const, from: left.map(({ state }) => stateId(state)) }]];
  return {
    asks: asks.map(({ state, approval, line }) => ({ run: state.id, approval: approval ?? 0, line })),
    lines: [...asked.map(askBudget), ...shown.map(({ line }) => line), ...rest],
    from: [...waits.map(({ state }) => stateId(state)), ...asked.flatMap(({ from }) => from.slice(0, 1))],
    people: [...new Set(waits.map(({ state }) => state.request.by))],
  };
}

function askBudget({ words, used, amount, from }: BudgetStand): DigestLine {
  const value = Math.round((100 * used) / amount);
  return [
    { text: `The budget of ${words} is used up (${value} %)`, how: 'share', value, from: [...from] },
    say(': go on, or stop? The question stands in the channel.'),
  ];
}

/** Of a run the first thing that it waits with; while that is open, nothing else of it moves. */
function findWait(state: RunState): Wait[] {
  const [question] = listQuestions(state);
  if (question === undefined) return [];
  const { title, at, answer } = question;
  const approval = answer?.kind === 'approval' ? answer.approval.id : null;
  const since = at === null ? [] : [say(approval === null ? ', since ' : ', asked '), readClock(state, at)];
  return [makeWait(state, findSince(state, question), [readState(state, title), ...since], approval)];
}

function makeWait(state: RunState, since: number, what: DigestLine, approval: number | null): Wait {
  return { state, since, approval, line: [nameState(state, nameRun(state)), say(': '), ...what, say(' – '), sayPerson(state.request.by)] };
}
