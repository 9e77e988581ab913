/** Finding lines by a pattern, for signals that one line shows. */
import { MAX_LINE, type RepoFile } from './input.ts';
import type { Evidence } from './schema.ts';
import { mayHold } from './signs/signs.ts';
import { cite, type Source } from './sources.ts';

const MAX_EVIDENCE = 5;
const MAX_SEARCHED_LINE = 2000;

export interface FoundLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * The lines that match a pattern, in their order. The text is searched as a whole and never cut into lines, which costs more than the
 * search. `^` and `$` mean ends of lines; a pattern must not refuse white space that stands beside its match.
 */
export function* listMatchingLines(text: string, pattern: RegExp): Generator<FoundLine> {
  const { wanted, isSure } = overLines(pattern);
  let number = 1;
  let counted = 0;
  for (let from = 0; from <= text.length;) {
    wanted.lastIndex = from;
    const match = wanted.exec(text);
    if (match === null) return;
    const hit = match.index;
    for (let next = text.indexOf('\n', counted); next >= 0 && next < hit; next = text.indexOf('\n', counted)) {
      number += 1;
      counted = next + 1;
    }
    const end = text.indexOf('\n', hit);
    from = end < 0 ? text.length + 1 : end + 1;
    const line = text.slice(counted, from - 1);
    if ((isSure && !match[0].includes('\n')) || pattern.test(line)) yield { number, text: line };
  }
}

interface Twin {
  readonly wanted: RegExp;
  /** True where a match on one line is one of that line alone. */
  readonly isSure: boolean;
}

const twins = new WeakMap<RegExp, Twin>();

/** The pattern as it is looked for in a text of many lines. */
function overLines(pattern: RegExp): Twin {
  const known = twins.get(pattern);
  if (known !== undefined) return known;
  const wanted = new RegExp(pattern.source, `${pattern.flags}gm`);
  const twin = { wanted, isSure: !/\(\?[<=!]|\$/.test(pattern.source) };
  twins.set(pattern, twin);
  return twin;
}

/** Lines of sources that match and are no comments, at most five unless told. */
export function findLines(sources: readonly Source[], pattern: RegExp, limit = MAX_EVIDENCE): Evidence[] {
  const found: Evidence[] = [];
  for (const source of sources) {
    if (!mayHold(source, pattern)) continue;
    for (const line of listMatchingLines(source.text, pattern)) {
      if (found.length >= limit) return found;
      if (isSearched(line.text)) found.push(cite(source, line.number, line.text));
    }
  }
  return found;
}

/** The same for files that are no Python. */
export function findFileLines(files: readonly RepoFile[], pattern: RegExp, limit = MAX_EVIDENCE): Evidence[] {
  const found: Evidence[] = [];
  for (const { path, text } of files) {
    for (const line of listMatchingLines(text ?? '', pattern)) {
      if (found.length >= limit) return found;
      if (isSearched(line.text)) found.push({ file: path, line: line.number, text: line.text.slice(0, MAX_LINE).trim().slice(0, 300) });
    }
  }
  return found;
}

function isSearched(line: string): boolean {
  return line.length < MAX_SEARCHED_LINE && !/^\s*(#|>>>)/.test(line);
}

/** `file:line` of an evidence. */
export function showPlace(evidence: Evidence | undefined): string {
  return evidence === undefined ? '' : `${evidence.file}:${String(evidence.line)}`;
}
