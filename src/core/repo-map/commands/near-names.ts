/** Names of files that a text spells a little differently. */

/** True for `train_cifar.py` where the text says `training_cifar.py`, and for names of which two letters changed places. */
export function isSpeltAlike(known: string, typed: string): boolean {
  if (!known.endsWith('.py')) return false;
  if (plain(known) === plain(typed)) return true;
  if (known.length !== typed.length) return false;
  for (let at = 0; at + 1 < known.length; at += 1) {
    if (known[at] === typed[at]) continue;
    return `${known.slice(0, at)}${known[at + 1] ?? ''}${known[at] ?? ''}${known.slice(at + 2)}` === typed;
  }
  return false;
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/(train|test|evaluat|generat)(?:ing|e|er|ion)?(?=[_.-])/g, '$1')
    .replaceAll(/[_-]/g, '');
}

/** True for a path in which a part of the name stands where a text has a hole: `run_cifar.py` for `run_<task>.py`. */
export function fillsHole(path: string, before: string, after: string): boolean {
  if (!path.startsWith(before) || !path.endsWith(after) || path.length <= before.length + after.length) return false;
  return !path.slice(before.length, path.length - after.length).includes('/');
}
