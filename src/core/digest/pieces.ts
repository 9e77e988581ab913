/** Makes pieces of lines. Numbers are made here and nowhere else, each with what it comes from. */
import type { Entry } from '../diary/entry.ts';
import { formatCount, formatMoment } from '../run/format.ts';
import type { RunState } from '../run/state.ts';
import type { Piece } from './schema.ts';

type Style = 'bold' | 'code';

/** Words without a number. */
export function say(text: string, style?: Style): Piece {
  return { text, how: 'words', from: [], ...(style === undefined ? {} : { style }) };
}

/** Somebody, who is told of it by being named. */
export function sayPerson(user: string): Piece {
  return { text: user, user, how: 'words', from: [] };
}

/** `3 failures`: how many entries these are. */
export function countEntries(entries: readonly Pick<Entry, 'id'>[], one: string, many?: string): Piece {
  return { text: formatCount(entries.length, one, many), how: 'count', from: entries.map(({ id }) => id) };
}

/** What the figures of a name come to, or null where no entry has one. */
export function sumFigures(entries: readonly Entry[], names: readonly string[], show: (value: number) => string): Piece | null {
  const found = entries.filter(({ figures }) => figures.some(({ name }) => names.includes(name)));
  if (found.length === 0) return null;
  const value = sumOf(found, names);
  return { text: show(value), how: 'sum', names: [...names], value, from: found.map(({ id }) => id) };
}

/** What the figures of a name come to. */
export function sumOf(entries: readonly Entry[], names: readonly string[]): number {
  return entries.flatMap(({ figures }) => figures.filter(({ name }) => names.includes(name))).reduce((sum, { value }) => sum + value, 0);
}

/** Words of an entry, cut where they are long. */
export function quoteEntry(entry: Entry, most = 140): Piece {
  const text = entry.text.length <= most ? entry.text : `${entry.text.slice(0, most - 1).trimEnd()}…`;
  return { text, how: 'quote', from: [entry.id] };
}

/** What an entry is about, in bold, with the way to its thread. */
export function nameEntry(entry: Entry): Piece {
  if (entry.source.of === 'project' && entry.about === entry.source.id) return say('The project', 'bold');
  return { text: entry.about, style: 'bold', how: 'quote', from: [entry.id], ...(entry.thread === null ? {} : { thread: entry.thread }) };
}

/** A figure of an entry. */
export function quoteFigure(entry: Entry, value: number, show: (value: number) => string): Piece {
  return { text: show(value), how: 'quote', value, from: [entry.id] };
}

/** When an entry was, shown by the reader's own clock. */
export function quoteClock({ id, at }: Entry): Piece {
  return { text: formatMoment(at), how: 'quote', time: at, from: [id] };
}

export function stateId(state: Pick<RunState, 'id' | 'version'>): string {
  return `${state.id}@${state.version}`;
}

/** Something that the state of a run says. */
export function readState(state: RunState, text: string, more: { time?: number; style?: Style; value?: number } = {}): Piece {
  return { text, how: 'state', from: [stateId(state)], ...more };
}

/** A time that the state of a run says, shown by the reader's own clock. */
export function readClock(state: RunState, at: number): Piece {
  return readState(state, formatMoment(at), { time: at });
}

/** The same for a run. */
export function nameState(state: RunState, name: string): Piece {
  return { ...readState(state, name, { style: 'bold' }), ...(state.thread === null ? {} : { thread: state.thread }) };
}

/** Pieces with words between them. */
export function joinPieces(pieces: readonly (readonly Piece[])[], between = ' · '): Piece[] {
  return pieces.filter((group) => group.length > 0).flatMap((group, index) => (index === 0 ? group : [say(between), ...group]));
}
