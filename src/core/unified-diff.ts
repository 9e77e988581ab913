/** Unified diffs of texts whose changes are known line by line. */

export interface DiffEdit {
  /** 1-based line of the old text that is replaced; with `insert`, the line before which the new ones go. */
  readonly line: number;
  readonly to: readonly string[];
  readonly insert?: boolean;
}

const CONTEXT = 3;

interface Row {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
  /** Line of the old text, from 0; of an inserted row, the one that follows. */
  readonly at: number;
}

/** A diff that `git apply` and `patch -p1` take; empty without edits. Line ends of the old text are kept. */
export function renderDiff(path: string, text: string, edits: readonly DiffEdit[]): string {
  if (edits.length === 0) return '';
  const endsWithLine = text.endsWith('\n');
  const lines = (endsWithLine ? text.slice(0, -1) : text).split('\n');
  const rows = listRows(lines, edits);
  const hunks = groupRows(rows);
  const parts = [`--- ${quotePath(`a/${path}`)}`, `+++ ${quotePath(`b/${path}`)}`];
  let shift = 0;
  for (const hunk of hunks) {
    const old = hunk.filter((row) => row.mark !== '+').length;
    const fresh = hunk.filter((row) => row.mark !== '-').length;
    const start = (hunk[0]?.at ?? 0) + 1;
    parts.push(`@@ -${old === 0 ? start - 1 : start},${old} +${start + shift},${fresh} @@`);
    for (const row of hunk) {
      parts.push(`${row.mark}${row.text}`);
      const isEnd = row.at === lines.length - 1 && (row.mark !== '+' || hunk.at(-1) === row);
      if (!endsWithLine && isEnd) parts.push(String.raw`\ No newline at end of file`);
    }
    shift += fresh - old;
  }
  return `${parts.join('\n')}\n`;
}

function listRows(lines: readonly string[], edits: readonly DiffEdit[]): Row[] {
  const inserts = new Map(edits.filter((edit) => edit.insert === true).map((edit) => [edit.line - 1, edit.to]));
  const replaced = new Map(edits.filter((edit) => edit.insert !== true).map((edit) => [edit.line - 1, edit.to]));
  return lines.flatMap((text, at) => {
    const before = (inserts.get(at) ?? []).map((line): Row => ({ mark: '+', text: line, at }));
    const to = replaced.get(at);
    if (to === undefined) return [...before, { mark: ' ', text, at } satisfies Row];
    return [...before, { mark: '-', text, at } satisfies Row, ...to.map((line): Row => ({ mark: '+', text: line, at }))];
  });
}

function groupRows(rows: readonly Row[]): Row[][] {
  const near = new Set<number>();
  rows.forEach((row, index) => {
    if (row.mark === ' ') return;
    for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at);
  });
  const hunks: Row[][] = [];
  let open: Row[] | null = null;
  rows.forEach((row, index) => {
    if (!near.has(index)) {
      open = null;
      return;
    }
    if (open === null) hunks.push((open = []));
    open.push(row);
  });
  return hunks;
}

/** Git writes names with unusual characters in quotes. */
function quotePath(path: string): string {
  return /^[\w./ @%+=:,-]*$/.test(path) ? path : JSON.stringify(path);
}
