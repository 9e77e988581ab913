/** Python text with its strings and comments blanked, so that a pattern sees code only. Linear; never throws. */
import { cutLine, MAX_LINE, type RepoFile } from '../repo-map/input.ts';

export interface CodeLine {
  /** 1-based line on which it begins. */
  readonly line: number;
  readonly text: string;
}

/** The same text, character for character, with blanks in place of comments and of what strings hold; line ends and quotes stay. */
export function blankStrings(source: string): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === '#') {
      const end = endOfLine(source, at);
      pieces.push(blank(source.slice(at, end)));
      at = end;
    } else if (char === '"' || char === "'") {
      const quote = source.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      const end = endOfString(source, at + quote.length, quote);
      pieces.push(quote, blank(source.slice(at + quote.length, end)));
      at = end;
      if (source.startsWith(quote, at)) {
        pieces.push(quote);
        at += quote.length;
      }
    } else {
      const next = nextMark(source, at + 1);
      pieces.push(source.slice(at, next));
      at = next;
    }
  }
  return pieces.join('');
}

/** Where the string ends: at its quote, or where a plain string's line does. */
function endOfString(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length) {
    if (source[at] === '\\') at += 2;
    else if (source.startsWith(quote, at)) return at;
    else if (quote.length === 1 && source[at] === '\n') return at;
    else at += 1;
  }
  return source.length;
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

const MARK = /["'#]/g;

function nextMark(source: string, from: number): number {
  MARK.lastIndex = from;
  return MARK.exec(source)?.index ?? source.length;
}

function blank(text: string): string {
  return text.replaceAll(/[^\n\r]/g, ' ');
}

/** Statements on one line each: what brackets hold together is joined, up to the length that patterns may see. */
export function codeLines(source: string): CodeLine[] {
  const found: CodeLine[] = [];
  let depth = 0;
  let open: { line: number; text: string } | null = null;
  for (const [index, text] of blankStrings(source).split('\n').entries()) {
    const cut = cutLine(text);
    // A bracket that never closes must not swallow the rest of the file.
    if (open !== null && open.text.length + cut.length > MAX_LINE) {
      found.push(open);
      open = null;
      depth = 0;
    }
    if (open === null) open = { line: index + 1, text: cut };
    else open.text += ` ${cut.trim()}`;
    for (const char of cut) {
      if ('([{'.includes(char)) depth += 1;
      else if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
    }
    if (depth > 0) continue;
    found.push({ line: open.line, text: cutLine(open.text) });
    open = null;
  }
  if (open !== null) found.push(open);
  return found;
}

/** Searches the Python files that are named; answers the first place as `file:line`. Reads each file once. */
export function createCodeFinder(files: readonly RepoFile[], reached: readonly string[]): (pattern: RegExp) => string | null {
  const wanted = new Set(reached);
  const sources = files.filter((file) => wanted.has(file.path) && file.path.endsWith('.py') && file.text !== null);
  const read = new Map<string, CodeLine[]>();
  const linesOf = (file: RepoFile): CodeLine[] => {
    const known = read.get(file.path);
    if (known !== undefined) return known;
    const lines = codeLines(file.text ?? '').filter((line) => line.text.trim() !== '');
    read.set(file.path, lines);
    return lines;
  };
  return (pattern) => {
    for (const file of sources) {
      const hit = linesOf(file).find((line) => pattern.test(line.text));
      if (hit !== undefined) return `${file.path}:${hit.line}`;
    }
    return null;
  };
}
