import { isTrue } from './conditions.ts';
import type { Interpreter } from './interpreter.ts';
import type { Stmt } from './syntax.ts';
import type { Value } from './values.ts';

const MAX_UNROLLED = 16;

/** A loop runs at least once, and its first turn is exact; what is known afterwards holds for any number of turns. */
export function runFor(machine: Interpreter, one: Extract<Stmt, { t: 'for' }>): boolean {
  const iterable = machine.evaluate(one.iterable);
  const thing = machine.state.thing(iterable);
  const items = thing?.t === 'list' && thing.kind !== 'set' ? thing.items : null;
  if (items !== null && items.length > 0 && items.length <= MAX_UNROLLED / (1 + 2 * machine.frame.loops.length) && !leaves(one.body)) {
    for (const item of items) if (!turn(machine, one, item)) return false;
    return machine.run(one.other);
  }
  if (items?.length === 0) return machine.run(one.other);
  const first = items?.[0] ?? machine.element(iterable);
  return runLoop(machine, one.body, one.other, (again) => machine.bind(one.target, again ? machine.element(iterable) : first));
}

/** While it is not known to be false; an endless loop is left by `break` alone. */
export function runWhile(machine: Interpreter, one: Extract<Stmt, { t: 'while' }>): boolean {
  const truth = isTrue(machine, machine.evaluate(one.test));
  if (truth === false) return machine.run(one.other);
  const work = (): boolean => runLoop(machine, one.body, one.other, () => undefined);
  if (truth === true) return work();
  const before = machine.state.clone();
  const falls = machine.within('branch', work) === true;
  machine.state = falls ? before.join(machine.state) : before;
  return true;
}

function turn(machine: Interpreter, one: Extract<Stmt, { t: 'for' }>, item: Value): boolean {
  machine.frame.loops.push([]);
  machine.bind(one.target, item);
  const falls = machine.run(one.body);
  const left = machine.frame.loops.pop() ?? [];
  if (!falls && left.length === 0) return false;
  for (const [index, state] of left.entries()) machine.state = index === 0 && !falls ? state : machine.state.join(state);
  return true;
}

function runLoop(machine: Interpreter, body: readonly Stmt[], other: readonly Stmt[], bind: (again: boolean) => void): boolean {
  const before = machine.state.clone();
  if (!pass(machine, body, () => bind(false))) return false;
  // What one turn leaves is what the next begins with; nothing new is noted then.
  machine.state = before.join(machine.state);
  machine.silent += 1;
  const once = machine.state.clone();
  const { reach } = machine;
  machine.reach = reach === 'certain' ? 'branch' : reach;
  try {
    if (machine.within('branch', () => pass(machine, body, () => bind(true))) === true) machine.state = once.join(machine.state);
    else machine.state = once;
  } finally {
    machine.silent -= 1;
    machine.reach = reach;
  }
  return machine.run(other);
}

function pass(machine: Interpreter, body: readonly Stmt[], bind: () => void): boolean {
  machine.frame.loops.push([]);
  bind();
  const falls = machine.run(body);
  const left = machine.frame.loops.pop() ?? [];
  if (!falls && left.length === 0) return false;
  for (const [index, state] of left.entries()) machine.state = index === 0 && !falls ? state : machine.state.join(state);
  return true;
}

/** Whether a loop may be left before its end. */
function leaves(body: readonly Stmt[]): boolean {
  return body.some(
    (one) =>
      one.t === 'break' ||
      (one.t === 'if' && (leaves(one.yes) || leaves(one.other))) ||
      (one.t === 'try' && (leaves(one.body) || one.handlers.some((handler) => leaves(handler.body)))) ||
      (one.t === 'with' && leaves(one.body)),
  );
}
