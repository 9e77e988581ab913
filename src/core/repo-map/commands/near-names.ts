/** Names of files that a text spells a little differently. */
import { nameOf } from '../input.ts';

/** Programs by what stays of their names when they are spelt a little differently. */
export class NearNames {
  private readonly byKey = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      if (!path.endsWith('.py')) continue;
      for (const key of keysOf(nameOf(path))) {
        const known = this.byKey.get(key);
        if (known === undefined) this.byKey.set(key, [path]);
        else known.push(path);
      }
    }
  }

  /** The paths of `train_cifar.py` where the text says `training_cifar.py`, and of names of which two letters changed places. */
  find(typed: string): string[] {
    const found = keysOf(typed).flatMap((key) => this.byKey.get(key) ?? []);
    return [...new Set(found)].filter((path) => plain(nameOf(path)) === plain(typed) || isTransposed(nameOf(path), typed));
  }
}

function keysOf(name: string): readonly string[] {
  return [`name ${plain(name)}`, `letters ${name.split('').toSorted().join('')}`];
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/(train|test|evaluat|generat)(?:ing|e|er|ion)?(?=[_.-])/g, '$1')
    .replaceAll(/[_-]/g, '');
}

function isTransposed(known: string, typed: string): boolean {
  if (known.length !== typed.length) return false;
  for (let at = 0; at + 1 < known.length; at += 1) {
    if (known[at] === typed[at]) continue;
    return `${known.slice(0, at)}${known[at + 1] ?? ''}${known[at] ?? ''}${known.slice(at + 2)}` === typed;
  }
  return false;
}
