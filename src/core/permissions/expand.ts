import { expandBraces, type Token } from './braces.ts';
import type { Choices } from './choices.ts';
import { HOLE, NUMBER, ONE, STAR, WORDS } from './marks.ts';
import type { Piece } from './read-pieces.ts';

/** One word as a program would get it, with marks for what is not known. */
export interface Field {
  readonly text: string;
  /** Whether some of it stood in quotes; `''` is a word, nothing is not. */
  readonly quoted: boolean;
}

/** What expansion needs to know of its surroundings. */
export interface Surroundings {
  /** The values a variable may have; null where it is not known. */
  readonly lookUp: (name: string) => readonly string[] | null;
  /** What a substitution prints, with marks; it judges what runs in it. */
  readonly run: (piece: Extract<Piece, { kind: 'run' | 'backticks' }>) => string;
  /** `~name`, or `~` for the own home. */
  readonly home: (name: string) => string;
  /** Is told which variables a word shows, and what cannot be understood. */
  readonly onVariable: (name: string) => void;
  readonly onArithmetic: (names: readonly string[]) => void;
  readonly onOpaque: (why: string) => void;
  readonly onAssign: (name: string) => void;
}

/** The words that a command gets of one typed word: after braces, tildes, variables, splitting and globs. */
export function expandWord(pieces: readonly Piece[], around: Surroundings, choices: Choices): Field[] {
  const tokens = tokenize(pieces, around, choices);
  const spread = expandBraces(tokens);
  if (spread === null) {
    around.onOpaque('its braces make too many words');
    return [{ text: WORDS, quoted: false }];
  }
  return spread.flatMap((item) => splitFields(expandTilde(item, around)));
}

/** The text that a word has where nothing is split: in assignments, here-strings, here-documents and patterns. */
export function expandText(pieces: readonly Piece[], around: Surroundings, choices: Choices): string {
  const tokens = expandTilde(tokenize(pieces, around, choices), around);
  return tokens.map((token) => (token.text === WORDS ? HOLE : token.text)).join('');
}

function tokenize(pieces: readonly Piece[], around: Surroundings, choices: Choices): Token[] {
  return pieces.flatMap((piece): Token[] => {
    switch (piece.kind) {
      case 'text':
        if (piece.value === '') return [{ text: '', quoted: true, typed: true }];
        return Array.from(piece.value, (text) => ({ text, quoted: piece.quoted, typed: true }));
      case 'variable':
        return readVariable(piece, around, choices);
      case 'run':
        if (piece.file) {
          around.run(piece);
          return [{ text: '/dev/fd/63', quoted: true, typed: false }];
        }
        return spreadValue(around.run(piece), piece.quoted);
      case 'backticks':
        return spreadValue(around.run(piece), piece.quoted);
      case 'arithmetic':
        tokenize(piece.parts, around, choices);
        around.onArithmetic(piece.names);
        return [{ text: NUMBER, quoted: true, typed: false }];
      default:
        around.onOpaque(piece.why);
        return [{ text: WORDS, quoted: false, typed: false }];
    }
  });
}

/** An unquoted value is open to splitting and globs, never to braces and tildes. */
function spreadValue(value: string, quoted: boolean): Token[] {
  const marked = quoted ? value.replaceAll(WORDS, HOLE) : value.replaceAll(HOLE, WORDS);
  const tokens = Array.from(marked, (text) => ({ text, quoted, typed: false }));
  return quoted ? [{ text: '', quoted: true, typed: false }, ...tokens] : tokens;
}

function readVariable(piece: Extract<Piece, { kind: 'variable' }>, around: Surroundings, choices: Choices): Token[] {
  const { name, operator, quoted, rest } = piece;
  if (operator === '#') return [{ text: NUMBER, quoted: true, typed: false }];
  const values = operator === '[' || name === '@' || name === '*' ? null : around.lookUp(name);
  const own = (): Token[] => {
    around.onVariable(name);
    const value = values === null ? HOLE : (values[choices.pick(name, values.length)] ?? '');
    return spreadValue(value, quoted);
  };
  const other = (): Token[] => tokenize(rest, around, choices).map((token) => (quoted ? { ...token, quoted: true } : token));
  if (operator === '' || operator === '[') return own();
  if (/[-=]$/.test(operator)) {
    if (operator.includes('=')) around.onAssign(name);
    return choices.pick(`${name} ${operator}`, 2) === 0 ? own() : other();
  }
  if (operator.endsWith('+')) return choices.pick(`${name} ${operator}`, 2) === 0 ? [] : other();
  const text = other()
    .map((token) => token.text)
    .join('');
  // Where a part begins is computed, and what is computed may run something.
  if (operator === ':') {
    around.onArithmetic(text.match(/[A-Za-z_]\w*/g) ?? []);
    if (/\[|\$/.test(text)) around.onOpaque('it takes a part of a value in a way that is not understood');
  }
  around.onVariable(name);
  return spreadValue(HOLE, quoted);
}

function expandTilde(tokens: readonly Token[], around: Surroundings): Token[] {
  const first = tokens[0];
  if (first === undefined || first.text !== '~' || first.quoted || !first.typed) return [...tokens];
  let end = 1;
  while (end < tokens.length && tokens[end]!.text !== '/' && tokens[end]!.text !== ':' && tokens[end]!.typed && !tokens[end]!.quoted)
    end += 1;
  if (end < tokens.length && tokens[end]!.text !== '/') return [...tokens];
  const name = tokens
    .slice(1, end)
    .map((token) => token.text)
    .join('');
  return [...Array.from(around.home(name), (text) => ({ text, quoted: true, typed: false })), ...tokens.slice(end)];
}

function splitFields(tokens: readonly Token[]): Field[] {
  const fields: Field[] = [];
  let current: Token[] = [];
  const close = (): void => {
    if (current.length > 0) fields.push({ text: readGlob(current), quoted: current.some((token) => token.quoted) });
    current = [];
  };
  for (const token of tokens) {
    if (!token.typed && !token.quoted && /^[ \t\n]$/.test(token.text)) close();
    else current.push(token);
  }
  close();
  return fields;
}

/** Unquoted `*`, `?` and `[…]` stand for other texts. */
function readGlob(tokens: readonly Token[]): string {
  let text = '';
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.quoted) text += token.text;
    else if (token.text === '*') text += STAR;
    else if (token.text === '?') text += ONE;
    else if (token.text === '[') {
      const end = tokens.findIndex((other, index) => index > at + 1 && other.text === ']' && !other.quoted);
      const crossed = end === -1 || tokens.slice(at, end).some((other) => other.text === '/');
      text += crossed ? '[' : ONE;
      if (!crossed) at = end;
    } else text += token.text;
  }
  return text;
}
