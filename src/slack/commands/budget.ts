import { describeStanding, type Standing } from '../../core/ledger/budget.ts';
import { showUse } from '../../core/ledger/describe.ts';
import { BUDGET_NAMES } from '../../core/ledger/view-budget.ts';
import { chooseProject } from '../../core/project/choose-project.ts';
import { BudgetSpan, type BudgetKind } from '../../core/project/events.ts';
import { describeRefusal } from '../access.ts';
import { escapeText } from '../blocks.ts';
import { showTime } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';

/** How people call what a budget is of. */
const KINDS: Readonly<Record<string, BudgetKind>> = {
  dollars: 'dollars',
  dollar: 'dollars',
  usd: 'dollars',
  money: 'dollars',
  $: 'dollars',
  gpu: 'gpu-hours',
  'gpu-hours': 'gpu-hours',
  'gpu-h': 'gpu-hours',
  kaggle: 'kaggle-hours',
  'kaggle-hours': 'kaggle-hours',
  'kaggle-h': 'kaggle-hours',
};
const FILLERS = new Set(['a', 'per', 'of', 'in', 'each', 'hours']);

export default defineCommand({
  id: 'budget',
  usage: 'budget [set <amount> dollars|gpu-hours|kaggle-hours [week|month|total] | remove dollars|gpu-hours|kaggle-hours]',
  summary: 'shows what this channel’s project may use; approvers set it. At 80 % I warn, at 100 % I ask before anything new begins',
  role: 'viewer',
  run: async (request) => {
    const { args, name, context, user, channel } = request;
    const [verb, ...words] = args.map((word) => word.replaceAll('`', '').toLowerCase());
    if (verb === undefined || verb === 'show') return showBudgets(request);
    const change = verb === 'set' ? readSet(words) : verb === 'remove' ? readRemove(words) : null;
    if (change === null)
      return {
        text: `Usage: \`${name} budget set 20 dollars week\`, \`${name} budget set 100 gpu-hours month\`, \`${name} budget remove dollars\`, \`${name} budget\``,
      };
    if (!(await context.access.allows(user, channel, 'approver'))) return { text: describeRefusal('approver') };
    return setBudget(request, change);
  },
});

interface Change {
  readonly kind: BudgetKind;
  /** Null takes it away. */
  readonly amount: number | null;
  readonly span: BudgetSpan;
}

/** `20 dollars week`, `$20 a week`, `gpu-hours 100`. A month unless told. */
function readSet(words: readonly string[]): Change | null {
  let kind: BudgetKind | null = null;
  let amount: number | null = null;
  let span: BudgetSpan = 'month';
  for (const word of words.filter((one) => !FILLERS.has(one))) {
    const number = /^(\$?)(\d{1,9}(?:\.\d{1,4})?)$/.exec(word);
    const said = BudgetSpan.safeParse(word);
    if (number !== null) {
      amount = Number(number[2]);
      if (number[1] === '$') kind = 'dollars';
    } else if (said.success) span = said.data;
    else if (KINDS[word] !== undefined) kind = KINDS[word];
    else return null;
  }
  return kind === null || amount === null || amount <= 0 ? null : { kind, amount, span };
}

function readRemove([word = '']: readonly string[]): Change | null {
  const kind = KINDS[word];
  return kind === undefined ? null : { kind, amount: null, span: 'total' };
}

async function setBudget({ context, user, channel, deliveryId }: CommandRequest, { kind, amount, span }: Change): Promise<CommandReply> {
  const project = chooseProject(channel, context.settings.projects);
  const had = (await context.budgets.readBudgets(project)).now.some((budget) => budget.kind === kind);
  if (amount === null && !had) return { text: 'There is no such budget here.' };
  await context.projects.append(project, {
    v: 1,
    at: context.now(),
    id: deliveryId,
    type: 'budget.set',
    by: user,
    kind,
    amount,
    span,
    channel,
  });
  await context.requestBudgets(project);
  if (amount === null) return { text: `The budget for ${BUDGET_NAMES[kind]} is gone; nothing stops for it any more.` };
  const standing = (await context.budgets.listStandings(project)).find((one) => one.budget.kind === kind);
  return { text: `Set: ${standing === undefined ? showUse(kind, amount) : describeStanding(standing)}. ${RULE}` };
}

const RULE =
  'At 80 % I warn in this channel; at 100 % I ask, and nothing new of this kind begins until somebody answers. What runs goes on.';

async function showBudgets({ context, channel, name }: CommandRequest): Promise<CommandReply> {
  const project = chooseProject(channel, context.settings.projects);
  const standings = await context.budgets.listStandings(project);
  if (standings.length === 0)
    return { text: `No budget is set for this channel’s project. \`${name} budget set 20 dollars week\` sets one.` };
  return { text: standings.map(describeLine).join('\n') };
}

function describeLine(standing: Standing): string {
  const { budget, share, to } = standing;
  const until = to === null ? '' : `, anew ${showTime(to)}`;
  return `• *${escapeText(describeStanding(standing))}* (${Math.floor(share * 100)} %)${until} – ${STATES[standing.state](standing)} – set by <@${budget.by}>`;
}

const STATES: Readonly<Record<Standing['state'], (standing: Standing) => string>> = {
  free: () => 'there is room',
  asked: () => 'used up; the question in the channel waits for an approver',
  stopped: ({ answer }) => `used up; <@${answer?.by ?? ''}> said that nothing new begins`,
  'going-on': ({ answer }) => `used up; <@${answer?.by ?? ''}> lets it go on until ${showTime(answer?.until ?? 0)}`,
};
