import type { Machine } from '../machine.ts';
import type { Expr } from '../syntax.ts';
import { constant, frame, series, typed, UNKNOWN, type Frame, type Thing, type Value } from '../values.ts';

/** What an attribute of a frame, a series or an array is, where it is no method; null when the thing is none of them. */
export function readPandasAttribute(machine: Machine, object: Value, thing: Thing, name: string): Value | null {
  const { state } = machine;
  if (name === 'loc' || name === 'iloc' || name === 'at' || name === 'iat') return { k: 'method', self: object, name };
  if (thing.t === 'frame') {
    if (name === 'columns') return state.make({ t: 'columns', of: object, levels: thing.levels });
    if (name === 'index') return state.make({ t: 'dates', zone: thing.zone, from: thing.from });
    if (name === 'values') return state.make({ t: 'array', dims: 2, type: thing.type, from: thing.from });
    if (name === 'ndim') return constant(2);
    if (name === 'shape') return state.make({ t: 'list', kind: 'tuple', items: [typed('int'), typed('int')] });
    return thing.columns.has(name) ? pickColumn(machine, thing, name) : UNKNOWN;
  }
  if (thing.t === 'series') {
    if (name === 'index') return state.make({ t: 'dates', zone: thing.zone, from: thing.from });
    if (name === 'values') return state.make({ t: 'array', dims: 1, type: thing.type, from: thing.from });
    if (name === 'ndim') return constant(1);
    return name === 'shape' ? state.make({ t: 'list', kind: 'tuple', items: [typed('int')] }) : UNKNOWN;
  }
  if (thing.t === 'array') {
    if (name === 'ndim' && thing.dims !== null) return constant(thing.dims);
    if (name === 'shape' && thing.dims !== null)
      return state.make({ t: 'list', kind: 'tuple', items: Array.from({ length: thing.dims }, () => typed('int')) });
    return UNKNOWN;
  }
  if (thing.t === 'columns' && name === 'nlevels') return thing.levels === 0 ? UNKNOWN : constant(thing.levels);
  return thing.t === 'columns' || thing.t === 'dates' ? UNKNOWN : null;
}

/** One column by its name. Of a two-level download it is a frame with a column for each ticker. */
function pickColumn(machine: Machine, from: Frame, name: string): Value {
  const { state } = machine;
  if (from.levels === 0) return UNKNOWN;
  if (from.levels === 1 || from.added.has(name)) return state.make(series({ zone: from.zone, type: from.type, from: from.from }));
  return state.make(
    frame({
      columns: new Set(from.tickers ?? []),
      closed: from.tickers !== null && !from.tickers.includes('?'),
      tickers: from.tickers,
      zone: from.zone,
      from: from.from,
    }),
  );
}

/** The plain strings of a list; null when one of them is not known. */
export function listNames(machine: Machine, value: Value | undefined): string[] | null {
  if (value === undefined) return null;
  if (value.k === 'const') return typeof value.value === 'string' ? [value.value] : null;
  const thing = machine.state.thing(value);
  if (thing?.t !== 'list' || thing.items === null) return null;
  const names = thing.items.flatMap((item) => (item.k === 'const' && typeof item.value === 'string' ? [item.value] : []));
  return names.length === thing.items.length ? names : null;
}

/** What an index into a frame, a series or an array gives. */
export function indexPandas(
  machine: Machine,
  object: Value,
  thing: Thing | null,
  index: Value,
  e: Extract<Expr, { t: 'sub' }>,
): Value | null {
  if (object.k === 'method' && (object.name === 'loc' || object.name === 'iloc'))
    return indexPlace(machine, object.self, object.name, index, e.index);
  const { state } = machine;
  if (thing?.t === 'frame') return indexFrame(machine, thing, index);
  const slice = index.k === 'of' && index.type === 'slice';
  const mask = isMask(machine, index);
  if (thing?.t === 'series') return slice || mask ? state.make({ ...thing, from: undefined }) : thing.row ? typed('np.cell') : UNKNOWN;
  if (thing?.t === 'array') {
    if (slice || mask) return state.make({ ...thing, from: undefined });
    const drops = e.index.t === 'tuple' ? e.index.items.filter((item) => item.t !== 'slice').length : 0;
    return drops > 0 && thing.dims !== null && thing.dims > drops ? state.make({ ...thing, dims: thing.dims - drops }) : UNKNOWN;
  }
  return null;
}

function isMask(machine: Machine, value: Value): boolean {
  const thing = machine.state.thing(value);
  return thing !== null && (thing.t === 'series' || thing.t === 'array');
}

function indexFrame(machine: Machine, from: Frame, index: Value): Value {
  const { state } = machine;
  if (index.k === 'const' && typeof index.value === 'string') return pickColumn(machine, from, index.value);
  if ((index.k === 'of' && index.type === 'slice') || isMask(machine, index) || state.thing(index)?.t === 'frame')
    return state.make({ ...from, from: undefined });
  const thing = state.thing(index);
  const names = listNames(machine, index);
  if (thing?.t === 'list' && thing.kind === 'tuple') return from.levels === 2 ? state.make(series({ zone: from.zone })) : UNKNOWN;
  if (names !== null) return state.make({ ...from, columns: new Set(names), closed: true });
  return thing?.t === 'list' ? state.make({ ...from, closed: false }) : UNKNOWN;
}

