import type { WebClient } from '@slack/web-api';
import { describeOutcomes, sumOutcomes } from '../../core/agent-session/bill.ts';
import { describeSeen } from '../../core/kaggle/view-quota.ts';
import { countRows } from '../../core/ledger/count-once.ts';
import { writeCsv } from '../../core/ledger/csv.ts';
import { drawTable } from '../../core/ledger/describe.ts';
import { GROUPINGS, sumRows, type Grouping } from '../../core/ledger/sum.ts';
import { chooseProject } from '../../core/project/choose-project.ts';
import type { ChannelRow } from '../../runs/ledger.ts';
import { renderLine } from '../blocks.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { uploadFile } from '../upload.ts';

const DAY_MS = 24 * 60 * 60_000;
const SPANS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, all: Number.POSITIVE_INFINITY };
const RUN_ID = /^r[a-z0-9]{4,32}$/;
/** Names that Slack is asked for at most; the table is no longer. */
const MOST_NAMES = 15;

export default defineCommand({
  id: 'cost',
  usage: 'cost [day|week|month|all|<run>] [by project|run|person|model|cluster|outcome] [here] [csv]',
  summary:
    'says what was used and what it cost: tokens, GPU, CPU and Kaggle hours, those of watched jobs apart; here is this channel’s project alone, csv sends every line',
  role: 'viewer',
  run: tellCost,
});

interface Wish {
  readonly since: number;
  readonly run: string | null;
  readonly by: Grouping;
  readonly here: boolean;
  readonly csv: boolean;
  readonly words: string;
}

async function tellCost(request: CommandRequest): Promise<CommandReply> {
  const { context, channel, name } = request;
  const wish = readWish(request.args, context.now());
  if (wish === null)
    return { text: `Usage: \`${name} cost [day|week|month|all|<run>] [by project|run|person|model|cluster|outcome] [here] [csv]\`` };
  const project = wish.here ? chooseProject(channel, context.settings.projects) : undefined;
  const all = await context.ledger.collectRows(context.now(), project);
  const fits = all.filter((row) => row.at >= wish.since && (wish.run === null || row.run === wish.run));
  const rows = countRows(await chooseVisible(request, fits));
  if (rows.length === 0)
    return { text: [`Nothing was used in ${wish.words}, as far as you may see.`, ...(await tellQuota(request))].join('\n') };
  const names = await askNames(context.client, rows, wish.by);
  const table = drawTable(rows, wish.by, (id) => names.get(id) ?? id).replaceAll('`', "'");
  const file = wish.csv ? [await sendCsv(request, rows, wish.words)] : [];
  return {
    text: [
      `*Used in ${wish.words}*; money by list prices, hours have none:`,
      `\`\`\`\n${table}\n\`\`\``,
      ...(wish.by === 'outcome' ? await tellOutcomes(request, rows, wish.since) : []),
      ...(await tellQuota(request)),
      ...file,
    ].join('\n'),
  };
}

/** What was typed, in any order; null where a word means nothing. */
function readWish(args: readonly string[], now: number): Wish | null {
  let wish: Wish = { since: now - 7 * DAY_MS, run: null, by: 'what', here: false, csv: false, words: 'the last week' };
  for (let index = 0; index < args.length; index += 1) {
    const word = (args[index] ?? '').replaceAll('`', '').toLowerCase();
    const span = SPANS[word];
    const by = GROUPINGS.find((one) => one === args[index + 1]?.toLowerCase());
    if (word === 'by' && by !== undefined) {
      wish = { ...wish, by };
      index += 1;
    } else if (word === 'csv' || word === 'here') wish = { ...wish, [word]: true };
    else if (span !== undefined) wish = { ...wish, since: now - span * DAY_MS, words: word === 'all' ? 'all time' : `the last ${word}` };
    else if (RUN_ID.test(word)) wish = { ...wish, since: 0, run: word, words: `run ${word}` };
    else return null;
  }
  return wish;
}

/** Rows of channels that this person may see. */
async function chooseVisible({ context, user }: CommandRequest, rows: readonly ChannelRow[]): Promise<ChannelRow[]> {
  const visible = new Set<string>();
  for (const channel of new Set(rows.map((row) => row.channel)))
    if (await context.access.allows(user, channel, 'viewer')) visible.add(channel);
  return rows.filter((row) => visible.has(row.channel));
}

/** A table for a fixed-width font cannot show mentions, so the few people and channels of it are asked for by name. */
async function askNames(client: WebClient, rows: readonly ChannelRow[], by: Grouping): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  if (by !== 'person' && by !== 'project') return names;
  for (const { name } of sumRows(rows, by).slice(0, MOST_NAMES)) {
    const known = name === '' ? 'the bot itself' : await askName(client, by, name);
    if (known !== null) names.set(name, known);
  }
  return names;
}

async function askName(client: WebClient, by: 'person' | 'project', id: string): Promise<string | null> {
  try {
    if (by === 'person') return (await client.users.info({ user: id })).user?.name ?? null;
    const { channel } = await client.conversations.info({ channel: id });
    return channel?.name === undefined ? null : `#${channel.name}`;
  } catch {
    // A named project is no channel, and somebody may have left: the id says enough.
    return null;
  }
}

/** What a reproduced repository and a resolved failure cost, from the journals of the runs that the table counts. */
async function tellOutcomes({ context }: CommandRequest, rows: readonly ChannelRow[], since: number): Promise<string[]> {
  const runs = [...new Set(rows.map((row) => row.run))].filter((run) => run !== '');
  return describeOutcomes(sumOutcomes(await Promise.all(runs.map((run) => context.runs.journal.read(run, 0))), since));
}

async function tellQuota({ context }: CommandRequest): Promise<string[]> {
  const seen = context.readQuota === null ? null : await context.readQuota();
  return seen === null ? [] : describeSeen(seen, context.now()).map((line) => renderLine([{ text: 'Kaggle account, ' }, ...line]));
}

/** The lines go to the person alone: a channel has people who may see less. */
async function sendCsv({ context, user }: CommandRequest, rows: readonly ChannelRow[], words: string): Promise<string> {
  const { channel } = await context.client.conversations.open({ users: user });
  if (channel?.id === undefined) return 'Slack opened no direct message for the CSV.';
  const day = new Date(context.now()).toISOString().slice(0, 10);
  const name = `ledger-${words.replaceAll(/[^a-z0-9]+/g, '-')}-${day}.csv`;
  await uploadFile(context.client, { channel: channel.id, threadTs: null, name, title: `Ledger, ${words}`, content: writeCsv(rows) });
  return `Every line as CSV: I sent you \`${name}\` as a direct message.`;
}
