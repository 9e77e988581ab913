import type { Check, Fault, Finding, Rules } from './check.ts';
import { evaluate } from './evaluate.ts';
import { catches, execute } from './execute.ts';
import { locate, type NotebookFolder } from './folder.ts';
import { listLocals, listRebound } from './locals.ts';
import { Raised, type Closure, type Given, type Machine, type Reach, type UserClass } from './machine.ts';
import type { Expr, Stmt } from './syntax.ts';
import { constant, itemOf, NONE, State, UNKNOWN, type Value } from './values.ts';

const MAX_STEPS = 40_000;
/** Things that are copied where the program branches: a notebook of loops within loops is given up there. */
const MAX_COPIED = 8_000_000;
const MAX_CALLS = 12;
const WORSE: readonly Reach[] = ['certain', 'branch', 'guarded', 'uncalled'];

/** What defines names that nobody can list: other files that are run, text that is run, the table of names itself. */
const HIDDEN_NAMES =
  /^# *%(run|store|pylab|load)\b|\b(run_cell_magic|run_line_magic|exec|execfile)\(|\bglobals\(\)\s*(\[|\.update)|\bvars\(\)\[/m;

interface Frame {
  readonly returns: { value: Value; state: State }[];
  /** Where `break` and `continue` left a loop, innermost last. */
  readonly loops: State[][];
  /** Whether some way through it has already left: what follows is not sure to be reached. */
  left: boolean;
  readonly outer: Frame | null;
}

/**
 * Walks a notebook in the order in which Python would run it and asks the rules at every call, attribute, index and name.
 * Nothing is executed: values are what can be known of them, and where nothing is known no rule has anything to say.
 */
export class Interpreter implements Machine {
  state = new State();
  reach: Reach = 'certain';
  scopes: readonly number[] = [0];
  locals: ReadonlySet<string> | null = null;
  cause: Fault | null = null;
  readonly functions: Closure[] = [];
  readonly classes: UserClass[] = [];
  readonly folder: NotebookFolder;
  readonly findings = new Map<string, Finding>();
  /** What the `try` statements around catch, outermost first. */
  readonly tries: (readonly string[])[] = [];
  frame: Frame = { returns: [], loops: [], left: false, outer: null };
  silent = 0;
  /** Names that functions set from within: what the top says of them may not last. */
  rebound: ReadonlySet<string> = new Set();
  private readonly rules: readonly { readonly id: string; readonly rules: Rules }[];
  private readonly calling: number[] = [];
  private readonly entered = new Set<number>();
  private readonly expected = new Set<number>();
  private readonly byBody = new Map<object, readonly number[]>();
  /** Scopes that a function of the notebook remembers. */
  private readonly captured = new Set<number>();
  private steps = 0;
  private lastScope = 0;

  constructor(folder: NotebookFolder, checks: readonly Check[]) {
    this.folder = folder;
    this.rules = checks.flatMap((check) => (check.rules === undefined ? [] : [{ id: check.id, rules: check.rules }]));
  }

  /** Walks the whole notebook, then the functions that nothing was seen to call. */
  walk(body: readonly Stmt[]): readonly Finding[] {
    this.state.open(0);
    this.rebound = listRebound(body);
    if (HIDDEN_NAMES.test(this.folder.source)) this.state.set(0, '*', UNKNOWN);
    this.run(body);
    for (let id = 0; id < this.functions.length; id += 1) {
      if (this.entered.has(id) || this.functions[id]?.name === '<lambda>') continue;
      const owner = this.classes.findIndex((one) => [...one.methods.values()].some((method) => method.id === id));
      const called = owner >= 0 && this.expected.has(owner) && this.tries.length === 0;
      this.within(called ? 'branch' : 'uncalled', () =>
        this.callFunction(id, { args: [], keywords: new Map(), open: true, line: 0 }, undefined),
      );
    }
    return [...this.findings.values()];
  }

  evaluate(expression: Expr): Value {
    this.steps += 1;
    return this.isExhausted() ? UNKNOWN : evaluate(this, expression);
  }

  /** Whether enough was looked at: from there on nothing is known. */
  private isExhausted(): boolean {
    return this.steps > MAX_STEPS || this.state.copied > MAX_COPIED;
  }

