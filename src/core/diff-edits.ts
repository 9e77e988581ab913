/** Unified diffs as edits of the lines of the files that they were written against. Pure. */
import type { LineEdit } from './line-edits.ts';
import { linesOf, type RepoFile } from './repo-map/input.ts';

/** How far from where it says a hunk is looked for; models count lines badly. */
const REACH = 400;

/** A line of a file while diffs are applied to it; `origin` is its 0-based place in the file as it was, null for a new line. */
interface Kept {
  readonly text: string;
  readonly origin: number | null;
}

interface Hunk {
  readonly start: number;
  readonly lines: readonly { readonly mark: ' ' | '-' | '+'; readonly text: string }[];
}

/**
 * The edits that several diffs make one after the other, in terms of the files as they are; or, in words, why one does not apply. Files that
 * a diff would make, move or delete are not changed this way.
 */
export function readDiffs(diffs: readonly string[], files: readonly RepoFile[]): { edits: LineEdit[] } | { problem: string } {
  const changed = new Map<string, { before: readonly string[]; now: readonly Kept[] }>();
  for (const diff of diffs) {
    const parts = splitDiff(diff);
    if (parts.length === 0)
      return { problem: 'it is no unified diff: a line "--- a/path", a line "+++ b/path" and hunks with @@ are needed' };
    for (const { path, hunks } of parts) {
      const text = files.find((file) => file.path === path)?.text;
      if (text === undefined || text === null) return { problem: `there is no text file ${path}; new files cannot be made this way` };
      const before = changed.get(path)?.before ?? linesOf(text);
      let now = changed.get(path)?.now ?? before.map((line, origin): Kept => ({ text: line, origin }));
      for (const hunk of hunks) {
        const next = applyHunk(now, hunk);
        if (next === null) return { problem: `the hunk at line ${hunk.start} of ${path} does not fit the file` };
        now = next;
      }
      changed.set(path, { before, now });
    }
  }
  return { edits: [...changed].flatMap(([file, { before, now }]) => listEdits(file, before, now)) };
}

function splitDiff(diff: string): { path: string; hunks: Hunk[] }[] {
  const parts: { path: string; hunks: Hunk[] }[] = [];
  let lines: Hunk['lines'][number][] | null = null;
  for (const line of diff.replaceAll('\r\n', '\n').split('\n')) {
    const path = /^\+\+\+ (?:b\/)?([^\t\n]+?)(?:\t.*)?$/.exec(line)?.[1];
    const start = /^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/.exec(line)?.[1];
    if (path !== undefined && lines?.at(-1)?.mark !== '+') {
      parts.push({ path, hunks: [] });
      lines = null;
    } else if (start !== undefined) {
      lines = [];
      parts.at(-1)?.hunks.push({ start: Number(start), lines });
    } else if (lines !== null && /^[ +-]/.test(line) && !line.startsWith('--- a/')) {
      lines.push({ mark: line[0] as ' ' | '-' | '+', text: line.slice(1) });
    } else if (lines !== null && line === '') {
      // An empty line of context whose blank an editor took away; at the end of the diff it is nothing.
      lines.push({ mark: ' ', text: '' });
    }
  }
  return parts.map((part) => ({ ...part, hunks: part.hunks.map(dropLastBlank) }));
}

function dropLastBlank(hunk: Hunk): Hunk {
  const last = hunk.lines.at(-1);
  return last?.mark === ' ' && last.text === '' ? dropLastBlank({ ...hunk, lines: hunk.lines.slice(0, -1) }) : hunk;
}

/** The lines after a hunk, at the place nearest to where it says that it fits; null where it fits nowhere near. */
function applyHunk(now: readonly Kept[], { start, lines }: Hunk): Kept[] | null {
  const old = lines.filter((line) => line.mark !== '+').map((line) => line.text);
  if (old.length === 0) return null;
  const at = findNear(now, old, start - 1);
  if (at === null) return null;
  const middle: Kept[] = [];
  let from = at;
  for (const { mark, text } of lines) {
    const kept = now[from];
    if (mark === '+') middle.push({ text: matchEnd(text, now[at]?.text ?? ''), origin: null });
    else {
      if (mark === ' ' && kept !== undefined) middle.push(kept);
      from += 1;
    }
  }
  return [...now.slice(0, at), ...middle, ...now.slice(from)];
}

/** New lines end as their neighbours do, in files with Windows line ends. */
function matchEnd(text: string, neighbour: string): string {
  return neighbour.endsWith('\r') && !text.endsWith('\r') ? `${text}\r` : text;
}

function findNear(now: readonly Kept[], old: readonly string[], wanted: number): number | null {
  const fits = (at: number): boolean => at >= 0 && old.every((text, index) => now[at + index]?.text.replace(/\r$/, '') === text);
  for (let distance = 0; distance <= REACH; distance += 1) {
    if (fits(wanted - distance)) return wanted - distance;
    if (fits(wanted + distance)) return wanted + distance;
  }
  return null;
}

/** New lines take the place of the lines that went before them; where none went, they hang below the line before, or above the first. */
function listEdits(file: string, before: readonly string[], now: readonly Kept[]): LineEdit[] {
  const stays = new Set(now.flatMap(({ origin }) => (origin === null ? [] : [origin])));
  const fresh = new Map<number, string[]>();
  let last = -1;
  for (const { text, origin } of now) {
    if (origin !== null) {
      last = origin;
      continue;
    }
    const gone = last + 1 < before.length && !stays.has(last + 1);
    const place = gone ? last + 1 : last;
    fresh.set(place, [...(fresh.get(place) ?? []), text]);
  }
  return before.flatMap((from, index): LineEdit[] => {
    const above = index === 0 ? (fresh.get(-1) ?? []) : [];
    const kept = stays.has(index) ? [from] : [];
    const lines = [...above, ...kept, ...(fresh.get(index) ?? [])];
    if (lines.length === 1 && lines[0] === from) return [];
    return [{ file, line: index + 1, from, to: lines.length === 0 ? null : lines.join('\n') }];
  });
}
