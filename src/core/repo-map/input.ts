import type { ParsePython } from './python.ts';
import type { Evidence, MapWarning } from './schema.ts';

export interface RepoFile {
  /** Within the repository, with forward slashes. */
  readonly path: string;
  readonly size: number;
  /** Null for what is no text or too large to read. */
  readonly text: string | null;
}

export interface RepoInput {
  readonly name: string;
  readonly commit: string | null;
  readonly committedAt: string | null;
  /** Folder to which the map is narrowed; empty for all of the repository. File paths are always those of the whole repository. */
  readonly subfolder: string;
  readonly files: readonly RepoFile[];
  readonly parse: ParsePython;
  /** What whoever read the files could not read. */
  readonly warnings?: readonly MapWarning[];
}

/** Folder of a path; empty for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** File name of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** How many folders a path lies in. */
export function depthOf(path: string): number {
  return path.split('/').length - 1;
}

/** Joins and simplifies a path; null when it leaves the repository. */
export function joinPath(...parts: readonly string[]): string | null {
  const words: string[] = [];
  for (const word of parts.join('/').split('/')) {
    if (word === '' || word === '.') continue;
    if (word !== '..') words.push(word);
    else if (words.pop() === undefined) return null;
  }
  return words.join('/');
}

/** The path `to` as seen from the folder `from`. */
export function relativePath(from: string, to: string): string {
  const a = from === '' ? [] : from.split('/');
  const b = to.split('/');
  let shared = 0;
  while (shared < a.length && shared < b.length - 1 && a[shared] === b[shared]) shared += 1;
  return [...a.slice(shared).map(() => '..'), ...b.slice(shared)].join('/');
}

/** Longer lines are data, not text: no pattern sees more of one than this. */
export const MAX_LINE = 4000;

/** The part of a line that patterns may see. */
export function cutLine(line: string): string {
  return line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
}

/** Cites a line of a text. */
export function citeLine(file: string, text: string | null, line: number): Evidence {
  const content = linesOf(text ?? '')[line - 1] ?? '';
  return { file, line: Math.max(1, line), text: content.slice(0, MAX_LINE).trim().slice(0, 300) };
}

/** So many characters of text are remembered as lines. */
const MAX_REMEMBERED = 8_000_000;
const remembered = new Map<string, readonly string[]>();
let characters = 0;

/** The lines of a text. The last answers are remembered, since many readers go through the same documents and cite the same files. */
export function linesOf(text: string): readonly string[] {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const lines = text.split('\n');
  if (characters + text.length > MAX_REMEMBERED) {
    remembered.clear();
    characters = 0;
  }
  remembered.set(text, lines);
  characters += text.length;
  return lines;
}

/** The input with the line ends of Unix, since patterns look at the ends of lines; the numbers of lines stay. The same object where all have them. */
export function unifyLineEnds(input: RepoInput): RepoInput {
  const isOther = ({ text }: RepoFile) => text?.includes('\r\n') === true;
  if (!input.files.some(isOther)) return input;
  return {
    ...input,
    files: input.files.map((file) => (isOther(file) ? { ...file, text: file.text?.replaceAll('\r\n', '\n') ?? null } : file)),
  };
}

/** The 1-based line of a character offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The same for many offsets of one text, each of which costs next to nothing. */
export function makeLineFinder(text: string): (offset: number) => number {
  const breaks: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) breaks.push(at);
  return (offset) => {
    let [low, high] = [0, breaks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
