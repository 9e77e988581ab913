/** A person's Home: what waits for them first, then what is theirs. Pure. */
import { describeSeen } from '../kaggle/view-quota.ts';
import { describeStanding, isBlocked } from '../ledger/budget.ts';
import { offerBudgetAnswers } from '../ledger/view-budget.ts';
import { redactDeep } from '../redact.ts';
import { formatCount } from '../run/format.ts';
import type { Line, Part, Span } from '../run/slots.ts';
import type { RunState } from '../run/state.ts';
import { viewInShort } from '../run/view/in-short.ts';
import { viewRoot } from '../run/view/index.ts';
import { showClock } from '../run/view/job.ts';
import { viewClusters } from './clusters.ts';
import type { HomeFacts } from './facts.ts';
import { viewFailures } from './failures.ts';
import { linkRun } from './link-run.ts';

const MOST_QUESTIONS = 10;
/** Further ones are answered in their threads, and take their place here when these are. */
const MOST_ANSWERED_HERE = 6;
const MOST_RUNS = 12;
const MOST_OVER = 4;
const MOST_BUDGETS = 8;

/** What the tab shows now. Equal facts give equal parts, so that nothing is sent that says nothing new. */
export function viewHome(facts: HomeFacts): Part[] {
  return redactDeep([...viewWaiting(facts), ...viewRuns(facts), ...viewClusters(facts), ...viewAccounts(facts), ...viewFailures(facts)]);
}

function viewWaiting({ questions, budgets, links }: HomeFacts): Part[] {
  const decisions = budgets.filter(({ answers, standing }) => answers && standing.state === 'asked');
  const count = questions.length + decisions.length;
  if (count === 0)
    return [
      { kind: 'heading', text: 'Waiting for you' },
      { kind: 'text', lines: ['Nothing. Nobody waits for an answer of yours.'] },
    ];
  const asked = questions
    .slice(0, MOST_QUESTIONS)
    .flatMap((one, index): Part[] => [describeQuestion(one, links), ...(index < MOST_ANSWERED_HERE ? offerAnswer(one) : [])]);
  const left = Math.max(0, questions.length - MOST_QUESTIONS);
  return [
    { kind: 'heading', text: `Waiting for you (${count})` },
    ...asked,
    ...(left > 0 ? [{ kind: 'quiet' as const, lines: [`and ${formatCount(left, 'more question')}`] }] : []),
    ...decisions.slice(0, MOST_BUDGETS).flatMap(viewDecision),
  ];
}

type Asked = HomeFacts['questions'][number];

function describeQuestion({ state, question: { title, at, until } }: Asked, links: HomeFacts['links']): Part {
  const where: Span[] = [{ text: title, style: 'bold' }, { text: ' – ' }, linkRun(state, links), { text: ` on ${state.request.site}` }];
  const since: Span[] = at === null ? [] : [{ text: 'asked ' }, showClock(at), { text: ' ' }];
  const ends: Span[] = until === null ? [] : [{ text: ', counts as a no at ' }, showClock(until)];
  return {
    kind: 'text',
    lines: [where, [...since, { text: 'for a run of ' }, { text: state.request.by, user: state.request.by }, ...ends]],
  };
}

/** The same answers as in the thread, under the same rules. */
function offerAnswer({ state, question: { answer } }: Asked): Part[] {
  if (answer === null) return [];
  if (answer.kind === 'approval') return viewInShort(state, answer.approval);
  return [{ kind: 'buttons', items: [{ action: 'login', label: 'Log in…', style: 'primary', value: state.id }] }];
}

function viewDecision({ project, channel, standing }: HomeFacts['budgets'][number]): Part[] {
  const where: Span = { text: channel, channel };
  const what = { text: 'A budget is used up', style: 'bold' as const };
  return [
    { kind: 'text', lines: [[what, { text: `: ${describeStanding(standing)}, in ` }, where, { text: '.' }]] },
    { kind: 'buttons', items: offerBudgetAnswers(project, standing) },
  ];
}

function viewRuns({ user, runs, links }: HomeFacts): Part[] {
  const mine = runs.filter((state) => state.request.by === user);
  const going = mine.filter((state) => state.verdict === null);
  const over = mine.filter((state) => state.verdict !== null).slice(0, MOST_OVER);
  const shown = going.slice(0, MOST_RUNS);
  const heading: Part = { kind: 'heading', text: 'My runs' };
  if (mine.length === 0)
    return [heading, { kind: 'text', lines: ['None yet. Type `/hpc reproduce <git-url>` in a channel that I am in.'] }];
  const left = going.length - shown.length;
  return [
    heading,
    ...shown.flatMap((state) => viewRun(state, links)),
    ...(left > 0 ? [{ kind: 'quiet' as const, lines: [`and ${formatCount(left, 'run')} more that go on; /hpc runs lists them`] }] : []),
    ...(over.length === 0 ? [] : [{ kind: 'text' as const, lines: over.map((state) => describeOver(state, links)) }]),
  ];
}

/** The line that its thread begins with, and how far its job is. */
function viewRun(state: RunState, links: HomeFacts['links']): Part[] {
  const { parts } = viewRoot(state);
  const first = parts.find((part) => part.kind === 'text')?.lines[0] ?? '';
  const headline: readonly Span[] = typeof first === 'string' ? [{ text: first }] : first;
  const bar = parts.find((part) => part.kind === 'bar');
  return [
    { kind: 'text', lines: [[linkRun(state, links), { text: ` on ${state.request.site} – ` }, ...headline]] },
    ...(bar === undefined ? [] : [bar]),
  ];
}

function describeOver(state: RunState, links: HomeFacts['links']): Line {
  const verdict = state.verdict?.as ?? '';
  const ended: Span[] = state.finishedAt === null ? [] : [{ text: ', ' }, showClock(state.finishedAt)];
  return [{ text: `• ${verdict} – ` }, linkRun(state, links), { text: ` on ${state.request.site}` }, ...ended];
}

function viewAccounts({ budgets, quota, now }: HomeFacts): Part[] {
  const standings = budgets.slice(0, MOST_BUDGETS).map(({ channel, standing }): Line => {
    const mark = isBlocked(standing) ? ' – used up, no new work' : standing.state === 'going-on' ? ' – over it, as somebody allowed' : '';
    return [
      { text: '• ' },
      { text: channel, channel },
      { text: `: ${describeStanding(standing)} (${Math.floor(standing.share * 100)} %)${mark}` },
    ];
  });
  const week: Line[] = quota === null ? [] : describeSeen(quota, now).map((line) => [{ text: '• Kaggle, ' }, ...line]);
  const lines = [...standings, ...week];
  if (lines.length === 0) lines.push('No budget is set; `/hpc budget` sets one for a channel.');
  return [
    { kind: 'heading', text: 'Quotas and budgets' },
    { kind: 'text', lines },
  ];
}
