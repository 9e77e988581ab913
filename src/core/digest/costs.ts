/** What it cost, against what may be spent, and how the week compares with the one before. Pure. */
import type { Entry } from '../diary/entry.ts';
import { countUses, HOURS } from '../diary/used.ts';
import { formatNumber } from '../run/format.ts';
import { countEntries, joinPieces, nameEntry, quoteClock, quoteEntry, say, sumFigures } from './pieces.ts';
import type { DigestLine, Piece } from './schema.ts';

/** How much of a budget is used. `from`: the entries of what was used and of the budget itself. */
export interface BudgetStand {
  readonly words: string;
  readonly used: number;
  readonly amount: number;
  readonly from: readonly string[];
  /** Whether somebody has to say what happens now that it is used up. */
  readonly isAsked: boolean;
}

/** The newest look at the week of the Kaggle account. */
export interface QuotaStand {
  readonly look: Entry;
  /** Whether that week was over when the digest was made. */
  readonly isOver: boolean;
}

/** Both kinds of accelerator, with what sessions hold. */
const LONGEST_QUOTA = 300;
const TOKENS = ['tokens in', 'tokens out'];
const MONEY = ['money'];

/** What was used in the span, and how far each budget is used up. */
export function listCosts(entries: readonly Entry[], budgets: readonly BudgetStand[]): DigestLine[] {
  const used = listUses(entries).map(({ piece }) => [piece]);
  const lines = used.length === 0 ? [] : [joinPieces(used)];
  return [...lines, ...budgets.map(describeBudget)];
}

function listUses(all: readonly Entry[]): { name: string; piece: Piece }[] {
  const entries = countUses(all);
  const rows: readonly { name: string; names: string[]; show: (value: number) => string }[] = [
    ...HOURS.map((name) => ({ name, names: [name], show: (value: number) => `${formatNumber(value)} ${name}` })),
    { name: 'tokens', names: TOKENS, show: (value) => `${showTokens(value)} tokens` },
    { name: 'money', names: MONEY, show: (value) => `$${value.toFixed(value < 1 ? 3 : 2)}` },
  ];
  return rows.flatMap(({ name, names, show }) => {
    const piece = sumFigures(entries, names, show);
    return piece === null ? [] : [{ name, piece }];
  });
}

function showTokens(value: number): string {
  if (value < 1_000) return String(value);
  return value < 1_000_000 ? `${formatNumber(value / 1_000)} k` : `${formatNumber(value / 1_000_000)} M`;
}

function describeBudget({ words, used, amount, from }: BudgetStand): DigestLine {
  const percent = Math.round((100 * used) / amount);
  return [
    {
      text: `${percent} % of the budget of ${words}`,
      how: 'share',
      value: percent,
      from: [...from],
      ...(percent < 80 ? {} : { style: 'bold' as const }),
    },
  ];
}

/** How the week of the Kaggle account stands, by whose look and how old that is. */
export function listQuota(stand: QuotaStand | null): DigestLine[] {
  if (stand === null) return [];
  const { look, isOver } = stand;
  const over = isOver ? [say('; a new week has begun since', 'bold')] : [];
  return [[nameEntry(look), say(': '), quoteEntry(look, LONGEST_QUOTA), say(' As of '), quoteClock(look), ...over]];
}

/** This week beside the one before it. */
export function listTrends(entries: readonly Entry[], before: readonly Entry[]): DigestLine[] {
  const ready = (all: readonly Entry[]) => all.filter(({ source, topic }) => source.event === 'run.finished' && topic === 'READY');
  const failed = (all: readonly Entry[]) => all.filter(({ kind, source }) => kind === 'failure' && source.event !== 'job.warned');
  const counts = [compareCounts('Ready', ready(entries), ready(before)), compareCounts('Failures', failed(entries), failed(before))];
  const [now, then] = [listUses(entries), listUses(before)];
  const names = [...new Set([...now, ...then].map(({ name }) => name))];
  const uses = names.map((name): DigestLine => {
    const pick = (all: typeof now): Piece => all.find((one) => one.name === name)?.piece ?? say('none');
    return [pick(now), say(', the week before '), pick(then)];
  });
  return [...counts.flat(), ...uses];
}

function compareCounts(name: string, now: readonly Entry[], then: readonly Entry[]): DigestLine[] {
  if (now.length === 0 && then.length === 0) return [];
  const show = (all: readonly Entry[]): Piece => (all.length === 0 ? say('none') : { ...countEntries(all, ''), text: String(all.length) });
  return [[say(`${name}: `), show(now), say(', the week before '), show(then)]];
}
