import { BUILTINS } from './builtin-names.ts';
import { callValue } from './calls.ts';
import { findMethod } from './classes.ts';
import { compareValues, isFeatureTest, isTrue } from './conditions.ts';
import type { Machine } from './machine.ts';
import { lacksMember } from './members.ts';
import { indexPandas, operatePandas, readPandasAttribute } from './models/pandas.ts';
import type { Expr } from './syntax.ts';
import { constant, typed, UNKNOWN, type Thing, type Value } from './values.ts';

/** What an expression gives, as far as it can be known. Asks the rules on its way. */
export function evaluate(machine: Machine, e: Expr): Value {
  switch (e.t) {
    case 'const':
      return constant(e.value);
    case 'name':
      return readName(machine, e.id, e.line);
    case 'text':
      return evaluateText(machine, e);
    case 'attr':
      return readAttribute(machine, machine.evaluate(e.object), e.name, e, false);
    case 'call':
      return evaluateCall(machine, e);
    case 'sub':
      return readIndex(machine, machine.evaluate(e.object), machine.evaluate(e.index), e);
    case 'binary':
      return operate(machine, e.op, machine.evaluate(e.left), machine.evaluate(e.right), e);
    case 'unary':
      return evaluateUnary(machine, e.op, machine.evaluate(e.value));
    case 'logic':
      return evaluateLogic(machine, e);
    case 'compare':
      return evaluateCompare(machine, e);
    case 'choice':
      return evaluateChoice(machine, e);
    default:
      return evaluateCollection(machine, e);
  }
}

