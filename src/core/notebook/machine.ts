import type { Fault, Rules } from './check.ts';
import type { NotebookFolder } from './folder.ts';
import type { ClassDefinition, Definition, Expr, Parameter, Stmt } from './syntax.ts';
import type { State, Value } from './values.ts';

/**
 * How sure it is that Python comes by here: on every run, in a branch whose condition is not known, behind a test of what
 * is installed or after a failure that may not happen, or only if something calls a function that nothing is seen to call.
 */
export type Reach = 'certain' | 'branch' | 'guarded' | 'uncalled';

/** A function of the notebook and where it was defined. */
export interface Closure {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Stmt[] | Expr;
  /** Enclosing scopes, innermost first. */
  readonly scopes: readonly number[];
  readonly decorated: boolean;
  readonly generator: boolean;
  readonly line: number;
}

export interface UserClass {
  readonly node: ClassDefinition;
  readonly methods: ReadonlyMap<string, { readonly node: Definition; readonly id: number }>;
  readonly bases: readonly Value[];
  readonly plain: boolean;
}

/** Arguments of a call, read. */
export interface Given {
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  readonly open: boolean;
  readonly line: number;
}

/** A rule's complaint on its way to the `try` that catches it. */
export class Raised {
  readonly exception: string;
  readonly fault: Fault | null;

  constructor(exception: string, fault: Fault | null) {
    this.exception = exception;
    this.fault = fault;
  }
}

/** What the parts of the interpreter ask of each other. */
export interface Machine {
  state: State;
  reach: Reach;
  readonly folder: NotebookFolder;
  /** Scopes in which a name is looked up, innermost first. */
  scopes: readonly number[];
  /** Names that are local to the function that runs; null at the top. */
  locals: ReadonlySet<string> | null;
  readonly functions: readonly Closure[];
  readonly classes: readonly UserClass[];
  /** What last led to a fallback. */
  cause: Fault | null;
  evaluate(expression: Expr): Value;
  run(body: readonly Stmt[]): boolean;
  callFunction(id: number, given: Given, self: Value | undefined): Value;
  addFunction(closure: Closure): number;
  bind(target: Expr, value: Value): void;
  /** Binds in one scope, whatever function runs. */
  bindLocal(scope: number, target: Expr, value: Value): void;
  addScope(): number;
  addClass(found: UserClass): number;
  /** Python ends here; `failing` says whether the run then counts as failed. */
  stop(exception: string, line: number, failing?: boolean): void;
  /** A library is going to call the methods of this class. */
  expect(cls: number): void;
  /** What a loop over a value gives. */
  element(value: Value): Value;
  ask<E extends keyof Rules>(kind: E, event: Omit<Parameters<NonNullable<Rules[E]>>[0], 'state' | 'folder'>): boolean;
  complain(fault: Fault, line: number): boolean;
  within<T>(reach: Reach, work: () => T): T | null;
}
