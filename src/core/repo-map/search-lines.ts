/** Finding lines by a pattern, for signals that one line shows. */
import { citeLine, linesOf, type RepoFile } from './input.ts';
import type { Evidence } from './schema.ts';
import { cite, type Source } from './sources.ts';

const MAX_EVIDENCE = 5;
const MAX_SEARCHED_LINE = 2000;

/** Lines of sources that match and are no comments, at most five unless told. */
export function findLines(sources: readonly Source[], pattern: RegExp, limit = MAX_EVIDENCE): Evidence[] {
  const found: Evidence[] = [];
  for (const source of sources) {
    if (!mayMatch(source.text, pattern)) continue;
    for (const [index, line] of linesOf(source.text).entries()) {
      if (found.length >= limit) return found;
      if (isSearched(line) && pattern.test(line)) found.push(cite(source, index + 1));
    }
  }
  return found;
}

/** The same for files that are no Python. */
export function findFileLines(files: readonly RepoFile[], pattern: RegExp, limit = MAX_EVIDENCE): Evidence[] {
  const found: Evidence[] = [];
  for (const file of files) {
    if (file.text === null || !mayMatch(file.text, pattern)) continue;
    for (const [index, line] of linesOf(file.text).entries()) {
      if (found.length >= limit) return found;
      if (isSearched(line) && pattern.test(line)) found.push(citeLine(file.path, file.text, index + 1));
    }
  }
  return found;
}

function isSearched(line: string): boolean {
  return line.length < MAX_SEARCHED_LINE && !/^\s*(#|>>>)/.test(line);
}

/** One look at the whole text spares most of the lines; a pattern that is tied to the start of a line cannot be looked for that way. */
function mayMatch(text: string, pattern: RegExp): boolean {
  return pattern.source.includes('^') || pattern.test(text);
}

/** `file:line` of an evidence. */
export function showPlace(evidence: Evidence | undefined): string {
  return evidence === undefined ? '' : `${evidence.file}:${String(evidence.line)}`;
}
