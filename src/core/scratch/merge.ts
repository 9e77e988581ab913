/**
 * Writes what the journals tell into a file that people edit, too. Nothing that a person wrote is ever lost: lines without our mark stay
 * where they are, changed lines stay changed, deleted ones stay deleted, and moved ones stay where they were put. Pure.
 */
import type { Day } from '../digest/clock.ts';
import { markEdited, markLine, nameMark, readLine } from './marks.ts';
import { SECTIONS, type ScratchLine, type Section } from './sections.ts';

export interface Merge {
  /** The file as it is; empty where there is none yet. */
  readonly current: string;
  /** The file as we last wrote it: what is missing since was deleted by a person. Empty where that is not known. */
  readonly written: string;
  /** Marks of lines that people deleted earlier. */
  readonly deleted: readonly string[];
  /** Everything that the journals tell, in the order of time. */
  readonly lines: readonly ScratchLine[];
  /** First line of a new file. */
  readonly title: string;
}

/** The file with what is new in it, and everything that people ever deleted. Merging again changes nothing. */
export function mergeScratch({ current, written, deleted, lines, title }: Merge): { text: string; deleted: string[] } {
  const told = new Map(lines.map((line, order): [string, Told] => [nameMark(line.id), { line, order }]));
  const sources = new Set([...told.keys()].map(sourceOf));
  const present = new Set<string>();
  const kept = splitLines(current).flatMap((line) => keepLine(line, told, sources, present));
  const gone = new Set([...deleted, ...listMarks(written).filter((mark) => !present.has(mark) && told.has(mark))]);
  const file = dropEmpty(kept.some((line) => line.trim() !== '') ? kept : writeHead(title));
  const fresh = [...told].filter(([mark]) => !present.has(mark) && !gone.has(mark));
  const days = new Map<Day, Told[]>();
  for (const [, one] of fresh) days.set(one.line.day, [...(days.get(one.line.day) ?? []), one]);
  for (const [day, ofDay] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) addDay(file, day, ofDay, told);
  return { text: `${file.join('\n').trimEnd()}\n`, deleted: [...gone].sort() };
}

interface Told {
  readonly line: ScratchLine;
  /** Its place among all that is told. */
  readonly order: number;
}
type AllTold = ReadonlyMap<string, Told>;

function writeHead(title: string): string[] {
  return [
    `# ${title}`,
    '',
    'Lines that end in their source (run and number of the event, commit, job, message) are written by Reprobot from its journals.',
    'Everything else is what people think. Write, change, move or delete whatever you like: none of it is undone.',
  ];
}

/** Ours as it is told now, people's as it is. */
function keepLine(line: string, told: AllTold, sources: ReadonlySet<string>, present: Set<string>): string[] {
  const read = readLine(line);
  if (read.kind === 'own') return [line];
  // A copy of one of our lines is a person's.
  const isCopy = present.has(read.id);
  present.add(read.id);
  if (read.kind === 'edited' || isCopy) return [markEdited(read.id, read.text)];
  const now = told.get(read.id)?.line;
  if (now !== undefined) return [markLine(now.id, now.text)];
  // Taken back by its journal, as a question is that was answered. Of a journal that is gone, the file is all that is left.
  return sources.has(sourceOf(read.id)) ? [] : [line];
}

function sourceOf(mark: string): string {
  return mark.split('.')[0] ?? mark;
}

function listMarks(text: string): string[] {
  return splitLines(text).flatMap((line) => {
    const read = readLine(line);
    return read.kind === 'own' ? [] : [read.id];
  });
}

function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function addDay(file: string[], day: Day, lines: readonly Told[], told: AllTold): void {
  const at = openDay(file, day);
  for (const section of [null, ...SECTIONS]) {
    const mine = lines.filter(({ line }) => line.section === section);
    if (mine.length === 0) continue;
    const heading = section === null ? at : openSection(file, at, section);
    addLines(file, heading, mine, told);
  }
}

