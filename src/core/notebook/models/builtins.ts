import type { CallEvent } from '../check.ts';
import { isKaggleVariable } from '../conditions.ts';
import { judgePath } from '../inputs.ts';
import type { Machine } from '../machine.ts';
import { asText, pathValue } from '../outside.ts';
import { missingSecret } from '../secrets.ts';
import { constant, itemOf, NONE, typed, UNKNOWN, type Thing, type Value } from '../values.ts';

/** What Python's own functions and modules give; null for what is not known here. */
export function callBuiltin(event: CallEvent, machine: Machine): Value | null {
  const { path } = event;
  if (path.startsWith('builtins.')) return callFunction(event, machine, path.slice(9));
  if (path === 'os.environ.get' || path === 'os.getenv') return readVariable(event, machine);
  if (path.startsWith('os.path.')) return callPath(event, machine, path.slice(8));
  if (path.startsWith('pathlib.Path') || path.startsWith('Path.')) return callPathlib(event, machine, path);
  if (path === 'sys.exit' || path === 'os._exit') return stop(event, machine);
  if (path.startsWith('list.') || path.startsWith('dict.') || path.startsWith('set.')) return callContainer(event, machine, path);
  if (path.startsWith('str.')) return callString(event, machine, path.slice(4));
  if (/^datetime\.(datetime|date)\.(now|today|utcnow)$/.test(path)) return typed('datetime');
  return null;
}

function stop(event: CallEvent, machine: Machine): Value {
  const [code] = event.args;
  const failing = code?.k === 'const' && code.value !== null && code.value !== 0 && code.value !== false;
  machine.stop('SystemExit', event.line, failing);
  return typed('stop');
}

function callFunction(event: CallEvent, machine: Machine, name: string): Value | null {
  const { args } = event;
  const { state } = machine;
  const [first] = args;
  const thing = first === undefined ? null : state.thing(first);
  switch (name) {
    case 'len':
      return thing?.t === 'list' && thing.items !== null ? constant(thing.items.length) : typed('int');
    case 'str':
    case 'repr':
    case 'format':
      return first?.k === 'const' && typeof first.value === 'string' ? first : typed('str');
    case 'float':
    case 'int':
    case 'bool':
      return first?.k === 'const' && typeof first.value === 'number' && name !== 'bool' ? first : typed(name);
    case 'round':
      return first?.k === 'of' && first.type === 'np.float64' && args.length > 1 ? first : UNKNOWN;
    case 'isinstance':
      return checkInstance(machine, first, args[1]);
    case 'hasattr':
      return typed('bool');
    case 'print':
    case 'display':
      return NONE;
    case 'exit':
    case 'quit':
      return stop(event, machine);
    case 'list':
    case 'tuple':
    case 'sorted':
    case 'set':
      return thing?.t === 'list' && name !== 'sorted' && name !== 'set'
        ? state.make({ ...thing, kind: name === 'tuple' ? 'tuple' : 'list' })
        : state.make({ t: 'list', kind: name === 'set' ? 'set' : 'list', items: null });
    case 'dict':
      return state.make({
        t: 'dict',
        entries: new Map(event.keywords),
        closed: args.length === 0 && !event.open && event.keywords.size > 0,
      });
    case 'enumerate':
      return thing?.t === 'list' && thing.items !== null
        ? state.make({
            t: 'list',
            kind: 'list',
            items: thing.items.map((item, index) => state.make({ t: 'list', kind: 'tuple', items: [constant(index), item] })),
          })
        : UNKNOWN;
    case 'zip':
      return zip(machine, args);
    default:
      return name.endsWith('Error') || name === 'Exception' ? typed('exception') : UNKNOWN;
  }
}

function zip(machine: Machine, args: readonly Value[]): Value {
  const lists = args.map((arg) => machine.state.thing(arg)).map((thing) => (thing?.t === 'list' ? thing.items : null));
  const known = lists.filter((items): items is readonly Value[] => items !== null);
  if (known.length !== lists.length || known.length === 0) return UNKNOWN;
  const length = Math.min(...known.map((items) => items.length));
  const rows = Array.from({ length }, (_, index) =>
    machine.state.make({ t: 'list', kind: 'tuple', items: known.map((items) => items[index] ?? UNKNOWN) }),
  );
  return machine.state.make({ t: 'list', kind: 'list', items: rows });
}

/** isinstance, where both sides are known. */
function checkInstance(machine: Machine, value: Value | undefined, type: Value | undefined): Value {
  const thing = value === undefined ? null : machine.state.thing(value);
  const names = listTypes(machine, type);
  if (names === null || value === undefined || (value.k === 'obj' && value.maybe === true)) return typed('bool');
  if (thing?.t === 'columns' && names.some((name) => name.endsWith('MultiIndex')))
    return thing.levels === 0 ? typed('bool') : constant(thing.levels === 2);
  const own =
    thing?.t === 'frame'
      ? 'DataFrame'
      : thing?.t === 'series'
        ? 'Series'
        : thing?.t === 'array'
          ? 'ndarray'
          : thing?.t === 'dict'
            ? 'dict'
            : null;
  return own === null ? typed('bool') : constant(names.some((name) => name.slice(name.lastIndexOf('.') + 1) === own));
}

function listTypes(machine: Machine, type: Value | undefined): string[] | null {
  if (type?.k === 'ext') return [type.path];
  const thing = type === undefined ? null : machine.state.thing(type);
  if (thing?.t !== 'list' || thing.items === null) return null;
  return thing.items.every((item) => item.k === 'ext') ? thing.items.map((item) => (item.k === 'ext' ? item.path : '')) : null;
}

