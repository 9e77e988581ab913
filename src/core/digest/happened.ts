/** What happened, told from the entries of the diary. Pure. */
import type { Entry } from '../diary/entry.ts';
import { groupBy } from '../group-by.ts';
import { formatCount } from '../run/format.ts';
import type { RunState } from '../run/state.ts';
import { countEntries, joinPieces, nameEntry, quoteEntry, say, stateId } from './pieces.ts';
import type { DigestLine, Piece } from './schema.ts';

const MOST_MOVED = 8;
const MOST_IDEAS = 3;
const MOST_CLASSES = 6;
/** Kinds that the lines of what moved stand for; the others have sections of their own. */
const MOVES = new Set<Entry['kind']>(['run', 'change', 'result', 'decision', 'question']);

/** A line for each run, and one for the project itself: how far it came, and how many events that were. What ended comes first. */
export function listMoves(entries: readonly Entry[]): DigestLine[] {
  const moves = entries.filter(({ kind }) => MOVES.has(kind));
  const groups = groupBy(moves, ({ source }) => `${source.of} ${source.id}`).map(({ items }) => items);
  const ranked = groups
    .map((group) => ({ group, last: chooseWord(group) }))
    .sort((a, b) => rank(a.last) - rank(b.last) || b.last.at - a.last.at);
  const lines = ranked
    .slice(0, MOST_MOVED)
    .map(({ group, last }): DigestLine => [
      nameEntry(last),
      say(': '),
      quoteEntry(last),
      say(' ('),
      countEntries(group, 'event'),
      say(')'),
    ]);
  const left = ranked.slice(MOST_MOVED);
  if (left.length === 0) return lines;
  const rest = left.flatMap(({ group }) => group);
  return [
    ...lines,
    [
      say('and '),
      countEntries(
        left.map(({ last }) => last),
        'more run',
      ),
      say(' with '),
      countEntries(rest, 'event'),
    ],
  ];
}

/** The entry that says how far it came: the newest verdict, else the newest result, else the newest that is no question, which stands above. */
function chooseWord(group: readonly [Entry, ...Entry[]]): Entry {
  const verdict = group.findLast(({ source }) => source.event === 'run.finished');
  return verdict ?? group.findLast(({ kind }) => kind === 'result') ?? group.findLast(({ kind }) => kind !== 'question') ?? group[0];
}

function rank({ source, topic }: Entry): number {
  if (source.event !== 'run.finished') return source.of === 'project' ? 3 : 2;
  return topic === 'READY' ? 0 : 1;
}

/** What people thought of. */
export function listIdeas(entries: readonly Entry[]): DigestLine[] {
  const ideas = entries.filter(({ kind }) => kind === 'idea');
  const shown = ideas
    .slice(-MOST_IDEAS)
    .map((idea): DigestLine => [say('“'), { ...quoteEntry(idea), ...(idea.thread === null ? {} : { thread: idea.thread }) }, say('”')]);
  const left = ideas.slice(0, Math.max(0, ideas.length - MOST_IDEAS));
  return left.length === 0 ? shown : [...shown, [say('and '), countEntries(left, 'earlier one')]];
}

/** A line for each class of failure: how many, how many of them are fixed, and where. */
export function listFailures(entries: readonly Entry[], states: readonly RunState[]): DigestLine[] {
  const failures = entries.filter(({ kind }) => kind === 'failure');
  const classes = groupBy(failures, ({ topic }) => topic)
    .map(({ key, items }) => ({ name: key, group: items }))
    .sort((a, b) => b.group.length - a.group.length || (a.name < b.name ? -1 : 1));
  const lines = classes.slice(0, MOST_CLASSES).map(({ name, group }): DigestLine => describeClass(name, group, states));
  const left = classes.slice(MOST_CLASSES).flatMap(({ group }) => group);
  return left.length === 0 ? lines : [...lines, [say('and '), countEntries(left, 'failure'), say(' of other classes')]];
}

function describeClass(name: string, group: readonly Entry[], states: readonly RunState[]): DigestLine {
  const head = [quoteTopic(group, name), say(': '), { ...countEntries(group, ''), text: String(group.length) }];
  // An alarm is a notice and not an end; nothing says of it that it was fixed.
  if (group.every(({ source }) => source.event === 'job.warned')) return [...head, say(', an alarm – '), ...nameRuns(group)];
  const fixes = group.map((entry) => ({ entry, state: findFix(entry, states) }));
  const fixed = fixes.filter(({ state }) => state !== null);
  const open = fixes.filter(({ state }) => state === null).map(({ entry }) => entry);
  return [...head, say(', '), ...sayFixed(fixed, open), say(' – '), ...nameRuns(group)];
}

function sayFixed(fixed: readonly Fix[], open: readonly Entry[]): Piece[] {
  if (open.length === 0) return [say('fixed')];
  if (fixed.length === 0) return [say('open', 'bold')];
  return [countFixed(fixed), say(', '), { ...countEntries(open, 'open', 'open'), style: 'bold' }];
}

interface Fix {
  readonly entry: Entry;
  readonly state: RunState | null;
}

function quoteTopic(group: readonly Entry[], name: string): Piece {
  return { text: name === '' ? 'unknown' : name, style: 'code', how: 'quote', from: group.slice(0, 1).map(({ id }) => id) };
}

function countFixed(fixed: readonly Fix[]): Piece {
  const states = new Set(fixed.flatMap(({ state }) => (state === null ? [] : [stateId(state)])));
  return { text: formatCount(fixed.length, 'fixed', 'fixed'), how: 'count', from: fixed.map(({ entry }) => entry.id), seenIn: [...states] };
}

function nameRuns(group: readonly Entry[]): Piece[] {
  const firsts = [...new Map(group.map((entry) => [entry.source.id, entry])).values()];
  const named = joinPieces(
    firsts.slice(0, 2).map((entry) => [nameEntry(entry)]),
    ', ',
  );
  return firsts.length <= 2 ? named : [...named, say(' and others')];
}

/** The state that shows a later attempt of the same step done; null while there is none. */
function findFix(entry: Entry, states: readonly RunState[]): RunState | null {
  const state = states.find(({ id }) => entry.source.of === 'run' && entry.source.id === id);
  const failed = state?.failures.find(({ at, failure }) => at === entry.at && failure.class === entry.topic);
  if (state === undefined || failed === undefined) return null;
  const step = state.steps.find(({ name }) => name === failed.step);
  return step?.status === 'done' && step.attempt > failed.attempt ? state : null;
}

/** What the day came to, in a few words. */
export function sumUp(entries: readonly Entry[]): Piece[] {
  const ofRuns = entries.filter(({ source, kind }) => source.of === 'run' && MOVES.has(kind));
  const moved = groupBy(ofRuns, ({ source }) => source.id).map(({ items }) => items[0]);
  const ready = entries.filter(({ source, topic }) => source.event === 'run.finished' && topic === 'READY');
  const failures = entries.filter(({ kind, source }) => kind === 'failure' && source.event !== 'job.warned');
  const parts = [
    ...(moved.length === 0 ? [] : [[countEntries(moved, 'run moved', 'runs moved')]]),
    ...(ready.length === 0 ? [] : [[countEntries(ready, 'ready', 'ready')]]),
    ...(failures.length === 0 ? [] : [[countEntries(failures, 'failure')]]),
  ];
  return parts.length === 0 ? [countEntries(entries, 'event'), say('.')] : [...joinPieces(parts, ', '), say('.')];
}
