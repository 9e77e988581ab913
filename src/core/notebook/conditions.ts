import type { Machine } from './machine.ts';
import { operatePandas } from './models/pandas.ts';
import type { Expr } from './syntax.ts';
import { constant, isNone, typed, type Thing, type Value } from './values.ts';

/** Whether Python takes a value for true; null when that is not known. Remembers what made it None. */
export function isTrue(machine: Machine, value: Value): boolean | null {
  if (value.k === 'const') {
    if (value.why !== undefined) machine.cause = value.why;
    return value.value !== null && value.value !== false && value.value !== 0 && value.value !== '';
  }
  if (value.k === 'fn' || value.k === 'method' || (value.k === 'of' && value.type === 'filled')) return true;
  const thing = machine.state.thing(value);
  if (thing === null || (value.k === 'obj' && value.maybe === true)) return null;
  if (thing.t === 'list') return thing.items === null ? null : thing.items.length > 0;
  if (thing.t === 'dict') return thing.entries.size > 0 ? true : null;
  return thing.t === 'object' ? true : null;
}

/** What a comparison gives. */
export function compareValues(machine: Machine, op: string, left: Value, right: Value, e: Expr): Value {
  if (op === 'is' || op === 'is not' || op === '==' || op === '!=') {
    const same = isSame(machine, op.startsWith('is'), left, right);
    if (same !== null) return constant(op === 'is' || op === '==' ? same : !same);
    if (op.startsWith('is')) return typed('bool');
  }
  if (op === 'in' || op === 'not in') {
    const held = isIn(machine, left, right);
    return held === null ? typed('bool') : constant(op === 'in' ? held : !held);
  }
  if (left.k === 'const' && right.k === 'const') {
    if (typeof left.value === 'number' && typeof right.value === 'number') return constant(order(op, left.value, right.value));
    if (isNone(left) || isNone(right)) machine.ask('certain', { line: e.line, kind: 'TypeError', detail: `None ${op} …` });
  }
  const zoned = [left, right].some((one) => isZoned(machine.state.thing(one)));
  const plain = [left, right].some((one) => one.k === 'of' && (one.type === 'Timestamp' || one.type === 'datetime'));
  if (zoned && plain)
    machine.ask('certain', { line: e.line, kind: 'TypeError', detail: 'A time with a zone is compared with one without' });
  const numbers = [left, right].map((one) => (one.k === 'of' ? one.type : ''));
  if (numbers.some((type) => type.startsWith('np.'))) return typed('np.bool_');
  return operatePandas(machine, op, left, right) ?? (left.k === 'unknown' || right.k === 'unknown' ? { k: 'unknown' } : typed('bool'));
}

function order(op: string, a: number, b: number): boolean {
  if (op === '<') return a < b;
  if (op === '>') return a > b;
  if (op === '<=') return a <= b;
  return op === '>=' ? a >= b : op === '==' ? a === b : a !== b;
}

function isSame(machine: Machine, identity: boolean, left: Value, right: Value): boolean | null {
  if (isNone(right) || isNone(left)) {
    const other = isNone(right) ? left : right;
    if (other.k === 'const') {
      if (other.why !== undefined) machine.cause = other.why;
      return other.value === null;
    }
    const thing = machine.state.thing(other);
    const arrayLike = thing !== null && ['frame', 'series', 'array', 'columns', 'dates', 'instance'].includes(thing.t);
    if (other.k === 'unknown' || (other.k === 'obj' && other.maybe === true) || (arrayLike && !identity)) return null;
    return other.k === 'of' && other.type === '?' ? null : false;
  }
  if (left.k === 'const' && right.k === 'const' && !identity) return left.value === right.value;
  return null;
}

function isIn(machine: Machine, item: Value, container: Value): boolean | null {
  const name = item.k === 'const' ? item.value : undefined;
  if (container.k === 'ext' && container.path === 'os.environ') return typeof name === 'string' ? isKaggleVariable(name) : null;
  if (container.k === 'const' && typeof container.value === 'string' && typeof name === 'string') return container.value.includes(name);
  if (container.k === 'ext' && container.path === 'sys.modules') return name === 'google.colab' ? false : null;
  const thing = machine.state.thing(container);
  if (thing === null || name === undefined || name === null || typeof name === 'boolean') return null;
  const frame = thing.t === 'columns' ? machine.state.thing(thing.of) : thing;
  if (frame?.t === 'frame') return frame.closed && typeof name === 'string' ? frame.columns.has(name) : null;
  if (thing.t === 'dict') return thing.entries.has(name) ? true : thing.closed ? false : null;
  if (thing.t !== 'list' || thing.items === null || thing.items.some((one) => one.k !== 'const')) return null;
  return thing.items.some((one) => one.k === 'const' && one.value === name);
}

/** Whether an environment variable is set in a kernel that was pushed by API; null where that is not known. */
export function isKaggleVariable(name: string): boolean | null {
  if (
    /^KAGGLE_(KERNEL_RUN_TYPE|DATA_PROXY_URL|USER_SECRETS_TOKEN|URL_BASE|DATA_PROXY_TOKEN|CONTAINER_NAME)$|^(PATH|HOME|PWD|LANG)$/.test(
      name,
    )
  )
    return true;
  return /API_?KEY|_TOKEN$|SECRET|PASSWORD|^COLAB_|^KAGGLE_(USERNAME|KEY)$/i.test(name) ? false : null;
}

/** Conditions by which programs ask what is installed, and where they run: whichever way is taken, somebody thought of it. */
export function isFeatureTest(test: Expr): boolean {
  const before = featureTests.get(test);
  if (before !== undefined) return before;
  const text = JSON.stringify(test, (key, value: unknown) => (key === 'line' ? undefined : value));
  const found =
    /"id":"(hasattr|callable|isinstance)"|version|is_available|getattr|"exists"|"is_file"|"is_dir"|"signature"|sys\.modules/i.test(text);
  featureTests.set(test, found);
  return found;
}

const featureTests = new WeakMap<Expr, boolean>();

function isZoned(thing: Thing | null): boolean {
  return thing?.t === 'dates' && thing.zone === 'aware';
}
