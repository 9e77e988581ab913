/** Patterns that are looked for in every source. One walk over a source tells which of them cannot match there, which is nearly all. */
import { keepPerSource } from '../per-source.ts';
import type { Source } from '../sources.ts';
import { listNeededWords } from './needed-words.ts';
import { WordFinder } from './word-finder.ts';

const numbers = new Map<RegExp, number>();

/** Names a pattern, as it is, that is looked for in every source. Only for patterns that live as long as the program. */
export function defineSign(pattern: RegExp): RegExp {
  numbers.set(pattern, numbers.size);
  return pattern;
}

/** False when the pattern cannot match in the source; costs nothing. True for every pattern that is no sign. */
export function mayHold(source: Source, pattern: RegExp): boolean {
  const number = numbers.get(pattern);
  return number === undefined || (readSigns(source)[number] ?? 1) === 1;
}

/** True when the pattern, which has no flags, matches in the source. */
export function holdsSign(source: Source, pattern: RegExp): boolean {
  return mayHold(source, pattern) && pattern.test(source.text);
}

/** The matches of a sign with the flag `g`, in their order. */
export function listMatches(source: Source, pattern: RegExp): Iterable<RegExpExecArray> {
  return mayHold(source, pattern) ? source.text.matchAll(pattern) : [];
}

/** For each sign 1 where the source may hold it. */
const readSigns = keepPerSource(({ text }): Uint8Array => {
  const { finder, owners, always } = (tables ??= makeTables());
  const found = always.slice();
  finder.find(text, (word) => {
    found[owners[word] ?? 0] = 1;
  });
  return found;
});

interface Tables {
  readonly finder: WordFinder;
  /** The sign to which each word belongs. */
  readonly owners: readonly number[];
  /** 1 for signs whose words are not known. */
  readonly always: Uint8Array;
}

let tables: Tables | undefined;

function makeTables(): Tables {
  const always = new Uint8Array(numbers.size);
  const words: string[] = [];
  const owners: number[] = [];
  for (const [pattern, number] of numbers) {
    const needed = listNeededWords(pattern);
    if (needed === null) always[number] = 1;
    for (const word of needed ?? []) {
      words.push(word);
      owners.push(number);
    }
  }
  return { finder: new WordFinder(words), owners, always };
}
