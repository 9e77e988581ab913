/** Walks over the characters of Python code: where lines, statements, strings and brackets end. Each character is looked at once. */

import { SETUP_CALL } from '../python.ts';

/** Thrown where the characters alone do not tell what the code means. */
export class NotPlain extends Error {}

const [TAB, NEWLINE, FORM_FEED, RETURN, SPACE] = [9, 10, 12, 13, 32];
const [QUOTE, HASH, APOSTROPHE, OPEN, CLOSE, COLON, SEMICOLON, EQUALS, BACKSLASH] = [34, 35, 39, 40, 41, 58, 59, 61, 92];
const [DOT, CLOSE_SQUARE] = [46, 93];
const KEYWORDS = new Set(
  'and as assert async await case del elif else except exec for from if import in is lambda not or raise return while with yield'.split(
    ' ',
  ),
);
const BYTE_ORDER_MARK = 0xfeff;
const TAB_WIDTH = 8;

const ASIDE = /["'#]/g;

/** What a character means to the walk; everything else is passed over. */
const PLAIN = 0;
const [BREAKS, STRING, COMMENT, ESCAPE, OPENS, CLOSES, STOPS, FOREIGN] = [1, 2, 3, 4, 5, 6, 7, 8];
const MEANING = makeMeanings();

function makeMeanings(): Uint8Array {
  const table = new Uint8Array(128);
  const set = (letters: string, meaning: number): void => {
    for (const letter of letters) table[letter.charCodeAt(0)] = meaning;
  };
  set('\n\r', BREAKS);
  set('"\'', STRING);
  set('#', COMMENT);
  set('\\', ESCAPE);
  set('([{', OPENS);
  set(')]}', CLOSES);
  set(':;', STOPS);
  set('$?!`', FOREIGN);
  return table;
}

export class CodeScanner {
  /** The next character. */
  at = 0;
  /** Where the statement that was skipped last is over, without the mark that ended it. */
  statementEnd = 0;
  /** The calls outside of functions, without those that set something up. */
  calls = 0;
  /** True when there may be calls that were not counted. */
  isUnsure = false;
  /** True when something called like a main program is. */
  hasTellingCall = false;
  /** True when the colon behind a lambda may be taken for the end of a head. */
  private readonly hasLambda: boolean;
  private nextBreak: number;
  private line = 1;

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.nextBreak = text.indexOf('\n');
    this.hasLambda = text.includes('lambda');
  }

  /** Goes to the first character of the next line that holds code and answers how far it is indented; null at the end. */
  nextLine(): number | null {
    const { text } = this;
    let indent = 0;
    for (; this.at < text.length; this.at += 1) {
      const code = text.charCodeAt(this.at);
      if (code === SPACE) indent += 1;
      else if (code === TAB) indent += TAB_WIDTH;
      else if (code === NEWLINE || code === FORM_FEED || code === RETURN || code === BYTE_ORDER_MARK) indent = 0;
      else if (code === HASH) {
        this.skipComment();
        indent = 0;
        this.at -= 1;
      } else return indent;
    }
    return null;
  }

  /** The word that begins here; empty when none does. */
  peekWord(): string {
    return this.text.slice(this.at, this.endOfWord(this.at));
  }

  /** The word behind the one that begins here. */
  peekWordAfter(word: string): string {
    let from = this.at + word.length;
    while (this.text.charCodeAt(from) === SPACE) from += 1;
    return this.text.slice(from, this.endOfWord(from));
  }

  /** True, and behind the line, when only blanks and a comment are left of it. */
  atLineEnd(): boolean {
    const code = this.skipBlanks();
    if (code === HASH) this.skipComment();
    else if (code !== NEWLINE && code !== RETURN && !Number.isNaN(code)) return false;
    return true;
  }

  /** Goes behind a simple statement; true when another follows on the line. Counts its calls on request. */
  skipStatement(countsCalls: boolean): boolean {
    for (let stop = this.skipTo(countsCalls); ; stop = this.skipTo(countsCalls)) {
      if (stop === COLON) {
        this.at += 1;
        continue;
      }
      this.statementEnd = this.at;
      if (stop !== SEMICOLON) return false;
      this.at += 1;
      return !this.atLineEnd();
    }
  }

  /** Goes behind the colon that ends the head of a compound statement. */
  skipHeader(countsCalls = false): void {
    const start = this.at;
    for (let stop = this.skipTo(countsCalls); stop === COLON; stop = this.skipTo(countsCalls)) {
      this.at += 1;
      if (this.text.charCodeAt(this.at) === EQUALS) continue;
      if (this.hasLambda && isLambdaOpen(this.text.slice(start, this.at))) throw new NotPlain();
      return;
    }
    throw new NotPlain();
  }

  /** Goes behind a colon, if one is next. */
  skipColon(): boolean {
    if (this.skipBlanks() !== COLON) return false;
    this.at += 1;
    return true;
  }

  /** Goes behind the brackets that open here, if they do. */
  skipBrackets(): void {
    if (this.text.charCodeAt(this.at) !== OPEN) return;
    let depth = 0;
    do {
      const code = this.text.charCodeAt(this.at);
      const meaning = code < 128 ? (MEANING[code] ?? PLAIN) : PLAIN;
      if (Number.isNaN(code) || meaning === FOREIGN) throw new NotPlain();
      if (meaning === STRING) this.skipString(code);
      else if (meaning === COMMENT) this.skipComment();
      else this.at += 1;
      if (meaning === OPENS) depth += 1;
      else if (meaning === CLOSES) depth -= 1;
    } while (depth > 0);
  }

  /** Goes behind the next string or comment and answers with where it begins; null when there is none. */
  nextAside(): number | null {
    ASIDE.lastIndex = this.at;
    const start = ASIDE.exec(this.text)?.index;
    if (start === undefined) return null;
    this.at = start;
    const code = this.text.charCodeAt(start);
    if (code === HASH) this.skipComment();
    else this.skipString(code);
    return start;
  }

  /** `print x` is a statement of Python 2, which only the parser tells from an expression. */
  refuseBareArgument(word: string): void {
    const start = this.at;
    this.at += word.length;
    const next = this.skipBlanks();
    if (next === OPEN) {
      this.skipBrackets();
      const after = this.skipBlanks();
      if (after !== SEMICOLON && !this.atLineEnd()) throw new NotPlain();
    } else if (!/^(?:$|[\r\n#;=.,:)\]])/.test(this.text.slice(this.at, this.at + 1))) throw new NotPlain();
    this.at = start;
  }

  /** The 1-based line of a place at or behind the last one that was asked for. */
  lineAt(place: number): number {
    for (; this.nextBreak >= 0 && this.nextBreak < place; this.nextBreak = this.text.indexOf('\n', this.nextBreak + 1)) this.line += 1;
    return this.line;
  }

  /** A piece of code as one line, without comments. */
  withoutBreaks(from: number, to: number): string {
    const piece = this.text.slice(from, to);
    return /[\n#\\]/.test(piece) ? piece.replaceAll(/#[^\n]*/g, '').replaceAll(/\\?\r?\n/g, ' ') : piece;
  }

  private endOfWord(from: number): number {
    let end = from;
    for (let code = this.text.charCodeAt(end); isWord(code); code = this.text.charCodeAt(end)) end += 1;
    return end;
  }

  private skipBlanks(): number {
    let code = this.text.charCodeAt(this.at);
    while (code === SPACE || code === TAB || code === FORM_FEED) {
      this.at += 1;
      code = this.text.charCodeAt(this.at);
    }
    return code;
  }

  private skipComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  /** Goes to the end of the line, or to a colon or semicolon outside of brackets, and answers with it. */
  private skipTo(countsCalls: boolean): number {
    const { text } = this;
    let depth = 0;
    while (this.at < text.length) {
      const code = text.charCodeAt(this.at);
      const meaning = code < 128 ? (MEANING[code] ?? PLAIN) : PLAIN;
      if (meaning === PLAIN) this.at += 1;
      else if (meaning === STRING) {
        const start = this.at;
        this.skipString(code);
        if (countsCalls) this.lookIntoString(start);
      } else if (meaning === COMMENT) this.skipComment();
      else if (meaning === OPENS) {
        if (countsCalls && code === OPEN) this.countCall();
        depth += 1;
        this.at += 1;
      } else if (meaning === CLOSES) {
        depth -= 1;
        if (depth < 0) throw new NotPlain();
        this.at += 1;
      } else if (meaning === ESCAPE) this.skipEscape();
      else if (meaning === FOREIGN && !(code === 33 && text.charCodeAt(this.at + 1) === EQUALS)) throw new NotPlain();
      else if (depth === 0 && (meaning === STOPS || meaning === BREAKS)) return code;
      else this.at += 1;
    }
    if (depth > 0) throw new NotPlain();
    return NEWLINE;
  }

  /** A backslash joins two lines and stands nowhere else. */
  private skipEscape(): void {
    this.at += this.text.charCodeAt(this.at + 1) === RETURN ? 2 : 1;
    if (this.text.charCodeAt(this.at) !== NEWLINE) throw new NotPlain();
    this.at += 1;
  }

  private skipString(mark: number): void {
    const { text } = this;
    if (text.charCodeAt(this.at + 1) === mark && text.charCodeAt(this.at + 2) === mark) return this.skipLongString(mark);
    for (let at = this.at + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) break;
      if (code === BACKSLASH) at += text.charCodeAt(at + 1) === RETURN ? 2 : 1;
      else if (code === mark) {
        this.at = at + 1;
        return;
      }
    }
    throw new NotPlain();
  }

  /** Only the parser reads the holes of formatted strings. */
  private lookIntoString(start: number): void {
    const prefix = this.text.slice(Math.max(0, start - 2), start);
    if (!/[fFtT][rR]?$/.test(prefix)) return;
    const said = this.text.slice(start, this.at);
    if (said.includes('{') && said.includes('(')) this.isUnsure = true;
  }

  private skipLongString(mark: number): void {
    const { text } = this;
    for (let at = this.at + 3; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at += 1;
      else if (code === mark && text.charCodeAt(at + 1) === mark && text.charCodeAt(at + 2) === mark) {
        this.at = at + 3;
        return;
      }
    }
    throw new NotPlain();
  }

  /** Looks at what stands before a bracket: a name that is called, a keyword, or nothing. */
  private countCall(): void {
    const { text } = this;
    let end = this.at;
    while (text.charCodeAt(end - 1) === SPACE) end -= 1;
    let start = end;
    while (isWord(text.charCodeAt(start - 1)) || text.charCodeAt(start - 1) === DOT) start -= 1;
    const name = text.slice(start, end);
    const before = text.charCodeAt(start - 1);
    if (name === '') {
      if (before === CLOSE || before === CLOSE_SQUARE) this.calls += 1;
      else if (before === QUOTE || before === APOSTROPHE || before === BACKSLASH || before === NEWLINE) this.isUnsure = true;
    } else if (!KEYWORDS.has(name) && !SETUP_CALL.test(name)) {
      this.calls += 1;
      if (/^(?:main|train|run)$/.test(name)) this.hasTellingCall = true;
    }
  }
}

/** True where a lambda stands in a piece of code outside of brackets, or where that cannot be told. */
function isLambdaOpen(code: string): boolean {
  if (!/\blambda\b/.test(code)) return false;
  if (/\\|"""|'''|#/.test(code)) return true;
  let depth = 0;
  for (const [token] of code.matchAll(/"[^"\n]*"|'[^'\n]*'|\blambda\b|[([{]|[)\]}]/g)) {
    if (token === 'lambda' && depth === 0) return true;
    if ('([{'.includes(token)) depth += 1;
    else if (')]}'.includes(token)) depth -= 1;
  }
  return false;
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57) || code >= 128;
}
