import type { Fault } from './check.ts';

/** What is known of a Python value without running anything. `unknown` is always a right answer. */
export type Value =
  | { readonly k: 'unknown' }
  /** A plain value. `why` says what made it None: an environment variable that is not there. */
  | { readonly k: 'const'; readonly value: string | number | boolean | null; readonly why?: Fault }
  /** Something of a known type: `str`, `int`, `np.float64`, `Timestamp`. */
  | { readonly k: 'of'; readonly type: string }
  /** A module, class or function from outside, by its full name. */
  | { readonly k: 'ext'; readonly path: string }
  /** A method of something from outside. */
  | { readonly k: 'method'; readonly self: Value; readonly name: string }
  /** A function of the notebook. */
  | { readonly k: 'fn'; readonly id: number; readonly self?: Value }
  /** Something on the heap; `maybe`: or None. */
  | { readonly k: 'obj'; readonly id: number; readonly maybe?: true };

export interface Frame {
  readonly t: 'frame';
  /** Names that it has or may have. */
  readonly columns: ReadonlySet<string>;
  /** Nothing but `columns` is in it. */
  readonly closed: boolean;
  /** Levels of its columns; 0 when that is not known. */
  readonly levels: 0 | 1 | 2;
  /** One column a ticker, named by it: what a two-level download gives for one field. */
  readonly tickers: readonly string[] | null;
  readonly zone: 'aware' | 'naive' | null;
  /** Columns that were set after a two-level download: they have no ticker. */
  readonly added: ReadonlySet<string>;
  /** The download that it is of, row for row. */
  readonly from?: string | undefined;
  /** `bool` where every cell is one. */
  readonly type: string | null;
}

export type Thing =
  | Frame
  | {
      readonly t: 'series';
      readonly row: boolean;
      readonly zone: Frame['zone'];
      readonly type: string | null;
      readonly from?: string | undefined;
    }
  | { readonly t: 'columns'; readonly of: Value; readonly levels: Frame['levels'] }
  /** `from`: the download that it is of, row for row. */
  | { readonly t: 'dates'; readonly zone: Frame['zone']; readonly from?: string | undefined }
  | { readonly t: 'array'; readonly dims: number | null; readonly type: string | null; readonly from?: string | undefined }
  /** `of`: what each item is, where they are not known one by one. */
  | { readonly t: 'list'; readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Value[] | null; readonly of?: Value }
  | { readonly t: 'dict'; readonly entries: ReadonlyMap<string | number, Value>; readonly closed: boolean }
  /** Made by a class from outside. `args` by name, or by position as `#0`. */
  | {
      readonly t: 'instance';
      readonly cls: string;
      readonly args: ReadonlyMap<string, Value>;
      readonly open: boolean;
      readonly line: number;
    }
  /** Made by a class of the notebook. */
  | { readonly t: 'object'; readonly cls: number; readonly attrs: ReadonlyMap<string, Value>; readonly open: boolean };

export const UNKNOWN: Value = { k: 'unknown' };
export const NONE: Value = { k: 'const', value: null };

/** A plain value. */
export function constant(value: string | number | boolean | null): Value {
  return { k: 'const', value };
}

/** A frame of which nothing but its kind is known; what is known is given. */
export function frame(known: Partial<Frame> = {}): Frame {
  return { t: 'frame', columns: new Set(), closed: false, levels: 1, tickers: null, zone: null, added: new Set(), type: null, ...known };
}

/** A series, of which as much is known. */
export function series(known: Partial<Extract<Thing, { t: 'series' }>> = {}): Thing {
  return { t: 'series', row: false, zone: null, type: null, ...known };
}

/** Something of a known type. */
export function typed(type: string): Value {
  return { k: 'of', type };
}

interface Binding {
  readonly value: Value;
  /** False when it may not be there. */
  readonly sure: boolean;
}

interface Ledger {
  last: number;
  /** Things copied so far, by which the cost of a walk is bounded. */
  copied: number;
}

/** Names and heap at one point of the program. Things are never changed in place, so that a copy is cheap. */
export class State {
  private readonly scopes: Map<number, Map<string, Binding>>;
  private readonly heap: Map<number, Thing>;
  private readonly ids: Ledger;

  constructor(scopes = new Map<number, Map<string, Binding>>(), heap = new Map<number, Thing>(), ids: Ledger = { last: 0, copied: 0 }) {
    this.scopes = scopes;
    this.heap = heap;
    this.ids = ids;
  }

  get copied(): number {
    return this.ids.copied;
  }

  clone(): State {
    this.ids.copied += this.heap.size;
    return new State(new Map([...this.scopes].map(([id, names]) => [id, new Map(names)])), new Map(this.heap), this.ids);
  }

  open(scope: number): void {
    this.scopes.set(scope, new Map());
  }

  has(scope: number): boolean {
    return this.scopes.has(scope);
  }

  close(scope: number): void {
    this.scopes.delete(scope);
  }

  get(scope: number, name: string): Binding | undefined {
    return this.scopes.get(scope)?.get(name);
  }

  set(scope: number, name: string, value: Value): void {
    this.scopes.get(scope)?.set(name, { value, sure: true });
  }

  remove(scope: number, name: string): void {
    this.scopes.get(scope)?.delete(name);
  }

  names(scope: number): readonly string[] {
    return [...(this.scopes.get(scope)?.keys() ?? [])];
  }

  /** Puts a thing on the heap. */
  make(thing: Thing): Value {
    this.ids.last += 1;
    this.heap.set(this.ids.last, thing);
    return { k: 'obj', id: this.ids.last };
  }

