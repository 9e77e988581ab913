/** Makes a digest from what the diary tells and the runs say. Pure; every number of it names what it comes from. */
import type { Entry } from '../diary/entry.ts';
import type { RunState } from '../run/state.ts';
import { listAhead } from './ahead.ts';
import { listCosts, listQuota, listTrends, type BudgetStand, type QuotaStand } from './costs.ts';
import { listFailures, listIdeas, listMoves, sumUp } from './happened.ts';
import { say, sayPerson } from './pieces.ts';
import { isWeekly, type Edition } from './plan-editions.ts';
import { chartResults, listResults, type TargetStand } from './results.ts';
import type { Digest, DigestLine } from './schema.ts';
import { listWaits, type Waits } from './waits.ts';

export interface DigestInput extends Edition {
  readonly project: string;
  readonly title: string;
  readonly zone: string;
  /** Of the span, oldest first. */
  readonly entries: readonly Entry[];
  /** Of the week before; empty but for the weekly edition. */
  readonly before: readonly Entry[];
  /** Of every run of the project that goes on, and of those that the entries are about. */
  readonly states: readonly RunState[];
  readonly targets: readonly TargetStand[];
  readonly budgets: readonly BudgetStand[];
  /** Null where nothing of the project goes on at Kaggle, and nobody looked in the span. */
  readonly quota: QuotaStand | null;
}

/** The digest of a span. Every entry of the span is behind one of its lines, or in `further`. */
export function composeDigest(input: DigestInput): Digest {
  const { project, title, edition, zone, from, to, states, targets } = input;
  const entries = input.entries.filter(isNews);
  const waits = listWaits(states, input.budgets);
  const results = chartResults(entries, targets);
  const parts: Digest['sections'] = [
    { name: 'moved', lines: listMoves(entries) },
    { name: 'results', lines: listResults(entries, targets) },
    { name: 'failures', lines: listFailures(entries, states) },
    { name: 'ideas', lines: listIdeas(entries) },
    { name: 'costs', lines: [...listCosts(entries, input.budgets), ...listQuota(input.quota)] },
    { name: 'trends', lines: isWeekly(edition) ? listTrends(entries, input.before) : [] },
    { name: 'ahead', lines: listAhead(states) },
  ];
  const quiet = entries.every(isOwnCost) && waits.from.length === 0;
  const sections = parts.filter(
    ({ name, lines }) => lines.length > 0 && (!quiet || name === 'ahead' || (name === 'costs' && entries.length > 0)),
  );
  const told = new Set(sections.flatMap(({ lines }) => lines.flat().flatMap((piece) => piece.from)));
  return {
    schemaVersion: 1,
    project,
    title,
    edition,
    zone,
    from,
    to,
    headline: describeHeadline(waits, entries),
    opening: [],
    openedBy: null,
    asks: [...waits.asks],
    waits: [...waits.lines],
    sections,
    links: {},
    chart: results?.chart ?? null,
    further: entries.filter(({ id }) => !told.has(id)).map(({ id }) => id),
    quiet,
  };
}

/** The threads that a digest names, each once. */
export function listThreads({ asks, waits, sections }: Digest): { channel: string; ts: string }[] {
  const lines = [...asks.map(({ line }) => line), ...waits, ...sections.flatMap((section) => section.lines)];
  const threads = lines.flatMap((line) => line.flatMap(({ thread }) => (thread === undefined ? [] : [thread])));
  return [...new Map(threads.map((thread) => [`${thread.channel} ${thread.ts}`, thread])).values()];
}

/** What the digest and the diary themselves asked a model makes no day eventful. */
function isOwnCost({ source }: Entry): boolean {
  return source.event === 'model.asked';
}

/** Whether an entry is of what happened: not that a digest was posted, nor how the week at Kaggle stood, which is told as it stands now. */
export function isNews({ source }: Entry): boolean {
  return source.event !== 'digest.posted' && source.event !== 'quota.seen';
}

/** What needs somebody, before everything else. */
function describeHeadline(waits: Waits, entries: readonly Entry[]): DigestLine {
  const { length } = waits.from;
  if (length > 0) {
    const people = waits.people.slice(0, 3).flatMap((person, index) => [say(index === 0 ? ' for ' : ', '), sayPerson(person)]);
    const more = waits.people.length > 3 ? [say(' and others')] : [];
    const text = length === 1 ? '1 thing waits' : `${length} things wait`;
    return [{ text, style: 'bold', how: 'count', from: [...waits.from] }, ...people, ...more, say('.')];
  }
  if (entries.every(isOwnCost)) return [say('Nothing happened, and nothing waits for anybody.')];
  return [say('Nothing waits for anybody. ', 'bold'), ...sumUp(entries)];
}
