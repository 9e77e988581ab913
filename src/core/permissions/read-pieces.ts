import { readAnsiString } from './ansi-string.ts';
import type { Nested, Script, Word } from './syntax.ts';

/** What a word is made of, by bash's rules for quoting. */
export type Piece =
  | { readonly kind: 'text'; readonly value: string; readonly quoted: boolean }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly quoted: boolean;
      readonly operator: string;
      readonly rest: readonly Piece[];
    }
  | { readonly kind: 'run'; readonly script: Script; readonly quoted: boolean; readonly file: boolean }
  | { readonly kind: 'backticks'; readonly source: string; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly names: readonly string[]; readonly parts: readonly Piece[] }
  | { readonly kind: 'opaque'; readonly why: string };

/** `word` ends at blanks and operators; `quoted` is the inside of double quotes or a here-document; `free` may hold anything (tests). */
type Mode = 'word' | 'quoted' | 'free';

/** Reads a word again from its text. What is not exactly one word by bash's rules is opaque, whatever the grammar made of it. */
export function readPieces(word: Word, mode: Mode = 'word'): readonly Piece[] {
  return new PieceReader(word).read(0, word.text.length, mode);
}

const SPECIAL = /[@*#?$!\-0-9]/;
const NAME = /[A-Za-z_]\w*/y;
const EXPANSION = /^(!?)([A-Za-z_]\w*|[@*#?$!-]|\d+)((?:\[[@*\w]{1,40}\])?)/;

class PieceReader {
  private readonly nested: ReadonlyMap<number, Nested>;
  private readonly text: string;

  constructor(word: Word) {
    this.nested = new Map(word.nested.map((item) => [item.at, item]));
    this.text = word.text;
  }

  read(from: number, to: number, mode: Mode): Piece[] {
    const pieces: Piece[] = [];
    let plain = '';
    const quotedMode = mode === 'quoted';
    const flush = (): void => {
      if (plain !== '') pieces.push({ kind: 'text', value: plain, quoted: quotedMode });
      plain = '';
    };
    const add = (found: readonly Piece[]): void => {
      flush();
      pieces.push(...found);
    };
    let at = from;
    while (at < to) {
      const letter = this.text[at]!;
      if (letter === '\\') {
        const next = this.text[at + 1];
        if (next === undefined || at + 1 >= to) return [{ kind: 'opaque', why: 'it ends in a backslash' }];
        if (next !== '\n') {
          const stays = quotedMode && !'$`"\\'.includes(next);
          add([{ kind: 'text', value: stays ? `\\${next}` : next, quoted: true }]);
        }
        at += 2;
      } else if (letter === "'" && !quotedMode) {
        const end = this.text.indexOf("'", at + 1);
        if (end === -1 || end >= to) return [{ kind: 'opaque', why: 'a quote does not end' }];
        add([{ kind: 'text', value: this.text.slice(at + 1, end), quoted: true }]);
        at = end + 1;
      } else if (letter === '"' && !quotedMode) {
        const end = this.findQuoteEnd(at + 1, to);
        if (end === null) return [{ kind: 'opaque', why: 'a quote does not end' }];
        add([{ kind: 'text', value: '', quoted: true }, ...this.read(at + 1, end, 'quoted')]);
        at = end + 1;
      } else if (letter === '$' || letter === '`' || ((letter === '<' || letter === '>') && this.text[at + 1] === '(' && !quotedMode)) {
        const found = this.readDollar(at, to, quotedMode);
        add(found.pieces);
        at = found.end;
      } else if (mode === 'word' && /[\s;&|<>()]/.test(letter)) {
        return [{ kind: 'opaque', why: `“${letter.trim()}” stands in a word` }];
      } else {
        plain += letter;
        at += 1;
      }
    }
    flush();
    return pieces;
  }

  /** Quotes inside a substitution do not end the quote around it. */
  private findQuoteEnd(from: number, to: number): number | null {
    let at = from;
    while (at < to) {
      const letter = this.text[at];
      if (letter === '"') return at;
      const nested = this.nested.get(at);
      if (nested !== undefined && (letter === '$' || letter === '`')) at = nested.end;
      else at += letter === '\\' ? 2 : 1;
    }
    return null;
  }

  private readDollar(at: number, to: number, quoted: boolean): { pieces: readonly Piece[]; end: number } {
    const next = this.text[at + 1] ?? '';
    const opaque = (why: string) => ({ pieces: [{ kind: 'opaque', why } as const], end: to });
    if (this.text[at] === '`') {
      const end = this.findBacktick(at + 1, to);
      if (end === null) return opaque('a backtick does not end');
      const source = this.text.slice(at + 1, end).replaceAll(quoted ? /\\([\\`$"])/g : /\\([\\`$])/g, '$1');
      return { pieces: [{ kind: 'backticks', source, quoted }], end: end + 1 };
    }
    if (this.text[at] === '$' && next === "'" && !quoted) {
      const found = readAnsiString(this.text, at + 2, to);
      if (found === null) return opaque("an escape in $'…' is not understood");
      return { pieces: [{ kind: 'text', value: found.value, quoted: true }], end: found.end };
    }
    if (this.text[at] === '$' && next === '"' && !quoted) return { pieces: [], end: at + 1 };
    if (next === '(' || next === '{' || next === '[') return this.readNested(at, to, quoted, opaque);
    NAME.lastIndex = at + 1;
    const name = NAME.exec(this.text)?.[0] ?? (SPECIAL.test(next) ? next : null);
    if (name === null) return { pieces: [{ kind: 'text', value: '$', quoted: true }], end: at + 1 };
    return { pieces: [{ kind: 'variable', name, quoted, operator: '', rest: [] }], end: at + 1 + name.length };
  }

  private readNested(at: number, to: number, quoted: boolean, opaque: (why: string) => { pieces: readonly Piece[]; end: number }) {
    const found = this.nested.get(at);
    if (found === undefined || found.end > to) return opaque('a substitution is not understood');
    const { end, script } = found;
    if (script !== null) return { pieces: [{ kind: 'run', script, quoted, file: this.text[at] !== '$' } as const], end };
    const opened = this.text.slice(at, at + 3);
    if (opened === '$((' || opened.startsWith('$[')) {
      const [from, until] = opened === '$((' ? [at + 3, end - 2] : [at + 2, end - 1];
      return { pieces: [this.readArithmetic(from, until)], end };
    }
    return { pieces: [this.readExpansion(at + 2, end - 1, quoted)], end };
  }

  private readArithmetic(from: number, to: number): Piece {
    const parts = this.read(from, to, 'free');
    const text = parts.map((part) => (part.kind === 'text' ? part.value : ' ')).join('');
    return { kind: 'arithmetic', names: text.match(/[A-Za-z_]\w*/g) ?? [], parts };
  }

  /** `${name…}`: what is not known to be harmless is opaque. */
  private readExpansion(from: number, to: number, quoted: boolean): Piece {
    const text = this.text.slice(from, to);
    if (/^#[A-Za-z_@*]\w*(?:\[[@*]\])?$/.test(text))
      return { kind: 'variable', name: text.slice(1).replace(/\[.*$/, ''), quoted, operator: '#', rest: [] };
    const match = EXPANSION.exec(text);
    if (match === null || match[1] === '!') return { kind: 'opaque', why: `\${${text}} is not understood` };
    const name = match[2] ?? '';
    const array = match[3] ?? '';
    const rest = text.slice(match[0].length);
    if (rest === '') return { kind: 'variable', name, quoted, operator: array === '' ? '' : '[', rest: [] };
    const operator = /^(?::?[-=+?]|##?|%%?|\/[/#%]?|:(?=[\d ({$])|\^\^?|,,?)/.exec(rest)?.[0];
    if (operator === undefined) return { kind: 'opaque', why: `\${${text}} is not understood` };
    const start = from + match[0].length + operator.length;
    return { kind: 'variable', name, quoted, operator, rest: this.read(start, to, quoted ? 'quoted' : 'free') };
  }

  private findBacktick(from: number, to: number): number | null {
    for (let at = from; at < to; at += this.text[at] === '\\' ? 2 : 1) if (this.text[at] === '`') return at;
    return null;
  }
}
