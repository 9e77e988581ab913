import { describeBill, describeOutcomes, sumBills, sumOutcomes } from '../../core/agent-session/bill.ts';
import type { AgentFact } from '../../core/agent-session/schema.ts';
import type { RunEvent } from '../../core/run/events.ts';
import { escapeText } from '../blocks.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';

const DAY_MS = 24 * 60 * 60_000;
const RUNS = 300;
const SPANS: Readonly<Record<string, number>> = { day: DAY_MS, week: 7 * DAY_MS, all: Number.POSITIVE_INFINITY };

export default defineCommand({
  id: 'cost',
  usage: 'cost [day|week|all|<run>]',
  summary: 'says what the agent’s models were asked and what that cost, by model, by run and by outcome',
  role: 'viewer',
  run: tellCost,
});

async function tellCost({ context, args, name }: CommandRequest): Promise<CommandReply> {
  const word = args[0] ?? 'week';
  const span = SPANS[word];
  if (span === undefined && !/^r[a-z0-9]{4,32}$/.test(word)) return { text: `Usage: \`${name} cost [day|week|all|<run>]\`` };
  const runs = span === undefined ? [word] : await context.runs.journal.listRecent(RUNS);
  const since = span === undefined ? 0 : context.now() - span;
  const all: AgentFact[] = [];
  const journals: RunEvent[][] = [];
  const perRun: { run: string; dollars: number }[] = [];
  for (const run of runs) {
    const events = await context.runs.journal.read(run, 0);
    journals.push(events);
    const facts = events.flatMap((event) => (event.type === 'agent.fact' && event.at >= since ? [event.fact] : []));
    all.push(...facts);
    const dollars = sumBills(facts).reduce((sum, bill) => sum + bill.dollars, 0);
    if (dollars > 0) perRun.push({ run, dollars });
  }
  const bills = sumBills(all);
  const when = span === undefined ? `run ${word}` : word === 'all' ? `the last ${RUNS} runs` : `the last ${word}`;
  if (bills.length === 0) return { text: `No model was asked in ${when}.` };
  const total = bills.reduce((sum, bill) => sum + bill.dollars, 0);
  const dearest = perRun.sort((a, b) => b.dollars - a.dollars).slice(0, 5);
  return {
    text: [
      `*$${total.toFixed(3)}* in ${when}, by list prices:`,
      ...bills.map((bill) => `• ${escapeText(describeBill(bill))}`),
      ...describeOutcomes(sumOutcomes(journals, since)),
      ...(span === undefined ? [] : [`Dearest runs: ${dearest.map(({ run, dollars }) => `\`${run}\` $${dollars.toFixed(3)}`).join(', ')}`]),
    ].join('\n'),
  };
}
