/** Changes of single lines in files of a repository: merged, made, and shown as a diff. Pure. */
import { linesOf, type RepoFile } from './repo-map/input.ts';
import { renderDiff } from './unified-diff.ts';

/** One line of one file, before and after; `to` may hold several lines, and is null where the line goes. */
export interface LineEdit {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string | null;
}

/** The edits as one unified diff, such as `git diff` would show. */
export function renderEdits(edits: readonly LineEdit[], files: readonly RepoFile[]): string {
  const paths = [...new Set(edits.map((edit) => edit.file))];
  const changes = (path: string) => edits.filter((edit) => edit.file === path).map(toDiffEdit);
  return paths.map((path) => renderDiff(path, files.find((file) => file.path === path)?.text ?? '', changes(path))).join('');
}

/** A line that stays and gets others in front of it, or below it, reads better as an insertion. */
function toDiffEdit({ line, from, to }: LineEdit) {
  if (to === null) return { line, to: [] };
  if (to.startsWith(`${from}\n`)) return { line: line + 1, to: to.slice(from.length + 1).split('\n'), insert: true };
  const stays = to.endsWith(`\n${from}`);
  return { line, to: (stays ? to.slice(0, -from.length - 1) : to).split('\n'), insert: stays };
}

/** The files as they are once the edits are made. */
export function makeEdits(edits: readonly LineEdit[], files: readonly RepoFile[]): RepoFile[] {
  return files.map((file) => {
    const own = edits.filter((edit) => edit.file === file.path);
    if (own.length === 0) return file;
    const lines: (string | null)[] = [...linesOf(file.text ?? '')];
    for (const { line, to } of own) lines[line - 1] = to;
    return { ...file, text: lines.filter((line) => line !== null).join('\n') };
  });
}

/** Two sets of edits as one, where the second was planned on what the first makes; no edit of the first may add lines. */
export function mergeEdits(first: readonly LineEdit[], second: readonly LineEdit[]): LineEdit[] {
  const key = (edit: LineEdit): string => `${edit.line}:${edit.file}`;
  const merged = new Map(first.map((edit) => [key(edit), edit]));
  for (const edit of second) merged.set(key(edit), { ...edit, from: merged.get(key(edit))?.from ?? edit.from });
  return [...merged.values()]
    .filter((edit) => edit.from !== edit.to)
    .toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}
