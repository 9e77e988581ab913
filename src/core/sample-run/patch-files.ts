/** Changes to the run's copy of a repository, as files of a plan: the diff, the same as data, and the program that makes them. */
import { renderEdits, type LineEdit } from '../line-edits.ts';
import type { RepoFile } from '../repo-map/input.ts';
import type { SamplePlan } from './schema.ts';

/** The diff that a person approves; part of the action, and so of its digest. */
export const PATCH_PATH = 'plan/sample.patch';

/** The patch as people read it, the same as data, and the program that applies it; nothing of the repository is code in them. */
export function renderPatchFiles(edits: readonly LineEdit[], files: readonly RepoFile[]): SamplePlan['files'] {
  const names = [...new Set(edits.map((edit) => edit.file))].join(', ');
  return [
    {
      path: PATCH_PATH,
      content: renderEdits(edits, files),
      why: `what is changed in the run's copy of ${names}; the checkout stays as it is`,
    },
    { path: 'plan/edits.json', content: `${JSON.stringify(edits, null, 1)}\n`, why: 'the same as data' },
    {
      path: 'plan/apply_edits.py',
      content: APPLY,
      why: 'makes the changes when the sample starts, all of them or none, or stops when a line is not what was planned for',
    },
  ];
}

/** The words that apply a plan's patch. */
export function applyWords(python: string, run: string): string[] {
  return [python, `${run}/plan/apply_edits.py`, `${run}/repo`];
}

/** What the log of a job says once the changes are made. */
export const MADE = /^reprobot: changed (?:before )?as approved: /m;

const APPLY = `"""Written by Reprobot: changes a few lines of the run's own copy of a repository, before a sample starts.

All changes are made or none: every file is checked before the first is written, and what was written is put back when a
later one fails. What stood there before is kept in "originals" beside the copy, so that a later attempt with other
changes starts from the same lines; where that cannot be written, the copy is a fresh one and nothing has to be kept.
"""
import json
import os
import shutil
import sys
import tempfile

root = os.path.realpath(sys.argv[1])
kept = os.path.join(os.path.dirname(root), "originals")


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()


def write(path, text):
    # A new file of its own: a name of ours could be a link that the repository put there.
    number, part = tempfile.mkstemp(dir=os.path.dirname(path))
    try:
        with open(number, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        if os.path.exists(path):
            shutil.copymode(path, part)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def find(name):
    path = os.path.realpath(os.path.join(root, name))
    if not path.startswith(root + os.sep):
        sys.exit("reprobot: %r leads out of the repository; nothing was changed" % name)
    return path


def change(text, edits):
    """The text with the edits made, and the first line that is not what was planned for."""
    lines = text.split("\\n")
    for edit in edits:
        at = edit["line"] - 1
        if at >= len(lines) or lines[at] != edit["from"]:
            return None, edit["line"]
        lines[at] = edit["to"]
    return "\\n".join(line for line in lines if line is not None), None


def is_changed(text, edits):
    lines = text.split("\\n")
    shift = 0
    for edit in edits:
        new = [] if edit["to"] is None else edit["to"].split("\\n")
        at = edit["line"] - 1 + shift
        if lines[at:at + len(new)] != new:
            return False
        shift += len(new) - 1
    return True


def keep(name, text):
    place = os.path.join(kept, name)
    if os.path.exists(place):
        return
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        write(place, text)
    except OSError:
        pass


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "edits.json"), encoding="utf-8") as file:
    edits = sorted(json.load(file), key=lambda edit: edit["line"])
names = sorted(set(edit["file"] for edit in edits))
before, after = {}, {}
for name in names:
    path = find(name)
    own = [edit for edit in edits if edit["file"] == name]
    now = read(path)
    place = os.path.join(kept, name)
    first = read(place) if os.path.exists(place) else now
    text, wrong = change(first, own)
    if text is None and is_changed(now, own):
        first = text = now
    if text is None:
        sys.exit("reprobot: line %d of %r is not what was planned for; nothing was changed" % (wrong, name))
    if text != now:
        keep(name, first)
        before[path], after[path] = now, text
for folder, _, files in os.walk(kept):
    for name in files:
        # Changed by an attempt before and not by this one.
        place = os.path.join(folder, name)
        name = os.path.relpath(place, kept)
        if name not in names and os.path.exists(find(name)) and read(find(name)) != read(place):
            before[find(name)], after[find(name)] = read(find(name)), read(place)
done = []
try:
    for path in after:
        write(path, after[path])
        done.append(path)
except BaseException:
    for path in done:
        write(path, before[path])
    raise
shown = ", ".join(names[:10]) + (" and %d more" % (len(names) - 10) if len(names) > 10 else "")
print("reprobot: changed as approved: " + shown if after else "reprobot: changed before as approved: " + shown, file=sys.stderr)
sys.stderr.flush()
`;
