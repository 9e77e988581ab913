import type { Closure } from './machine.ts';
import { blocksOf, type Expr, type Stmt } from './syntax.ts';

const known = new WeakMap<object, ReadonlySet<string>>();

/** The names that are local to a function: its parameters and all that it binds and does not declare to be of outside. */
export function listLocals(closure: Closure): ReadonlySet<string> {
  const before = known.get(closure.body);
  if (before !== undefined) return before;
  const bound = new Set(closure.parameters.map((one) => one.name));
  const outer = new Set<string>();
  if (Array.isArray(closure.body)) collect(closure.body as readonly Stmt[], bound, outer);
  for (const name of outer) bound.delete(name);
  known.set(closure.body, bound);
  return bound;
}

/** Names that functions set outside of themselves. */
export function listRebound(body: readonly Stmt[]): ReadonlySet<string> {
  const outer = new Set<string>();
  const visit = (block: readonly Stmt[]): void => {
    for (const one of block) {
      if (one.t === 'outer') for (const name of one.names) outer.add(name);
      for (const inner of blocksOf(one)) visit(inner);
    }
  };
  visit(body);
  return outer;
}

function collect(body: readonly Stmt[], bound: Set<string>, outer: Set<string>): void {
  for (const one of body) {
    if (one.t === 'outer') for (const name of one.names) outer.add(name);
    for (const name of boundBy(one)) bound.add(name);
    if (one.t !== 'def' && one.t !== 'class') for (const block of blocksOf(one)) collect(block, bound, outer);
  }
}

/** The names that a statement itself binds. */
function boundBy(one: Stmt): string[] {
  switch (one.t) {
    case 'assign':
      return one.targets.flatMap(namesIn);
    case 'augment':
      return namesIn(one.target);
    case 'for':
      return namesIn(one.target);
    case 'with':
      return one.items.flatMap((item) => (item.target === null ? [] : namesIn(item.target)));
    case 'try':
      return one.handlers.flatMap((handler) => (handler.alias === null ? [] : [handler.alias]));
    case 'def':
    case 'class':
      return [one.name];
    case 'import':
      return one.items.map((item) => item.alias ?? item.module.split('.')[0] ?? '');
    case 'from':
      return one.names.map((item) => item.alias ?? item.name);
    case 'delete':
      return one.targets.flatMap(namesIn);
    default:
      return [];
  }
}

/** The names in a target. */
export function namesIn(target: Expr): string[] {
  if (target.t === 'name') return [target.id];
  if (target.t === 'star') return namesIn(target.value);
  return target.t === 'tuple' || target.t === 'list' ? target.items.flatMap(namesIn) : [];
}
