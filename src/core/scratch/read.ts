/** SCRATCH.md read back: days, sections, and which lines the journals bear out. Pure. */
import { shiftDay, type Day } from '../digest/clock.ts';
import { readLine } from './marks.ts';
import { readDay } from './merge.ts';

export interface ReadScratchLine {
  /** Without its mark. */
  readonly text: string;
  /** Title of its section; empty above the first. */
  readonly section: string;
  /** True where a person wrote or changed it: nothing but that person vouches for it. */
  readonly isOpinion: boolean;
}

export interface ScratchDay {
  readonly day: Day;
  readonly lines: readonly ReadScratchLine[];
}

/** The days of a file, oldest first; what stands above the first day belongs to none. */
export function readScratch(text: string): ScratchDay[] {
  const days = new Map<Day, ReadScratchLine[]>();
  let lines: ReadScratchLine[] | null = null;
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const day = readDay(line);
    const title = /^#{1,6} (.{1,120}?)\s*$/.exec(line)?.[1];
    if (day !== null) {
      lines = days.get(day) ?? [];
      days.set(day, lines);
      section = '';
    } else if (title !== undefined) section = title;
    else if (lines !== null && line.trim() !== '') {
      const read = readLine(line);
      lines.push({ text: read.text, section, isOpinion: read.kind !== 'told' });
    }
  }
  return [...days].map(([day, found]) => ({ day, lines: found })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** What somebody wants to see of it: days from one to another, or lines with certain words. */
export type Wish = { readonly kind: 'days'; readonly from: Day; readonly to: Day } | { readonly kind: 'words'; readonly words: string };

/** `today`, `yesterday`, `2026-11-27`, `2026-11-20..2026-11-27` (either end may be left out), or words to look for. */
export function readWish(text: string, today: Day): Wish {
  const asked = text.trim().toLowerCase();
  if (asked === '' || asked === 'today') return { kind: 'days', from: today, to: today };
  if (asked === 'yesterday') return { kind: 'days', from: shiftDay(today, -1), to: shiftDay(today, -1) };
  if (asked === 'week') return { kind: 'days', from: shiftDay(today, -6), to: today };
  const [from = '', to] = asked.split('..').map((part) => part.trim());
  const read = (word: string, open: Day): Day | null => {
    if (word === '') return open;
    if (word === 'today') return today;
    if (word === 'yesterday') return shiftDay(today, -1);
    return /^\d{4}-\d\d-\d\d$/.test(word) && !Number.isNaN(Date.parse(`${word}T00:00Z`)) ? word : null;
  };
  const first = read(from, to === undefined ? '' : '0000-01-01');
  const last = to === undefined ? first : read(to, '9999-12-31');
  if (first !== null && last !== null && first !== '')
    return { kind: 'days', from: first <= last ? first : last, to: first <= last ? last : first };
  return { kind: 'words', words: text.trim() };
}
