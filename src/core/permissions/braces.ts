import { NUMBER } from './marks.ts';

/** One character of a word (or a mark, or nothing: `''` says that quotes stood there). */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** Whether it was typed; what comes out of a variable knows no braces and no tilde. */
  readonly typed: boolean;
}

const MAX_WORDS = 64;
const MAX_DEPTH = 12;
const MAX_BRACES = 100;

/** `a{b,c}d` and `{1..3}`; null where they make too many words. */
export function expandBraces(tokens: readonly Token[], depth = 0): Token[][] | null {
  if (depth > MAX_DEPTH || (depth === 0 && tokens.filter((token) => token.text === '{').length > MAX_BRACES)) return null;
  const is = (at: number, letter: string): boolean => {
    const token = tokens[at];
    return token !== undefined && token.text === letter && !token.quoted && token.typed;
  };
  for (let open = 0; open < tokens.length; open += 1) {
    if (!is(open, '{')) continue;
    const found = findParts(tokens, open, is);
    if (found === null) continue;
    const heads = tokens.slice(0, open);
    const tails = expandBraces(tokens.slice(found.end + 1), depth + 1);
    if (tails === null) return null;
    const words: Token[][] = [];
    for (const part of found.parts) {
      const middles = expandBraces(part, depth + 1);
      if (middles === null || words.length + middles.length * tails.length > MAX_WORDS) return null;
      for (const middle of middles) for (const tail of tails) words.push([...heads, ...middle, ...tail]);
    }
    return words;
  }
  return [[...tokens]];
}

function findParts(
  tokens: readonly Token[],
  open: number,
  is: (at: number, letter: string) => boolean,
): { parts: Token[][]; end: number } | null {
  const commas: number[] = [];
  let level = 0;
  for (let at = open + 1; at < tokens.length; at += 1) {
    if (is(at, '{')) level += 1;
    else if (is(at, ',') && level === 0) commas.push(at);
    else if (is(at, '}')) {
      level -= 1;
      if (level >= 0) continue;
      if (commas.length > 0) {
        const edges = [open, ...commas, at];
        return { parts: edges.slice(1).map((edge, index) => tokens.slice(edges[index]! + 1, edge)), end: at };
      }
      const range = readRange(tokens.slice(open + 1, at));
      return range === null ? null : { parts: range, end: at };
    }
  }
  return null;
}

function readRange(tokens: readonly Token[]): Token[][] | null {
  if (tokens.some((token) => token.quoted)) return null;
  const match = /^(-?\d{1,6}|[A-Za-z])\.\.(-?\d{1,6}|[A-Za-z])(?:\.\.-?\d{1,6})?$/.exec(tokens.map((token) => token.text).join(''));
  if (match === null) return null;
  const [from, to] = [match[1]!, match[2]!];
  const spell = (text: string): Token[] => Array.from(text, (letter) => ({ text: letter, quoted: false, typed: true }));
  if (/\d/.test(from) !== /\d/.test(to)) return null;
  // Only letters can make a word that means something; of numbers one mark says enough.
  if (/\d/.test(from)) return [[{ text: NUMBER, quoted: true, typed: false }]];
  const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)].sort((a, b) => a - b) as [number, number];
  return Array.from({ length: high - low + 1 }, (_, index) => spell(String.fromCharCode(low + index)));
}
