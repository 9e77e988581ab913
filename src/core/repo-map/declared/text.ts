/** Helpers that the readers of declarations share: loose values, finding texts again, warnings. */
import { citeLine, linesOf, type RepoFile } from '../input.ts';
import type { Evidence } from '../schema.ts';
import { parseRequirement, type Declarations, type Requirement, type UnreadPlace } from './requirement.ts';

/** After so many texts that are not found as they were read, such as folded ones, no more are searched for. */
const MAX_MISSES = 50;

export const NOTHING: Declarations = { requirements: [], warnings: [] };

/** Puts the results of several readers together. */
export function joinDeclarations(parts: readonly Declarations[]): Declarations {
  return { requirements: parts.flatMap((part) => part.requirements), warnings: parts.flatMap((part) => part.warnings) };
}

/** A requirement that stands on a known line. */
export function requireAt(file: RepoFile, line: number, text: string, group: string): Requirement[] {
  const parsed = parseRequirement(text);
  return parsed === null ? [] : [{ ...parsed, constraint: false, group, evidence: citeLine(file.path, file.text, line) }];
}

/** Requirements out of texts that stand somewhere in the file, in its own order. */
export function collectLines(file: RepoFile, lines: readonly string[], group: string, find = makeFinder(file)): Requirement[] {
  return lines.flatMap((line) => {
    const parsed = parseRequirement(line);
    return parsed === null ? [] : [{ ...parsed, constraint: false, group, evidence: find(line.trim()) }];
  });
}

/** Cites where texts stand in a file. Each search goes on where the last one ended, so that a list in its own order is read once. */
export function makeFinder(file: RepoFile): (wanted: string) => Evidence {
  const lines = linesOf(file.text ?? '');
  let next = 0;
  let misses = 0;
  const search = (wanted: string, from: number, to: number) => {
    for (let index = from; index < to; index += 1) if (lines[index]?.includes(wanted) === true) return index;
    return -1;
  };
  return (wanted) => {
    let at = misses > MAX_MISSES ? -1 : search(wanted, next, lines.length);
    if (at < 0 && misses <= MAX_MISSES) at = search(wanted, 0, next);
    if (at < 0) misses += 1;
    else next = at;
    return citeLine(file.path, file.text, at < 0 ? 1 : at + 1);
  };
}

/** A parsed text, or the warning that it cannot be parsed. */
export function parseOrWarn(file: RepoFile, format: string, parse: (text: string) => unknown): { value: unknown; warnings: UnreadPlace[] } {
  try {
    return { value: parse(file.text ?? ''), warnings: [] };
  } catch (cause) {
    return { value: null, warnings: [{ file: file.path, line: lineOfError(cause), what: `this is no valid ${format}` }] };
  }
}

function lineOfError(cause: unknown): number | null {
  const line = asRecord(cause)['line'];
  return typeof line === 'number' ? line : null;
}

/** The value as an object; empty when it is none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The texts of a list; empty when it is none. */
export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