/** `.loc` and `.iloc`. */
function indexPlace(machine: Machine, self: Value, kind: 'loc' | 'iloc', index: Value, written: Expr): Value {
  const { state } = machine;
  const thing = state.thing(self);
  const slice = index.k === 'of' && index.type === 'slice';
  if (thing?.t === 'series')
    return slice || isMask(machine, index)
      ? state.make({ ...thing, from: undefined })
      : kind === 'iloc' && thing.row
        ? typed('np.cell')
        : UNKNOWN;
  if (thing?.t !== 'frame') return UNKNOWN;
  if (written.t === 'tuple') {
    const [rows, columns] = written.items;
    if (rows?.t !== 'slice' && !(rows !== undefined && isMask(machine, machine.evaluate(rows)))) return UNKNOWN;
    if (columns === undefined) return UNKNOWN;
    const value = machine.evaluate(columns);
    if (kind === 'iloc')
      return value.k === 'const' && typeof value.value === 'number'
        ? state.make(
            series({ zone: thing.zone, from: rows?.t === 'slice' && rows.parts.every((part) => part === null) ? thing.from : undefined }),
          )
        : state.make({ ...thing, closed: false, from: undefined });
    return indexFrame(machine, thing, value);
  }
  if (slice || isMask(machine, index)) return state.make({ ...thing, from: undefined });
  return kind === 'iloc' && index.k === 'const' && typeof index.value === 'number' ? state.make(series({ row: true })) : UNKNOWN;
}

/** The download that both sides are of, row for row. */
function fromBoth(a: Thing | null, b: Thing | null): string | undefined {
  const [one, two] = [a, b].map((thing) => (thing !== null && 'from' in thing ? thing.from : undefined));
  return a === null ? two : b === null || one === two ? one : undefined;
}

const COMPARES = new Set(['<', '>', '<=', '>=', '==', '!=']);

/** Arithmetic and comparison of frames, series and arrays; null when neither side is one. */
export function operatePandas(machine: Machine, op: string, left: Value, right: Value): Value | null {
  const { state } = machine;
  const a = state.thing(left);
  const b = state.thing(right);
  const type = COMPARES.has(op) ? 'bool' : null;
  if (a?.t === 'frame' || b?.t === 'frame') {
    if (a?.t === 'series' || b?.t === 'series') return UNKNOWN;
    const one = a?.t === 'frame' ? a : (b as Frame);
    const two = a?.t === 'frame' && b?.t === 'frame' ? b : one;
    const tickers = one.tickers === null || two.tickers === null ? null : [...new Set([...one.tickers, ...two.tickers])];
    return state.make({ ...one, tickers, type, from: fromBoth(a, b), closed: false, columns: new Set([...one.columns, ...two.columns]) });
  }
  if (a?.t === 'series' || b?.t === 'series') {
    const one = a?.t === 'series' ? a : b;
    return one?.t === 'series' ? state.make(series({ row: one.row, zone: one.zone, type, from: fromBoth(a, b) })) : null;
  }
  if (a?.t === 'array' || b?.t === 'array') {
    const one = a?.t === 'array' ? a : b;
    const other = one === a ? right : left;
    const same = other.k === 'const' || (a?.t === 'array' && b?.t === 'array' && a.dims === b.dims);
    return one?.t === 'array' ? state.make({ ...one, dims: same ? one.dims : null, type, from: fromBoth(a, b) }) : null;
  }
  return null;
}

/** `frame[name] = …`: the frame has that column from now on. */
export function assignColumn(machine: Machine, object: Value, index: Value): void {
  const { state } = machine;
  const place = object.k === 'method' && (object.name === 'loc' || object.name === 'at');
  const target = place ? object.self : object;
  const thing = state.thing(target);
  if (thing?.t !== 'frame') return;
  const pair = place ? state.thing(index) : null;
  const second = pair?.t === 'list' && pair.items !== null ? pair.items[1] : undefined;
  const names = place ? listNames(machine, second) : listNames(machine, index);
  if (names !== null)
    state.put(target, { ...thing, columns: new Set([...thing.columns, ...names]), added: new Set([...thing.added, ...names]) });
  else if (!isMask(machine, index)) state.put(target, { ...thing, closed: false });
}

/** `frame.columns = …` */
export function assignColumns(machine: Machine, object: Value, value: Value, line: number): void {
  const { state } = machine;
  const thing = state.thing(object);
  if (thing?.t !== 'frame') return;
  const given = state.thing(value);
  const names = listNames(machine, value);
  if (given?.t === 'columns') state.put(object, { ...thing, levels: given.levels, tickers: null, added: new Set() });
  else if (names !== null) {
    const width = thing.levels === 2 && thing.tickers?.length !== 1 ? null : thing.columns.size;
    if (thing.closed && thing.added.size === 0 && width !== null && width !== names.length)
      machine.ask('certain', { line, kind: 'ValueError', detail: `${String(names.length)} names for ${String(width)} columns` });
    state.put(object, { ...thing, columns: new Set(names), closed: true, levels: 1, tickers: null, added: new Set() });
  } else state.put(object, { ...thing, closed: false, levels: given?.t === 'list' ? 1 : 0, tickers: null });
}
