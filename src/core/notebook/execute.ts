import { isFeatureTest, isTrue } from './conditions.ts';
import { importFrom, importModule } from './imports.ts';
import type { Interpreter } from './interpreter.ts';
import { runFor, runWhile } from './loops.ts';
import { Raised } from './machine.ts';
import { assignColumn, assignColumns } from './models/pandas.ts';
import type { Definition, Expr, Handler, Stmt } from './syntax.ts';
import { NONE, typed, UNKNOWN, type State, type Value } from './values.ts';

/** Runs one statement; false when nothing comes after it. */
export function execute(machine: Interpreter, one: Stmt): boolean {
  switch (one.t) {
    case 'expr': {
      const value = machine.evaluate(one.value);
      return !(value.k === 'of' && value.type === 'stop');
    }
    case 'assign':
      return assign(machine, one.targets, one.value === null ? null : machine.evaluate(one.value));
    case 'augment': {
      const value = machine.evaluate({ t: 'binary', line: one.line, op: one.op, left: one.target, right: one.value });
      return assign(machine, [one.target], value);
    }
    case 'if':
      return runIf(machine, one);
    case 'for':
      return runFor(machine, one);
    case 'while':
      return runWhile(machine, one);
    case 'try':
      return runTry(machine, one);
    case 'with':
      for (const item of one.items) {
        const value = machine.evaluate(item.value);
        if (item.target !== null) assign(machine, [item.target], machine.state.thing(value)?.t === 'instance' ? value : UNKNOWN);
      }
      return machine.run(one.body);
    default:
      return executeSimple(machine, one);
  }
}

function executeSimple(machine: Interpreter, one: Stmt): boolean {
  switch (one.t) {
    case 'def':
      machine.bind({ t: 'name', line: one.line, id: one.name }, define(machine, one));
      return true;
    case 'class':
      defineClass(machine, one);
      return true;
    case 'return':
      machine.frame.returns.push({ value: one.value === null ? NONE : machine.evaluate(one.value), state: machine.state });
      return false;
    case 'raise':
      return raise(machine, one.value, one.line);
    case 'import':
      for (const item of one.items) importModule(machine, item.module, item.alias, one.line);
      return true;
    case 'from':
      importFrom(machine, one);
      return true;
    case 'delete':
      for (const target of one.targets) if (target.t === 'name') machine.state.remove(machine.scopes[0] ?? 0, target.id);
      return true;
    case 'assert':
      machine.evaluate(one.test);
      return true;
    case 'match':
      machine.evaluate(one.subject);
      return branch(machine, [...one.cases, []], 'branch');
    case 'break':
    case 'continue':
      machine.frame.loops.at(-1)?.push(machine.state);
      return false;
    default:
      return true;
  }
}

function assign(machine: Interpreter, targets: readonly Expr[], value: Value | null): boolean {
  if (value === null) return true;
  for (const target of targets) {
    if (target.t === 'sub') assignIndex(machine, target, value);
    else if (target.t === 'attr') assignAttribute(machine, target, value);
    else if (target.t === 'name') bindName(machine, target.id, value);
    else {
      machine.bind(target, value);
      if (target.t === 'tuple' || target.t === 'list')
        for (const item of target.items) if (item.t === 'sub' || item.t === 'attr') assign(machine, [item], UNKNOWN);
    }
  }
  return !(value.k === 'of' && value.type === 'stop');
}

/** A name of a function that it declares to be of outside is bound there, and nobody knows any more when. */
function bindName(machine: Interpreter, name: string, value: Value): void {
  const own = machine.scopes[0] ?? 0;
  // What a handler sets to nothing is nothing because of what it handles.
  const empty = value.k === 'const' && (value.value === null || value.value === '' || value.value === false);
  const explained = empty && machine.cause !== null && value.why === undefined ? { ...value, why: machine.cause } : value;
  const lasting = value.k === 'const' && machine.rebound.has(name) ? UNKNOWN : explained;
  if (machine.locals === null || machine.locals.has(name)) return machine.state.set(own, name, lasting);
  const home = machine.scopes.find((scope) => scope !== own && machine.state.get(scope, name) !== undefined) ?? machine.scopes.at(-1) ?? 0;
  machine.state.set(home, name, UNKNOWN);
}

