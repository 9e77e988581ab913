/** Numbers that stand in the source itself: changed in a notebook's script, or while a script is read; never in the repository. */
import type { LineEdit } from '../line-edits.ts';
import { linesOf, type RepoFile } from '../repo-map/input.ts';
import { readNotebook } from '../repo-map/notebook.ts';
import type { Entry } from '../repo-map/schema.ts';
import { shortenSteps } from './bounds.ts';
import type { SamplePlan } from './schema.ts';

export interface Edit {
  readonly line: number;
  readonly column: number;
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly role: 'steps' | 'epochs';
}

/** The edits that shorten an entry's own constants. */
export function chooseEdits(entry: Entry): Edit[] {
  return (entry.constants ?? []).flatMap((item) => {
    const full = Number(item.value.replaceAll('_', ''));
    const to = item.role === 'epochs' ? 1 : Math.min(full, entry.launcher === 'notebook' && full <= 200 ? 20 : shortenSteps(full));
    return to >= full ? [] : [{ line: item.line, column: item.column, from: item.value, to: String(to), name: item.name, role: item.role }];
  });
}

/** A notebook's code as one script with the edits made; null when it cannot be read. */
export function renderNotebookScript(text: string, edits: readonly Edit[]): string | null {
  const notebook = readNotebook(text);
  if (notebook === null) return null;
  const lines = notebook.source.split('\n');
  for (const edit of [...edits].sort((a, b) => b.column - a.column)) {
    const line = lines[edit.line - 1] ?? '';
    if (!line.startsWith(edit.from, edit.column)) continue;
    lines[edit.line - 1] = line.slice(0, edit.column) + edit.to + line.slice(edit.column + edit.from.length);
  }
  return lines.join('\n');
}

/** The same edits as changes of whole lines; null when a line does not hold what was read there. */
export function toLineEdits(entry: Entry, edits: readonly Edit[], files: readonly RepoFile[]): LineEdit[] | null {
  const lines = linesOf(files.find((file) => file.path === entry.file)?.text ?? '');
  const changed = new Map<number, string>();
  for (const edit of [...edits].sort((a, b) => b.column - a.column)) {
    const line = changed.get(edit.line) ?? lines[edit.line - 1] ?? '';
    if (!line.startsWith(edit.from, edit.column)) return null;
    changed.set(edit.line, line.slice(0, edit.column) + edit.to + line.slice(edit.column + edit.from.length));
  }
  return [...changed].map(([line, to]) => ({ file: entry.file, line, from: lines[line - 1] ?? '', to }));
}

export const RUNNER_PATH = 'plan/run_shortened.py';

/** A file that runs a script with a few numbers changed, as if the script had been started itself. */
export function renderEditedRunner(edits: readonly Edit[]): SamplePlan['files'][number] {
  const rows = edits.map(
    (edit) => `    (${String(edit.line)}, ${String(edit.column)}, ${JSON.stringify(edit.from)}, ${JSON.stringify(edit.to)}),`,
  );
  const what = edits.map((edit) => `${edit.name} ${edit.from} → ${edit.to}`).join(', ');
  return {
    path: RUNNER_PATH,
    content: RUNNER.replace('@ROWS@', () => rows.join('\n')),
    why: `runs the script with ${what}; the repository stays as it is`,
  };
}

const RUNNER = `"""Written by Reprobot: runs a script with a few numbers changed while it is read. The file itself stays as it is."""
import os
import sys
import tokenize

# line, column, what stands there, what is read instead
EDITS = [
@ROWS@
]

path = os.path.abspath(sys.argv[1])
with tokenize.open(path) as file:
    lines = file.read().split("\\n")
for line, column, old, new in sorted(EDITS, reverse=True):
    text = lines[line - 1]
    if not text.startswith(old, column):
        sys.exit("reprobot: line %d of %s is not what was planned for" % (line, path))
    lines[line - 1] = text[:column] + new + text[column + len(old):]
del sys.argv[0]
sys.path[0] = os.path.dirname(path)
__file__ = path
exec(compile("\\n".join(lines), path, "exec"))
`;