  /** Runs a block; false when nothing comes after it. */
  run(body: readonly Stmt[]): boolean {
    for (const one of body) {
      if (this.isExhausted()) return true;
      if (!execute(this, one)) return false;
    }
    return true;
  }

  within<T>(reach: Reach, work: () => T): T | null {
    const before = this.reach;
    this.reach = WORSE[Math.max(WORSE.indexOf(before), WORSE.indexOf(reach))] ?? reach;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Raised) || reach === 'certain') throw error;
      return null;
    } finally {
      this.reach = before;
    }
  }

  ask<E extends keyof Rules>(kind: E, event: Omit<Parameters<NonNullable<Rules[E]>>[0], 'state' | 'folder'>): boolean {
    const whole = { ...event, state: this.state, folder: this.folder };
    for (const { id, rules } of this.rules) {
      const rule = rules[kind] as ((event: typeof whole) => Fault | null) | undefined;
      const fault = rule?.(whole) ?? null;
      if (fault !== null && this.complain({ check: id, ...fault }, whole.line)) return true;
    }
    return false;
  }

  /** Notes a fault, or hands it to the `try` that catches it. True when Python would not come further. */
  complain(fault: Fault, line: number): boolean {
    const placed = { ...fault, line: fault.line ?? line };
    const { raises } = fault;
    if (raises !== undefined && this.tries.some((types) => catches(types, raises))) throw new Raised(raises, placed);
    this.note(placed);
    return raises !== undefined;
  }

  /** Python ends here; what led to it is to blame. */
  stop(exception: string, line: number, failing = exception !== 'SystemExit'): void {
    if (this.tries.some((types) => catches(types, exception))) throw new Raised(exception, this.cause);
    if (this.reach !== 'certain' || !failing || (this.cause === null && this.mayHaveLeft())) return;
    if (this.cause !== null)
      this.note({ ...this.cause, level: 'error', message: `${this.cause.message} The notebook then stops with ${exception}.` });
    else this.ask('certain', { line, kind: exception, detail: 'raise' });
  }

  private mayHaveLeft(): boolean {
    for (let frame: Frame | null = this.frame; frame !== null; frame = frame.outer) if (frame.left || frame.returns.length > 0) return true;
    return false;
  }

  private note(fault: Fault): void {
    if (this.silent > 0 || fault.check === undefined) return;
    const sure = this.reach === 'certain' || this.reach === 'branch';
    // What is only advice is of no use where somebody already asks what there is.
    if (fault.level === 'warning' && this.reach === 'guarded') return;
    const level = fault.level === 'error' && sure ? 'error' : 'warning';
    const key = `${fault.check}:${String(fault.line)}:${fault.message}`;
    if (this.findings.get(key)?.level === 'error') return;
    const place = locate(this.folder, fault.line ?? 1);
    this.findings.set(key, { check: fault.check, level, message: fault.message, fix: fault.fix, ...place });
  }

  addScope(): number {
    this.lastScope += 1;
    this.state.open(this.lastScope);
    return this.lastScope;
  }

  addFunction(closure: Closure): number {
    const same = this.byBody.get(closure.body) ?? [];
    const known = same.find((id) => this.functions[id]?.scopes[0] === closure.scopes[0]);
    if (known !== undefined) return known;
    for (const scope of closure.scopes) this.captured.add(scope);
    this.functions.push(closure);
    const id = this.functions.length - 1;
    this.byBody.set(closure.body, [...same, id]);
    return id;
  }

  addClass(found: UserClass): number {
    this.classes.push(found);
    return this.classes.length - 1;
  }

  expect(cls: number): void {
    this.expected.add(cls);
  }

  element(value: Value): Value {
    const thing = this.state.thing(value);
    if (thing?.t === 'list') return itemOf(thing, this.state) ?? UNKNOWN;
    if (thing?.t !== 'dict' || !thing.closed || thing.entries.size === 0) return UNKNOWN;
    return [...thing.entries.keys()].map(constant).reduce((a, b) => this.state.either(a, b));
  }

  bind(target: Expr, value: Value): void {
    this.bindLocal(this.scopes[0] ?? 0, target, value);
  }

  bindLocal(scope: number, target: Expr, value: Value): void {
    if (target.t === 'name') return this.state.set(scope, target.id, value);
    if (target.t === 'star') return this.bindLocal(scope, target.value, UNKNOWN);
    if (target.t !== 'tuple' && target.t !== 'list') return;
    const thing = this.state.thing(value);
    const items = thing?.t === 'list' ? thing.items : null;
    const starred = target.items.findIndex((item) => item.t === 'star');
    if (items !== null && thing?.t === 'list' && thing.kind === 'tuple' && starred < 0 && items.length !== target.items.length)
      this.ask('certain', {
        line: target.line,
        kind: 'ValueError',
        detail: `${String(items.length)} values for ${String(target.items.length)} names`,
      });
    for (const [index, item] of target.items.entries()) this.bindLocal(scope, item, (starred < 0 ? items?.[index] : undefined) ?? UNKNOWN);
  }

  callFunction(id: number, given: Given, self: Value | undefined): Value {
    const closure = this.functions[id];
    if (closure === undefined) return UNKNOWN;
    this.entered.add(id);
    if (this.calling.includes(id) || this.calling.length >= MAX_CALLS || this.isExhausted()) return UNKNOWN;
    const before = { scopes: this.scopes, locals: this.locals, frame: this.frame };
    const scope = this.addScope();
    const args = self === undefined ? given.args : [self, ...given.args];
    this.bindParameters(closure, scope, { ...given, args });
    this.scopes = [scope, ...closure.scopes];
    this.locals = listLocals(closure);
    this.frame = { returns: [], loops: [], left: false, outer: before.frame };
    this.calling.push(id);
    try {
      return this.runBody(closure);
    } finally {
      this.calling.pop();
      Object.assign(this, before);
      if (!this.captured.has(scope)) this.state.close(scope);
    }
  }

  private runBody(closure: Closure): Value {
    if (!Array.isArray(closure.body)) return this.evaluate(closure.body as Expr);
    const falls = this.run(closure.body as readonly Stmt[]);
    const ends = this.frame.returns.map((one) => one);
    if (falls) ends.push({ value: NONE, state: this.state });
    const [first, ...rest] = ends;
    if (first === undefined) return UNKNOWN;
    let { value } = first;
    this.state = first.state;
    for (const end of rest) {
      this.state = this.state.join(end.state);
      value = this.state.either(value, end.value);
    }
    return closure.generator || closure.decorated ? UNKNOWN : value;
  }

  private bindParameters(closure: Closure, scope: number, given: Given): void {
    const places = closure.parameters.filter((one) => one.kind === 'one' && !one.onlyByName);
    const hasRest = closure.parameters.some((one) => one.kind === 'rest');
    if (!given.open && !closure.decorated) this.compareArguments(closure, given, places.length, hasRest);
    for (const [index, value] of given.args.entries()) {
      const name = places[index]?.name;
      if (name !== undefined) this.state.set(scope, name, value);
    }
    for (const parameter of closure.parameters) {
      const named = given.keywords.get(parameter.name);
      if (parameter.kind !== 'one') this.state.set(scope, parameter.name, UNKNOWN);
      else if (named !== undefined) this.state.set(scope, parameter.name, named);
      else if (this.state.get(scope, parameter.name) === undefined)
        this.state.set(scope, parameter.name, parameter.default === null || given.open ? UNKNOWN : this.evaluate(parameter.default));
    }
  }

  private compareArguments(closure: Closure, given: Given, places: number, hasRest: boolean): void {
    const complain = (detail: string): void =>
      void this.ask('certain', { line: given.line, kind: 'TypeError', detail: `${closure.name}() ${detail}` });
    if (given.args.length > places && !hasRest) complain(`takes ${String(places)} arguments and is given ${String(given.args.length)}`);
    const known = new Set(closure.parameters.filter((one) => one.kind === 'one').map((one) => one.name));
    const takesAll = closure.parameters.some((one) => one.kind === 'named');
    for (const name of given.keywords.keys()) if (!takesAll && !known.has(name)) complain(`takes no argument “${name}”`);
    const filled = closure.parameters.filter((one) => one.kind === 'one' && !one.onlyByName).slice(0, given.args.length);
    for (const one of closure.parameters)
      if (one.kind === 'one' && one.default === null && !filled.includes(one) && !given.keywords.has(one.name))
        complain(`is not given “${one.name}”`);
  }
}
