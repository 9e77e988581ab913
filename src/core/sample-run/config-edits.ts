import { roleOf } from '../repo-map/arguments/roles.ts';
/** A sample made short by other values in the files that the program reads: a patch to the run's copy of them, never to the checkout. */
import { linesOf, type RepoFile } from '../repo-map/input.ts';
import type { Entry, EntryArgument } from '../repo-map/schema.ts';
import { renderDiff } from '../unified-diff.ts';
import { chooseBounds, type BoundChoice, type BoundContext } from './bounds.ts';
import { findConfigs, readLeaves, type Leaf } from './config-leaves.ts';
import { numberOf } from './numbers.ts';
import type { SamplePlan } from './schema.ts';

/** One line of one file, before and after. */
export interface LineEdit {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

export interface ConfigChoice {
  readonly choice: BoundChoice;
  readonly edits: readonly LineEdit[];
  readonly bounds: SamplePlan['bounds'];
}

/** The edits that shorten the first config file of an entry that says how long the training is; null when none does. */
export function chooseConfigEdits(entry: Entry, files: readonly RepoFile[], context: BoundContext): ConfigChoice | null {
  for (const file of findConfigs(entry, files)) {
    const leaves = readLeaves(file).filter((leaf) => isEditable(leaf));
    const leafOf = new Map(leaves.map((leaf) => [asArgument(leaf), leaf]));
    const asEntry: Entry = { ...entry, argv: ['python'], arguments: [...leafOf.keys()] };
    const plain = { ...context, isGiven: () => false, fullValue: (argument: EntryArgument) => argument.default };
    const choice = chooseBounds(asEntry, plain);
    const edited = choice.settings.flatMap((setting) => {
      const leaf = leafOf.get(setting.argument);
      return leaf === undefined || !isSameKind(leaf.value, setting.value) ? [] : [{ leaf, setting }];
    });
    const bounding = edited.some(({ setting }) => /^(steps|epochs|subset)$/.test(setting.argument.role));
    if (!bounding) continue;
    const edits = writeEdits(
      file,
      edited.map(({ leaf, setting }) => ({ leaf, value: setting.value })),
    );
    if (edits === null) continue;
    const bounds = edited.map(({ leaf, setting }) => ({
      argument: leaf.name,
      value: setting.value,
      fullValue: leaf.value,
      why: `${setting.why}; line ${String(leaf.line)} of ${leaf.file}, changed in the run's copy`,
      by: 'config' as const,
    }));
    return { choice: { ...choice, settings: [] }, edits, bounds };
  }
  return null;
}

/** Numbers, booleans and device words; a path or a name of the repository is nothing for a patch to judge. */
function isEditable(leaf: Leaf): boolean {
  return numberOf(leaf.value) !== null || /^(true|false|cuda|gpu|cuda:\d|bf16|fp16|float16|bfloat16)$/i.test(leaf.value);
}

function isSameKind(from: string, to: string): boolean {
  if (/^(true|false)$/i.test(from)) return /^(true|false)$/i.test(to);
  return (numberOf(from) !== null) === (numberOf(to) !== null) && from !== to;
}

function asArgument(leaf: Leaf): EntryArgument {
  const value = /^true$/i.test(leaf.value) ? 'True' : /^false$/i.test(leaf.value) ? 'False' : leaf.value;
  const evidence = { file: leaf.file, line: leaf.line, text: '' };
  const rest = { aliases: [], type: null, required: false, choices: [], help: null, style: 'equals' as const };
  return { ...rest, name: leaf.name, default: value, role: roleOf(leaf.name), evidence };
}

/** Every value replaced where it stands; null when a place does not hold what was read there. */
function writeEdits(file: RepoFile, values: readonly { leaf: Leaf; value: string }[]): LineEdit[] | null {
  const lines = linesOf(file.text ?? '');
  const changed = new Map<number, string>();
  for (const { leaf, value } of [...values].sort((a, b) => b.leaf.column - a.leaf.column)) {
    const line = changed.get(leaf.line) ?? lines[leaf.line - 1] ?? '';
    const quote = /^["']/.test(line.slice(leaf.column)) ? 1 : 0;
    const at = leaf.column + quote;
    if (!line.startsWith(leaf.value, at)) return null;
    const isLower = /^(true|false)$/.test(leaf.value);
    changed.set(leaf.line, line.slice(0, at) + (isLower ? value.toLowerCase() : value) + line.slice(at + leaf.value.length));
  }
  const rows = [...changed].sort(([a], [b]) => a - b);
  return rows.map(([line, to]) => ({ file: file.path, line, from: lines[line - 1] ?? '', to }));
}

/** The edits as one unified diff, such as `git diff` would show. */
export function renderEdits(edits: readonly LineEdit[], files: readonly RepoFile[]): string {
  const paths = [...new Set(edits.map((edit) => edit.file))];
  const changes = (path: string) => edits.filter((edit) => edit.file === path).map(({ line, to }) => ({ line, to: [to] }));
  return paths.map((path) => renderDiff(path, files.find((file) => file.path === path)?.text ?? '', changes(path))).join('');
}

/** The patch as people read it, the same as data, and the program that applies it; nothing of the repository is code in them. */
export function renderPatchFiles(edits: readonly LineEdit[], files: readonly RepoFile[]): SamplePlan['files'] {
  const names = [...new Set(edits.map((edit) => edit.file))].join(', ');
  return [
    {
      path: 'plan/sample.patch',
      content: renderEdits(edits, files),
      why: `what is changed in the run's copy of ${names}; the checkout stays as it is`,
    },
    { path: 'plan/edits.json', content: `${JSON.stringify(edits, null, 1)}\n`, why: 'the same as data' },
    {
      path: 'plan/apply_edits.py',
      content: APPLY,
      why: 'makes the changes when the sample starts, or stops when a line is not what was planned for',
    },
  ];
}

/** The words that apply a plan's patch. */
export function applyWords(python: string, run: string): string[] {
  return [python, `${run}/plan/apply_edits.py`, `${run}/repo`];
}

const APPLY = `"""Written by Reprobot: changes a few lines of the run's own copy of a repository, before a sample starts."""
import json
import os
import shutil
import sys
import tempfile

root = os.path.realpath(sys.argv[1])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "edits.json"), encoding="utf-8") as file:
    edits = json.load(file)
texts = {}
for edit in edits:
    path = os.path.realpath(os.path.join(root, edit["file"]))
    if not path.startswith(root + os.sep):
        sys.exit("reprobot: %r leads out of the repository" % edit["file"])
    if path not in texts:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            texts[path] = file.read().split("\\n")
    lines = texts[path]
    at = edit["line"] - 1
    if at >= len(lines) or lines[at] not in (edit["from"], edit["to"]):
        sys.exit("reprobot: line %d of %r is not what was planned for" % (edit["line"], edit["file"]))
    lines[at] = edit["to"]
for path, lines in texts.items():
    # A new file of its own: a name of ours could be a link that the repository put there.
    number, part = tempfile.mkstemp(dir=os.path.dirname(path))
    with open(number, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write("\\n".join(lines))
    shutil.copymode(path, part)
    os.replace(part, path)
`;
