import type { CallEvent } from './check.ts';
import { findMethod, userClass } from './classes.ts';
import type { Given, Machine } from './machine.ts';
import { callBuiltin } from './models/builtins.ts';
import { callLibrary } from './models/libraries.ts';
import { callNumpy } from './models/numpy.ts';
import { callPandas } from './models/pandas-calls.ts';
import { makeInstance, nameOf } from './outside.ts';
import type { Expr } from './syntax.ts';
import { UNKNOWN, type Value } from './values.ts';

type Call = Extract<Expr, { t: 'call' }>;

/** Calls a value: a function or class of the notebook, or something from outside. */
export function callValue(machine: Machine, callee: Value, e: Call): Value {
  const given = readArguments(machine, e);
  if (callee.k === 'fn') return machine.callFunction(callee.id, given, callee.self);
  if (callee.k === 'ext') {
    const number = userClass(callee);
    return number === null ? callOutside(machine, callee.path, null, given, e) : instantiate(machine, number, given);
  }
  if (callee.k === 'method') return callOutside(machine, `${nameOf(machine, callee.self)}.${callee.name}`, callee.self, given, e);
  const thing = machine.state.thing(callee);
  if (thing?.t === 'object') {
    const method =
      findMethod(machine, thing.cls, '__call__') ?? findMethod(machine, thing.cls, 'forward') ?? findMethod(machine, thing.cls, 'call');
    // Keras hands `call` further arguments of its own.
    return method === null
      ? UNKNOWN
      : machine.callFunction(method.id, { ...given, open: given.open || method.node.name === 'call' }, callee);
  }
  if (thing?.t === 'instance') return callOutside(machine, `${thing.cls}.__call__`, callee, given, e);
  runCallbacks(machine, given, 'guarded');
  return UNKNOWN;
}

function readArguments(machine: Machine, e: Call): Given {
  const args: Value[] = [];
  const keywords = new Map<string, Value>();
  let open = false;
  for (const argument of e.args) {
    const value = machine.evaluate(argument.value);
    const thing = argument.stars === 0 ? null : machine.state.thing(value);
    if (argument.stars === 0 && argument.name === null) args.push(value);
    else if (argument.stars === 0) keywords.set(argument.name ?? '', value);
    else if (argument.stars === 1 && thing?.t === 'list' && thing.items !== null) args.push(...thing.items);
    else if (argument.stars === 2 && thing?.t === 'dict') {
      for (const [key, held] of thing.entries) keywords.set(String(key), held);
      open ||= !thing.closed;
    } else open = true;
  }
  return { args, keywords, open, line: e.line };
}

const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^tensorflow\.keras\./, 'keras.'],
  [/^pandas\.core\.(frame|series)\./, 'pandas.'],
  [/^numpy\.core\./, 'numpy.'],
  [/^torch\.optim\.lr_scheduler\./, 'torch.lr_scheduler.'],
  [/^lightning(\.pytorch)?\./, 'pytorch_lightning.'],
];

function callOutside(machine: Machine, written: string, self: Value | null, given: Given, e: Call): Value {
  const path = RENAMED.reduce((name, [from, to]) => name.replace(from, to), written);
  const event: CallEvent = { ...given, path, self, written: e.args, state: machine.state, folder: machine.folder };
  const stopped = machine.ask('call', event);
  const callbacks = given.args.concat([...given.keywords.values()]).some((value) => value.k === 'fn');
  if (callbacks) runCallbacks(machine, given, callbackReach(path));
  if (stopped) return path.startsWith('yfinance.') ? (callLibrary(event, machine) ?? UNKNOWN) : UNKNOWN;
  for (const model of [callBuiltin, callPandas, callNumpy, callLibrary]) {
    const value = model(event, machine);
    if (value !== null) return value;
  }
  if (/(^|\.)[A-Z]\w*[a-z]\w*$/.test(path) && self === null) return makeInstance(machine, path, given);
  return UNKNOWN;
}

/** Calls that are sure to call the function they are given. */
function callbackReach(path: string): 'certain' | 'branch' | 'guarded' {
  if (path.endsWith('.Study.optimize')) return 'certain';
  return /\.(apply|map|applymap|transform|agg|minimize|minimize_scalar|Parallel|submit|pipe|progress_apply)$|^builtins\.(map|filter|sorted|max|min)$/.test(
    path,
  )
    ? 'branch'
    : 'guarded';
}

function runCallbacks(machine: Machine, given: Given, reach: 'certain' | 'branch' | 'guarded'): void {
  for (const value of [...given.args, ...given.keywords.values()]) {
    if (value.k !== 'fn') continue;
    const parameters = machine.functions[value.id]?.parameters ?? [];
    const trial = machine.state.make({ t: 'instance', cls: 'optuna.Trial', args: new Map(), open: true, line: given.line });
    const wanted = parameters.filter((one) => one.kind === 'one' && one.default === null).length - (value.self === undefined ? 0 : 1);
    const args = Array.from({ length: Math.max(0, wanted) }, (_, index) => (reach === 'certain' && index === 0 ? trial : UNKNOWN));
    machine.within(reach, () =>
      machine.callFunction(value.id, { args, keywords: new Map(), open: reach !== 'certain', line: given.line }, value.self),
    );
  }
}

function instantiate(machine: Machine, number: number, given: Given): Value {
  const found = machine.classes[number];
  const object = machine.state.make({ t: 'object', cls: number, attrs: new Map(), open: false });
  const init = findMethod(machine, number, '__init__');
  if (init !== null) machine.callFunction(init.id, given, object);
  // A library calls the methods of what derives from its classes.
  for (const base of found?.bases ?? []) if (userClass(base) === null && base.k !== 'unknown') machine.expect(number);
  return object;
}