function readVariable(event: CallEvent, machine: Machine): Value {
  const name = asText(event.args[0] ?? event.keywords.get('key'));
  const fallback = event.args[1] ?? event.keywords.get('default');
  if (name === null) return UNKNOWN;
  const set = machine.state.get(0, `$env:${name}`);
  if (set !== undefined) return set.sure ? set.value : UNKNOWN;
  const there = isKaggleVariable(name);
  if (there === true) return typed('filled');
  if (there === null) return UNKNOWN;
  const why = missingSecret(name, event.line);
  if (fallback === undefined || (fallback.k === 'const' && (fallback.value === null || fallback.value === '')))
    return { k: 'const', value: fallback?.k === 'const' ? fallback.value : null, why };
  return fallback;
}

function callPath(event: CallEvent, machine: Machine, name: string): Value | null {
  const text = asText(event.args[0]);
  if (name === 'exists' || name === 'isfile' || name === 'isdir') {
    const there = text === null ? null : judgePath(machine.folder, text);
    return there === null ? typed('bool') : constant(there);
  }
  if (name !== 'join') return null;
  const parts = event.args.map(asText);
  return event.open || parts.includes(null) ? typed('str') : constant(parts.join('/').replaceAll(/\/{2,}/g, '/'));
}

function callPathlib(event: CallEvent, machine: Machine, path: string): Value {
  if (path === 'pathlib.Path') {
    const parts = event.args.map(asText);
    return pathValue(parts.includes(null) ? null : parts.join('/') || '.');
  }
  const name = path.slice(path.lastIndexOf('.') + 1);
  const text = event.self === null ? null : asText(event.self);
  if (name === 'exists' || name === 'is_file' || name === 'is_dir') {
    const there = text === null ? null : judgePath(machine.folder, text);
    return there === null ? typed('bool') : constant(there);
  }
  return name === 'resolve' || name === 'absolute' ? pathValue(text) : UNKNOWN;
}

const GROWING = new Set([
  'append',
  'extend',
  'insert',
  'pop',
  'remove',
  'clear',
  'sort',
  'reverse',
  'add',
  'discard',
  'update',
  'setdefault',
  'popitem',
]);

function growList(event: CallEvent, machine: Machine, self: Value, thing: Extract<Thing, { t: 'list' }>, name: string): void {
  const { state } = machine;
  const before = itemOf(thing, state);
  const added = name === 'append' || name === 'add' ? event.args[0] : name === 'insert' ? event.args[1] : null;
  const keeps = ['pop', 'remove', 'clear', 'sort', 'reverse', 'discard'].includes(name);
  const of = keeps
    ? (before ?? UNKNOWN)
    : added === null || added === undefined
      ? UNKNOWN
      : before === null
        ? added
        : state.either(before, added);
  state.put(self, { t: 'list', kind: thing.kind, items: null, of });
}

function callContainer(event: CallEvent, machine: Machine, path: string): Value {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const { state } = machine;
  const { self } = event;
  const thing = self === null ? null : state.thing(self);
  if (thing?.t === 'list' && self !== null && GROWING.has(name)) growList(event, machine, self, thing, name);
  if (thing?.t !== 'dict' || self === null) return name === 'copy' && thing !== null ? state.make(thing) : UNKNOWN;
  if (name === 'update') {
    const other = event.args[0] === undefined ? null : state.thing(event.args[0]);
    const entries = new Map([...thing.entries, ...event.keywords, ...(other?.t === 'dict' ? other.entries : [])]);
    state.put(self, { ...thing, entries, closed: thing.closed && (event.args.length === 0 || (other?.t === 'dict' && other.closed)) });
  } else if (GROWING.has(name)) state.put(self, { ...thing, closed: false });
  if (name === 'get') {
    const key = event.args[0];
    const held =
      key?.k === 'const' && (typeof key.value === 'string' || typeof key.value === 'number') ? thing.entries.get(key.value) : undefined;
    return held ?? UNKNOWN;
  }
  if (name === 'copy') return state.make(thing);
  const pairs = [...thing.entries];
  if (!thing.closed) return UNKNOWN;
  if (name === 'items')
    return state.make({
      t: 'list',
      kind: 'list',
      items: pairs.map(([key, value]) => state.make({ t: 'list', kind: 'tuple', items: [constant(key), value] })),
    });
  if (name === 'keys') return state.make({ t: 'list', kind: 'list', items: pairs.map(([key]) => constant(key)) });
  return name === 'values' ? state.make({ t: 'list', kind: 'list', items: pairs.map(([, value]) => value) }) : UNKNOWN;
}

function callString(event: CallEvent, machine: Machine, name: string): Value | null {
  const text = event.self === null ? null : asText(event.self);
  const simple: Record<string, (text: string) => string> = {
    lower: (s) => s.toLowerCase(),
    upper: (s) => s.toUpperCase(),
    strip: (s) => s.trim(),
  };
  if (text !== null && event.args.length === 0 && simple[name] !== undefined) return constant(simple[name](text));
  if (name === 'split') return machine.state.make({ t: 'list', kind: 'list', items: null });
  return ['format', 'join', 'replace', 'lower', 'upper', 'strip', 'title', 'capitalize'].includes(name) ? typed('str') : null;
}