function assignIndex(machine: Interpreter, target: Extract<Expr, { t: 'sub' }>, value: Value): void {
  const object = machine.evaluate(target.object);
  const index = machine.evaluate(target.index);
  machine.ask('assign', { line: target.line, object, index, value });
  const thing = machine.state.thing(object);
  if (thing?.t === 'dict') {
    const name = index.k === 'const' ? index.value : null;
    const named = typeof name === 'string' || typeof name === 'number';
    machine.state.put(object, named ? { ...thing, entries: new Map(thing.entries).set(name, value) } : { ...thing, closed: false });
  } else if (thing?.t === 'list') machine.state.put(object, { ...thing, items: null });
  else if (object.k === 'ext' && object.path === 'os.environ' && index.k === 'const')
    machine.state.set(0, `$env:${String(index.value)}`, value.k === 'const' && value.why === undefined ? value : typed('str'));
  else assignColumn(machine, object, index);
}

function assignAttribute(machine: Interpreter, target: Extract<Expr, { t: 'attr' }>, value: Value): void {
  const object = machine.evaluate(target.object);
  const thing = machine.state.thing(object);
  if (thing?.t === 'object') machine.state.put(object, { ...thing, attrs: new Map(thing.attrs).set(target.name, value) });
  else if (thing?.t === 'instance') machine.state.put(object, { ...thing, args: new Map(thing.args).set(`.${target.name}`, value) });
  else if (thing?.t === 'frame' && target.name === 'columns') assignColumns(machine, object, value, target.line);
  else if (thing?.t === 'frame' && target.name === 'index') setIndex(machine, object, value);
}

function setIndex(machine: Interpreter, object: Value, value: Value): void {
  const thing = machine.state.thing(object);
  const dates = machine.state.thing(value);
  if (thing?.t === 'frame') machine.state.put(object, { ...thing, zone: dates?.t === 'dates' ? dates.zone : null });
}

function runIf(machine: Interpreter, one: Extract<Stmt, { t: 'if' }>): boolean {
  const { cause } = machine;
  const test = machine.evaluate(one.test);
  const truth = isTrue(machine, test);
  if (truth !== null) {
    const falls = machine.run(truth ? one.yes : one.other);
    machine.cause = cause;
    return falls;
  }
  return branch(machine, [one.yes, one.other], isFeatureTest(one.test) ? 'guarded' : 'branch');
}

/** Runs blocks of which one is taken, and goes on with what is known after any of them. */
export function branch(machine: Interpreter, blocks: readonly (readonly Stmt[])[], reach: 'branch' | 'guarded'): boolean {
  const before = machine.state;
  const cause = machine.cause;
  let after: State | null = null;
  for (const block of blocks) {
    machine.state = before.clone();
    const falls = machine.within(reach, () => machine.run(block)) === true;
    if (falls) after = after === null ? machine.state : after.join(machine.state);
    else machine.frame.left = true;
  }
  machine.cause = cause;
  machine.state = after ?? before;
  return after !== null;
}

const PARENTS: Readonly<Record<string, string>> = {
  KeyError: 'LookupError',
  IndexError: 'LookupError',
  FileNotFoundError: 'OSError',
  ConnectionError: 'OSError',
  PermissionError: 'OSError',
  ModuleNotFoundError: 'ImportError',
  UnboundLocalError: 'NameError',
  SystemExit: 'BaseException',
  KeyboardInterrupt: 'BaseException',
  Exception: 'BaseException',
};

/** Whether an `except` for these types catches an exception; one for something unknown may. */
export function catches(types: readonly string[], exception: string): boolean {
  if (types.length === 0) return true;
  const last = types
    .map((type) => type.slice(type.lastIndexOf('.') + 1))
    .map((type) => (type === 'IOError' || type === 'EnvironmentError' ? 'OSError' : type));
  for (
    let name: string | undefined = exception;
    name !== undefined;
    name = name === 'BaseException' ? undefined : (PARENTS[name] ?? 'Exception')
  )
    if (last.includes(name)) return true;
  return false;
}

