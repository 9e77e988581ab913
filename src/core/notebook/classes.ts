import type { Machine } from './machine.ts';
import type { Definition } from './syntax.ts';
import type { Value } from './values.ts';

/** A method of a class of the notebook, or of one of its bases there. */
export function findMethod(
  machine: Machine,
  cls: number,
  name: string,
  depth = 0,
): { readonly node: Definition; readonly id: number } | null {
  const found = machine.classes[cls];
  if (found === undefined || depth > 8) return null;
  const own = found.methods.get(name);
  if (own !== undefined) return own;
  for (const base of found.bases) {
    const number = userClass(base);
    const below = number === null ? null : findMethod(machine, number, name, depth + 1);
    if (below !== null) return below;
  }
  return null;
}

/** The number of a class of the notebook; null for any other value. */
export function userClass(value: Value): number | null {
  return value.k === 'ext' && value.path.startsWith('user.') ? Number(value.path.slice(5)) : null;
}