function evaluateCollection(machine: Machine, e: Expr): Value {
  switch (e.t) {
    case 'list':
    case 'tuple':
    case 'set': {
      const items = e.items.map((item) => machine.evaluate(item));
      const known = !e.items.some((item) => item.t === 'star') && (e.t === 'tuple' || items.length > 0);
      return machine.state.make({ t: 'list', kind: e.t, items: known ? items : null });
    }
    case 'dict':
      return evaluateDict(machine, e);
    case 'comprehension':
      return evaluateComprehension(machine, e);
    case 'lambda': {
      const id = machine.addFunction({
        name: '<lambda>',
        parameters: e.parameters,
        body: e.body,
        scopes: machine.scopes,
        decorated: false,
        generator: false,
        line: e.line,
      });
      return { k: 'fn', id };
    }
    case 'walrus': {
      const value = machine.evaluate(e.value);
      machine.bind({ t: 'name', line: e.line, id: e.id }, value);
      return value;
    }
    case 'slice':
      for (const part of e.parts) if (part !== null) machine.evaluate(part);
      return typed('slice');
    case 'star':
      machine.evaluate(e.value);
      return UNKNOWN;
    case 'other':
      for (const part of e.parts) machine.evaluate(part);
      return UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function readName(machine: Machine, name: string, line: number): Value {
  const [own, ...outer] = machine.scopes;
  const local = machine.locals?.has(name) === true && own !== undefined;
  for (const scope of local ? [own] : machine.scopes) {
    const found = machine.state.get(scope, name);
    if (found !== undefined) return found.value;
  }
  if (name === '__name__') return constant('__main__');
  if (!local && BUILTINS.has(name))
    return name === '__file__' && machine.folder.notebook !== null ? UNKNOWN : { k: 'ext', path: `builtins.${name}` };
  if (machine.state.get(outer.at(-1) ?? own ?? 0, '*') !== undefined || !machine.scopes.every((scope) => machine.state.has(scope)))
    return UNKNOWN;
  machine.ask('name', { line, name, reason: local ? 'local' : 'missing' });
  return UNKNOWN;
}

function evaluateText(machine: Machine, e: Extract<Expr, { t: 'text' }>): Value {
  let text: string | null = '';
  for (const hole of e.holes) {
    if (typeof hole === 'string') {
      text = text === null ? null : text + hole;
      continue;
    }
    const value = machine.evaluate(hole.value);
    if (hole.spec !== null && !hole.converted) machine.ask('format', { line: hole.value.line, value, spec: hole.spec });
    const plain = value.k === 'const' && value.value !== null && hole.spec === null && !hole.converted ? value.value : null;
    text = text === null || plain === null || typeof plain === 'boolean' ? null : text + String(plain);
  }
  return text === null ? typed('str') : constant(text);
}

/** Reads an attribute; a method of something from outside stays bound to it. */
export function readAttribute(machine: Machine, object: Value, name: string, written: Expr, called: boolean): Value {
  if (machine.ask('attribute', { line: written.line, object, name, called, written })) return UNKNOWN;
  if (object.k === 'unknown') return called ? { k: 'method', self: object, name } : UNKNOWN;
  if (object.k === 'ext') return { k: 'ext', path: `${object.path}.${name}` };
  const thing = machine.state.thing(object);
  if (thing?.t === 'instance' && name === 'best_params') return listBestParams(machine);
  if (thing?.t === 'object') return readOwnAttribute(machine, object, thing, name, written.line);
  if (thing?.t === 'instance') {
    const marked = thing.args.get(`.${name}`);
    if (marked !== undefined) return marked;
  }
  if (!called) {
    const read = thing === null ? null : readPandasAttribute(machine, object, thing, name);
    if (read !== null) return read;
  }
  return { k: 'method', self: object, name };
}

/** The names that the notebook's objectives suggest: those are what the best trial has. */
function listBestParams(machine: Machine): Value {
  const calls = [...machine.folder.source.matchAll(/\.suggest_\w{1,40}\(\s*(?:name\s*=\s*)?(['"]?)([^'"\n,]{0,80})/g)];
  const plain = calls.every(([, quote]) => quote !== '');
  const entries = new Map<string | number, Value>(calls.map(([, , name = '']) => [name, UNKNOWN]));
  return machine.state.make({ t: 'dict', entries, closed: plain && entries.size > 0 });
}

type OwnObject = Extract<Thing, { t: 'object' }>;

function readOwnAttribute(machine: Machine, object: Value, thing: OwnObject, name: string, line: number): Value {
  const own = thing.attrs.get(name);
  if (own !== undefined) return own;
  const method = findMethod(machine, thing.cls, name);
  if (method === null && !thing.open && lacksMember(machine, thing.cls, name)) {
    machine.ask('member', { line, name, owner: machine.classes[thing.cls]?.node.name ?? '' });
    return UNKNOWN;
  }
  if (method === null) return { k: 'method', self: object, name };
  const decorators = method.node.decorators.map((one) => (one.t === 'name' ? one.id : one.t === 'attr' ? one.name : '?'));
  if (decorators.length === 0) return { k: 'fn', id: method.id, self: object };
  return decorators.includes('staticmethod') ? { k: 'fn', id: method.id } : UNKNOWN;
}

function evaluateCall(machine: Machine, e: Extract<Expr, { t: 'call' }>): Value {
  const callee =
    e.callee.t === 'attr'
      ? readAttribute(machine, machine.evaluate(e.callee.object), e.callee.name, e.callee, true)
      : machine.evaluate(e.callee);
  return callValue(machine, callee, e);
}

function readIndex(machine: Machine, object: Value, index: Value, e: Extract<Expr, { t: 'sub' }>): Value {
  if (object.k === 'unknown') return UNKNOWN;
  if (machine.ask('index', { line: e.line, object, index, written: e })) return UNKNOWN;
  const thing = machine.state.thing(object);
  if (thing?.t === 'dict' && thing.closed && index.k !== 'const' && thing.entries.size > 0)
    return [...thing.entries.values()].reduce((a, b) => machine.state.either(a, b));
  if (thing?.t === 'dict' && index.k === 'const' && (typeof index.value === 'string' || typeof index.value === 'number'))
    return thing.entries.get(index.value) ?? UNKNOWN;
  if (thing?.t === 'list' && thing.items !== null && index.k === 'const' && typeof index.value === 'number')
    return thing.items.at(index.value) ?? UNKNOWN;
  if (thing?.t === 'list' && thing.items === null && !(index.k === 'of' && index.type === 'slice')) return thing.of ?? UNKNOWN;
  return indexPandas(machine, object, thing, index, e) ?? UNKNOWN;
}

function operate(machine: Machine, op: string, left: Value, right: Value, e: Expr): Value {
  if (left.k === 'const' && right.k === 'const') {
    const { value: a } = left;
    const { value: b } = right;
    if (typeof a === 'number' && typeof b === 'number') return calculate(op, a, b);
    if (op === '+' && typeof a === 'string' && typeof b === 'string') return constant(a + b);
    if (op === '%' && typeof a === 'string') return typed('str');
    const numberAndText = (typeof a === 'string' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'string');
    if ((numberAndText && op !== '*') || (op !== '%' && (a === null || b === null))) {
      machine.ask('certain', { line: e.line, kind: 'TypeError', detail: `${describe(a)} ${op} ${describe(b)}` });
      return UNKNOWN;
    }
  }
  if (op === '/' && machine.state.thing(left) === null && left.k === 'ext') return UNKNOWN;
  const joined = joinPath(op, left, right);
  if (joined !== null) return joined;
  return operatePandas(machine, op, left, right) ?? operateNumbers(left, right);
}

function describe(value: string | number | boolean | null): string {
  return value === null ? 'None' : typeof value === 'string' ? 'str' : typeof value;
}

/** pathlib: a path and a string. */
function joinPath(op: string, left: Value, right: Value): Value | null {
  const a = left.k === 'of' && left.type.startsWith('Path:') ? left.type.slice(5) : null;
  if (op !== '/' || a === null) return null;
  return right.k === 'const' && typeof right.value === 'string' ? typed(`Path:${a.replace(/\/$/, '')}/${right.value}`) : typed('Path');
}

function calculate(op: string, a: number, b: number): Value {
  const results: Record<string, number> = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '//': Math.floor(a / b) };
  const result = results[op];
  return result === undefined || !Number.isFinite(result) ? UNKNOWN : constant(result);
}

const NUMBERS = new Set(['np.float64', 'np.float32', 'np.int64']);

function operateNumbers(left: Value, right: Value): Value {
  const a = left.k === 'of' ? left.type : left.k === 'const' && typeof left.value === 'number' ? 'number' : null;
  const b = right.k === 'of' ? right.type : right.k === 'const' && typeof right.value === 'number' ? 'number' : null;
  if (a === null || b === null) return UNKNOWN;
  if (a === 'np.float64' && (NUMBERS.has(b) || ['number', 'float', 'int'].includes(b))) return left;
  if (b === 'np.float64' && (NUMBERS.has(a) || ['number', 'float', 'int'].includes(a))) return right;
  if (a === 'float' && (b === 'number' || b === 'float' || b === 'int')) return left;
  return UNKNOWN;
}

function evaluateUnary(machine: Machine, op: string, value: Value): Value {
  if (op === 'not') {
    const truth = isTrue(machine, value);
    return truth === null ? typed('bool') : constant(!truth);
  }
  if (value.k === 'const' && typeof value.value === 'number') return constant(op === '-' ? -value.value : value.value);
  return value.k === 'of' ? value : (operatePandas(machine, op, value, constant(0)) ?? UNKNOWN);
}

function evaluateLogic(machine: Machine, e: Extract<Expr, { t: 'logic' }>): Value {
  const left = machine.evaluate(e.left);
  const truth = isTrue(machine, left);
  if (truth !== null && truth !== (e.op === 'and')) return left;
  if (truth !== null) return machine.evaluate(e.right);
  const right = machine.within('branch', () => machine.evaluate(e.right)) ?? UNKNOWN;
  if (left.k === 'const' && left.value === null) return right;
  const both = isTrue(machine, right);
  // `x and False` is false whatever x is, and `x or True` true.
  if (both !== null && both === (e.op === 'or') && left.k !== 'obj') return right.k === 'const' ? right : UNKNOWN;
  return machine.state.either(left, right);
}

function evaluateCompare(machine: Machine, e: Extract<Expr, { t: 'compare' }>): Value {
  const values = e.items.map((item) => machine.evaluate(item));
  if (e.ops.length !== 1) return typed('bool');
  return compareValues(machine, e.ops[0] ?? '', values[0] ?? UNKNOWN, values[1] ?? UNKNOWN, e);
}

function evaluateChoice(machine: Machine, e: Extract<Expr, { t: 'choice' }>): Value {
  const test = machine.evaluate(e.test);
  const truth = isTrue(machine, test);
  if (truth !== null) return machine.evaluate(truth ? e.yes : e.other);
  const reach = isFeatureTest(e.test) ? 'guarded' : 'branch';
  const yes = machine.within(reach, () => machine.evaluate(e.yes)) ?? UNKNOWN;
  const other = machine.within(reach, () => machine.evaluate(e.other)) ?? UNKNOWN;
  return machine.state.either(yes, other);
}

function evaluateDict(machine: Machine, e: Extract<Expr, { t: 'dict' }>): Value {
  const entries = new Map<string | number, Value>();
  let closed = e.entries.length > 0;
  for (const { key, value } of e.entries) {
    const name = key === null ? null : machine.evaluate(key);
    const held = machine.evaluate(value);
    if (name === null) {
      const thing = machine.state.thing(held);
      if (thing?.t === 'dict') for (const [k, v] of thing.entries) entries.set(k, v);
      closed = closed && thing?.t === 'dict' && thing.closed;
    } else if (name.k === 'const' && (typeof name.value === 'string' || typeof name.value === 'number')) entries.set(name.value, held);
    else closed = false;
  }
  return machine.state.make({ t: 'dict', entries, closed });
}

function evaluateComprehension(machine: Machine, e: Extract<Expr, { t: 'comprehension' }>): Value {
  const scope = machine.addScope();
  const before = { scopes: machine.scopes, locals: machine.locals };
  const [first] = e.clauses;
  const iterable = first !== undefined && 'iterable' in first ? machine.evaluate(first.iterable) : UNKNOWN;
  machine.scopes = [scope, ...before.scopes];
  let of: Value = UNKNOWN;
  // A function's locals are found through its own scope; a comprehension adds names and hides none.
  machine.locals = null;
  try {
    for (const [index, clause] of e.clauses.entries()) {
      if ('test' in clause) machine.evaluate(clause.test);
      else machine.bindLocal(scope, clause.target, machine.element(index === 0 ? iterable : machine.evaluate(clause.iterable)));
    }
    const work = (): null => {
      if (e.key !== null) machine.evaluate(e.key);
      of = machine.evaluate(e.element);
      return null;
    };
    if (e.clauses.some((clause) => 'test' in clause)) machine.within('branch', work);
    else work();
  } finally {
    machine.scopes = before.scopes;
    machine.locals = before.locals;
    machine.state.close(scope);
  }
  return e.kind === 'dict'
    ? machine.state.make({ t: 'dict', entries: new Map(), closed: false })
    : machine.state.make({ t: 'list', kind: e.kind === 'set' ? 'set' : 'list', items: null, of });
}