function runTry(machine: Interpreter, one: Extract<Stmt, { t: 'try' }>): boolean {
  const before = machine.state.clone();
  const handled = one.handlers.flatMap((handler) => (handler.types.length === 0 ? ['BaseException'] : handler.types));
  if (handled.length > 0) machine.tries.push(handled);
  let raised: Raised | null = null;
  let falls = false;
  try {
    falls = machine.run(one.body);
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    raised = error;
  } finally {
    if (handled.length > 0) machine.tries.pop();
  }
  if (raised !== null) {
    const { exception, fault } = raised;
    const handler = one.handlers.find((item) => catches(item.types, exception));
    const { cause } = machine;
    machine.cause = fault ?? cause;
    if (handler === undefined) {
      machine.run(one.final);
      throw raised;
    }
    falls = runHandler(machine, handler);
    machine.cause = cause;
    return machine.run(one.final) && falls;
  }
  if (falls) falls = machine.run(one.other);
  return runSpareHandlers(machine, one, before, falls);
}

/** Handlers that may run or not: what they leave is joined, and what they do wrong is not certain. */
function runSpareHandlers(machine: Interpreter, one: Extract<Stmt, { t: 'try' }>, before: State, fell: boolean): boolean {
  const main = machine.state;
  const { cause } = machine;
  let after: State | null = fell ? main : null;
  for (const handler of one.handlers) {
    machine.state = before.join(main);
    const falls = machine.within('guarded', () => runHandler(machine, handler)) === true;
    if (falls) after = after === null ? machine.state : after.join(machine.state);
    else machine.frame.left = true;
  }
  machine.cause = cause;
  machine.state = after ?? main;
  return machine.run(one.final) && after !== null;
}

function runHandler(machine: Interpreter, handler: Handler): boolean {
  if (handler.alias !== null) machine.bind({ t: 'name', line: handler.line, id: handler.alias }, typed('exception'));
  return machine.run(handler.body);
}

function raise(machine: Interpreter, value: Expr | null, line: number): boolean {
  let exception = 'Exception';
  if (value !== null) {
    const made = value.t === 'call' ? value.callee : value;
    if (value.t === 'call') for (const argument of value.args) machine.evaluate(argument.value);
    exception = made.t === 'name' ? made.id : made.t === 'attr' ? made.name : 'Exception';
  }
  machine.stop(exception, line);
  return false;
}

function define(machine: Interpreter, one: Definition): Value {
  for (const parameter of one.parameters) if (parameter.default !== null) machine.evaluate(parameter.default);
  for (const decorator of one.decorators) machine.evaluate(decorator);
  const closure = { name: one.name, parameters: one.parameters, body: one.body, scopes: machine.scopes, line: one.line };
  const id = machine.addFunction({ ...closure, decorated: one.decorators.length > 0, generator: hasYield(one.body) });
  return { k: 'fn', id };
}

const generators = new WeakMap<readonly Stmt[], boolean>();

/** Whether a function may be a generator, or a coroutine: something in it is of no kind that is known. */
function hasYield(body: readonly Stmt[]): boolean {
  const before = generators.get(body);
  if (before !== undefined) return before;
  const found = /"t":"other","line":\d+,"parts":\[/.test(JSON.stringify(body.filter((one) => one.t !== 'def')));
  generators.set(body, found);
  return found;
}

function defineClass(machine: Interpreter, one: Extract<Stmt, { t: 'class' }>): void {
  const bases = one.bases.map((base) => machine.evaluate(base));
  for (const decorator of one.decorators) machine.evaluate(decorator);
  const scope = machine.addScope();
  const before = { scopes: machine.scopes, locals: machine.locals };
  const outside = machine.scopes;
  machine.scopes = [scope, ...before.scopes];
  machine.locals = null;
  const methods = new Map<string, { node: Definition; id: number }>();
  for (const part of one.body) {
    if (part.t !== 'def') machine.run([part]);
    else {
      const closure = { name: part.name, parameters: part.parameters, body: part.body, scopes: outside, line: part.line };
      methods.set(part.name, {
        node: part,
        id: machine.addFunction({ ...closure, decorated: part.decorators.length > 0, generator: hasYield(part.body) }),
      });
      machine.state.set(scope, part.name, UNKNOWN);
    }
  }
  machine.scopes = before.scopes;
  machine.locals = before.locals;
  const id = machine.addClass({ node: one, methods, bases, plain: one.decorators.length === 0 });
  machine.bind({ t: 'name', line: one.line, id: one.name }, { k: 'ext', path: `user.${String(id)}` });
}