/** The day that a heading begins. */
export function readDay(line: string): Day | null {
  return /^## (\d{4}-\d\d-\d\d)(?!\d)/.exec(line)?.[1] ?? null;
}

/** The section of ours that a heading begins. */
export function readSection(line: string): Section | null {
  const title = /^### (.{1,80}?)\s*$/.exec(line)?.[1];
  return SECTIONS.find((one) => one === title) ?? null;
}

/** Where the heading of a day stands; it is put in before the next later one where there is none. */
function openDay(file: string[], day: Day): number {
  const known = file.findIndex((line) => readDay(line) === day);
  if (known >= 0) return known;
  const later = file.findIndex((line) => (readDay(line) ?? '') > day);
  const name = new Date(`${day}T00:00Z`).toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
  return insert(file, later < 0 ? file.length : later, `## ${day}, ${name}`);
}

/** Where the heading of a section stands; it is put in before the next one in our order where there is none. */
function openSection(file: string[], day: number, section: Section): number {
  const end = findEnd(file, day, /^##? /);
  const later: Section[] = SECTIONS.slice(SECTIONS.indexOf(section) + 1);
  let at = end;
  for (let index = end - 1; index > day; index -= 1) {
    const found = readSection(file[index] ?? '');
    if (found === section) return index;
    if (found !== null && later.includes(found)) at = index;
  }
  return insert(file, at, `### ${section}`);
}

/** Puts lines below their heading, each at its place among those of ours that are there. The section is read once, however many come. */
function addLines(file: string[], heading: number, lines: readonly Told[], told: AllTold): void {
  const section = lines[0]?.line.section;
  const end = findEnd(file, heading, /^#{1,3} /);
  // The place in time of each line of the section; -1 where it is none of ours.
  const places = file.slice(heading + 1, end).map((other) => {
    const read = readLine(other);
    const known = read.kind === 'own' ? undefined : told.get(read.id);
    return known === undefined || known.line.section !== section ? -1 : known.order;
  });
  for (const { line, order } of lines) {
    const text = markLine(line.id, line.text);
    const before = places.findLastIndex((place) => place >= 0 && place < order);
    const after = places.findIndex((place) => place > order);
    if (before < 0 && after < 0) {
      const size = file.length;
      const at = insert(file, heading + 1, text) - heading - 1;
      places.splice(0, 0, ...Array.from({ length: file.length - size }, (_, index) => (index === at ? order : -1)));
      continue;
    }
    let at = before < 0 ? after : before + 1;
    // What a person wrote below a line of ours belongs to it.
    if (before >= 0) while (/^[ \t]+\S/.test(file[heading + 1 + at] ?? '')) at += 1;
    file.splice(heading + 1 + at, 0, text);
    places.splice(at, 0, order);
  }
}

/** Puts a line in with an empty one on each side; resolves to its place. */
function insert(file: string[], at: number, line: string): number {
  const before = at > 0 && (file[at - 1] ?? '').trim() !== '' ? [''] : [];
  const after = at < file.length && (file[at] ?? '').trim() !== '' ? [''] : [];
  // An empty line that is there already separates it from what comes before.
  file.splice(at, 0, ...before, line, ...after);
  return at + before.length;
}

/** The first line after a heading that begins something else. */
function findEnd(file: readonly string[], heading: number, next: RegExp): number {
  for (let index = heading + 1; index < file.length; index += 1) if (next.test(file[index] ?? '')) return index;
  return file.length;
}

/** A heading of ours below which nothing is left goes, too, with the empty lines after it. */
function dropEmpty(file: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < file.length; index += 1) {
    const line = file[index] ?? '';
    let next = index + 1;
    while (next < file.length && (file[next] ?? '').trim() === '') next += 1;
    const isEmpty = readSection(line) !== null && (next === file.length || /^#{1,3} /.test(file[next] ?? ''));
    if (isEmpty) index = next - 1;
    else kept.push(line);
  }
  return kept;
}
