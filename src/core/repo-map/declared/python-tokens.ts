/** Python text as tokens, as far as lists of strings need it. Linear in the text, never throws. */

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'symbol' | 'newline';
  /** A string's content, with simple escapes undone; otherwise as written. */
  readonly text: string;
  /** 1-based line of the token's start. */
  readonly line: number;
  /** Column of the first token of a logical line; -1 elsewhere. */
  readonly indent: number;
}

const MAX_TOKENS = 60_000;
const PREFIX = /^[rbuf]{0,2}$/i;

/** Splits Python text into tokens; comments are dropped, and newlines inside brackets too. */
export function tokenisePython(source: string): Token[] {
  return new Tokeniser(source).read();
}

class Tokeniser {
  private readonly tokens: Token[] = [];
  private at = 0;
  private line = 1;
  private depth = 0;
  private column = 0;
  /** True before the first token of a logical line. */
  private fresh = true;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  read(): Token[] {
    while (this.at < this.source.length && this.tokens.length < MAX_TOKENS) {
      if (!this.skipSpace()) this.readToken();
    }
    this.push('newline', '\n', this.line);
    return this.tokens;
  }

  private push(kind: Token['kind'], text: string, line: number): void {
    this.tokens.push({ kind, text, line, indent: this.fresh ? this.column : -1 });
    this.fresh = kind === 'newline';
  }

  /** Steps over one piece of space, a comment or the end of a line; false when a token stands here. */
  private skipSpace(): boolean {
    const char = this.source[this.at] ?? '';
    if (char === '\n') {
      if (this.depth === 0 && !this.fresh) this.push('newline', '\n', this.line);
      this.line += 1;
      this.at += 1;
      if (this.depth === 0) this.column = 0;
    } else if (char === ' ' || char === '\t' || char === '\r') {
      if (this.fresh && this.depth === 0) this.column += char === '\t' ? 8 : 1;
      this.at += 1;
    } else if (char === '#') {
      const end = this.source.indexOf('\n', this.at);
      this.at = end < 0 ? this.source.length : end;
    } else if (char === '\\') {
      if (this.source[this.at + 1] === '\n') this.line += 1;
      this.at += 2;
    } else return false;
    return true;
  }

  private readToken(): void {
    const { source, at } = this;
    const char = source[at] ?? '';
    const word = /^[A-Za-z_]\w{0,200}/.exec(source.slice(at, at + 201))?.[0] ?? '';
    const quote = source[at + word.length] ?? '';
    if ((quote === '"' || quote === "'") && PREFIX.test(word)) {
      const read = readString(source, at + word.length, word.toLowerCase().includes('r'));
      this.push('string', read.text, this.line);
      this.line += read.lines;
      this.at = read.end;
      return;
    }
    if (word !== '') this.push('name', word, this.line);
    const number = word === '' && /\d/.test(char) ? (/^[\d._a-zA-Z]{1,60}/.exec(source.slice(at, at + 60))?.[0] ?? char) : '';
    if (number !== '') this.push('number', number, this.line);
    this.at += word.length + number.length;
    if (word === '' && number === '') this.readSymbol(char);
  }

  private readSymbol(char: string): void {
    if ('([{'.includes(char)) this.depth += 1;
    if (')]}'.includes(char)) this.depth = Math.max(0, this.depth - 1);
    const two = this.source.slice(this.at, this.at + 2);
    const symbol = /^(\+=|==|!=|<=|>=|->|\*\*|:=|\|=)$/.test(two) ? two : char;
    this.push('symbol', symbol, this.line);
    this.at += symbol.length;
  }
}

function readString(source: string, open: number, raw: boolean): { text: string; end: number; lines: number } {
  const quote = source[open] ?? '';
  const triple = source.startsWith(quote.repeat(3), open);
  const mark = triple ? quote.repeat(3) : quote;
  let at = open + mark.length;
  let text = '';
  let lines = 0;
  while (at < source.length && !source.startsWith(mark, at)) {
    const char = source[at] ?? '';
    if (char === '\n') {
      if (!triple) break;
      lines += 1;
    }
    if (char === '\\' && !raw) {
      const next = source[at + 1] ?? '';
      if (next === '\n') lines += 1;
      text += next === 'n' ? '\n' : next === 't' ? '\t' : next === '\n' ? '' : next;
      at += 2;
    } else {
      text += char;
      at += 1;
    }
  }
  return { text, end: Math.min(source.length, source.startsWith(mark, at) ? at + mark.length : at), lines };
}