  /** Changes what a value stands for, for everybody who holds it. */
  put(value: Value, thing: Thing): void {
    if (value.k === 'obj') this.heap.set(value.id, thing);
  }

  thing(value: Value): Thing | null {
    return value.k === 'obj' ? (this.heap.get(value.id) ?? null) : null;
  }

  /** What is known on either of two ways. */
  join(other: State): State {
    const heap = new Map(this.heap);
    this.ids.copied += 2 * this.heap.size;
    const merged = new State(new Map(), heap, this.ids);
    for (const [id, thing] of other.heap) {
      const mine = this.heap.get(id);
      if (mine === undefined || mine === thing) heap.set(id, thing);
      else heap.set(id, joinThings(mine, thing, merged) ?? { t: 'instance', cls: '?', args: new Map(), open: true, line: 0 });
    }
    for (const scope of new Set([...this.scopes.keys(), ...other.scopes.keys()])) {
      const names = this.scopes.get(scope);
      const theirs = other.scopes.get(scope);
      if (names === undefined || theirs === undefined) {
        merged.scopes.set(scope, new Map(names ?? theirs));
        continue;
      }
      const result = new Map<string, Binding>();
      for (const name of new Set([...names.keys(), ...theirs.keys()])) {
        const a = names.get(name);
        const b = theirs.get(name);
        if (a === undefined || b === undefined) result.set(name, { value: (a ?? b)!.value, sure: false });
        else result.set(name, { value: merged.either(a.value, b.value), sure: a.sure && b.sure });
      }
      merged.scopes.set(scope, result);
    }
    return merged;
  }

  /** A value that is one of two. */
  either(a: Value, b: Value): Value {
    if (a === b) return a;
    if (a.k === 'const' && b.k === 'const') return a.value === b.value ? a : joinConstants(a.value, b.value);
    if (a.k === 'obj' && isNone(b)) return { ...a, maybe: true };
    if (b.k === 'obj' && isNone(a)) return { ...b, maybe: true };
    if (a.k === 'obj' && b.k === 'obj') {
      const maybe = a.maybe === true || b.maybe === true ? { maybe: true as const } : {};
      if (a.id === b.id) return { ...a, ...maybe };
      const one = this.thing(a);
      const two = this.thing(b);
      const both = one === null || two === null ? null : joinThings(one, two, this);
      return both === null ? UNKNOWN : { ...(this.make(both) as Value & { k: 'obj' }), ...maybe };
    }
    if (a.k === 'of' && b.k === 'of' && a.type === b.type) return a;
    if (isText(a) && isText(b)) return typed('str');
    if (a.k === 'ext' && b.k === 'ext' && a.path === b.path) return a;
    if (a.k === 'fn' && b.k === 'fn' && a.id === b.id) return a;
    return UNKNOWN;
  }
}

function isText(value: Value): boolean {
  return (value.k === 'const' && typeof value.value === 'string') || (value.k === 'of' && value.type === 'str');
}

function joinConstants(a: string | number | boolean | null, b: string | number | boolean | null): Value {
  return typeof a === 'string' && typeof b === 'string' ? typed('str') : UNKNOWN;
}

/** Whether a value is None for sure. */
export function isNone(value: Value): boolean {
  return value.k === 'const' && value.value === null;
}

function joinThings(a: Thing, b: Thing, state: State): Thing | null {
  if (a.t === 'frame' && b.t === 'frame') {
    return {
      t: 'frame',
      columns: new Set([...a.columns, ...b.columns]),
      closed: a.closed && b.closed,
      levels: a.levels === b.levels ? a.levels : 0,
      tickers: a.tickers !== null && b.tickers !== null && a.tickers.join() === b.tickers.join() ? a.tickers : null,
      zone: a.zone === b.zone ? a.zone : null,
      added: new Set([...a.added, ...b.added]),
      type: a.type === b.type ? a.type : null,
    };
  }
  if (a.t === 'series' && b.t === 'series') {
    return { t: 'series', row: a.row && b.row, zone: a.zone === b.zone ? a.zone : null, type: a.type === b.type ? a.type : null };
  }
  if (a.t === 'array' && b.t === 'array')
    return { t: 'array', dims: a.dims === b.dims ? a.dims : null, type: a.type === b.type ? a.type : null };
  if (a.t === 'list' && b.t === 'list') return joinLists(a, b, state);
  if (a.t === 'dict' && b.t === 'dict') {
    const entries = new Map(a.entries);
    for (const [key, value] of b.entries) entries.set(key, entries.has(key) ? state.either(entries.get(key)!, value) : value);
    return { t: 'dict', entries, closed: a.closed && b.closed };
  }
  if (a.t === 'instance' && b.t === 'instance') return a.cls === b.cls ? { ...a, args: new Map(), open: true } : null;
  if (a.t === 'object' && b.t === 'object' && a.cls === b.cls)
    return { ...a, attrs: new Map([...a.attrs, ...b.attrs].map(([k]) => [k, UNKNOWN])), open: a.open || b.open };
  return null;
}

type List = Extract<Thing, { t: 'list' }>;

function joinLists(a: List, b: List, state: State): Thing | null {
  if (a.kind !== b.kind) return null;
  const [one, two] = [itemOf(a, state), itemOf(b, state)];
  const of = one === null ? two : two === null ? one : state.either(one, two);
  return { t: 'list', kind: a.kind, items: null, ...(of === null ? {} : { of }) };
}

/** What each item of a list is; null when nothing was put into it yet. */
export function itemOf(list: List, state: State): Value | null {
  if (list.items === null) return list.of ?? null;
  return list.items.reduce<Value | null>((sum, item) => (sum === null ? item : state.either(sum, item)), null);
}
