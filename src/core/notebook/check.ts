import type { NotebookFolder } from './folder.ts';
import type { Argument, Expr } from './syntax.ts';
import type { State, Value } from './values.ts';

export type Level = 'error' | 'warning';

/** What is wrong, as a rule says it. */
export interface Fault {
  readonly level: Level;
  readonly message: string;
  readonly fix: string;
  /** The exception that Python would raise; none when the program goes on. */
  readonly raises?: string;
  /** Where, if not where the rule was asked. */
  readonly line?: number;
  /** Filled in by whoever asks the rule. */
  readonly check?: string;
}

/** A fault with its place: `cell` counts all cells from 1, `line` counts within the cell, or within the file where there are none. */
export interface Finding {
  readonly check: string;
  readonly level: Level;
  readonly message: string;
  readonly cell: number | null;
  readonly line: number | null;
  readonly fix: string;
}

interface Event {
  readonly state: State;
  readonly line: number;
  readonly folder: NotebookFolder;
}

/** Something from outside is called. */
export interface CallEvent extends Event {
  /** Full name: `pandas.DataFrame.rename`, `xgboost.XGBRegressor.fit`. */
  readonly path: string;
  readonly self: Value | null;
  readonly args: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** Stars hide some of the arguments. */
  readonly open: boolean;
  readonly written: readonly Argument[];
}

export interface AttributeEvent extends Event {
  readonly object: Value;
  readonly name: string;
  /** Whether it is called at once. */
  readonly called: boolean;
  readonly written: Expr;
}

export interface IndexEvent extends Event {
  readonly object: Value;
  readonly index: Value;
  readonly written: Expr;
}

export interface NameEvent extends Event {
  readonly name: string;
  readonly reason: 'missing' | 'later' | 'local';
}

export interface AssignEvent extends Event {
  readonly object: Value;
  readonly index: Value;
  readonly value: Value;
}

export interface FormatEvent extends Event {
  readonly value: Value;
  readonly spec: string;
}

/** What a rule is asked while the notebook is walked in the order in which Python would run it. */
export interface Rules {
  readonly call?: (event: CallEvent) => Fault | null;
  readonly attribute?: (event: AttributeEvent) => Fault | null;
  readonly index?: (event: IndexEvent) => Fault | null;
  readonly assign?: (event: AssignEvent) => Fault | null;
  readonly name?: (event: NameEvent) => Fault | null;
  readonly format?: (event: FormatEvent) => Fault | null;
  readonly import?: (event: Event & { readonly module: string; readonly names: readonly string[] }) => Fault | null;
  /** An object of a class of the notebook lacks what is asked of it. */
  readonly member?: (event: Event & { readonly name: string; readonly owner: string }) => Fault | null;
  /** Anything that is certain to raise by itself: a wrong number of arguments, an explicit raise. */
  readonly certain?: (event: Event & { readonly kind: string; readonly detail: string }) => Fault | null;
}

export interface CheckExample {
  /** Cells of a notebook, or one script. */
  readonly code: string | readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Further files of the folder by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the finding; only in examples. */
  readonly level?: Level;
  readonly line?: number;
  readonly cell?: number;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  /** False while it raised more false than true alarms; `why` holds the numbers. */
  readonly switchedOn?: { readonly on: false; readonly why: string };
  readonly rules?: Rules;
  /** Looks at the folder as a whole. */
  readonly folder?: (folder: NotebookFolder) => readonly (Fault & { readonly cell?: number | null })[];
  readonly examples: readonly CheckExample[];
  readonly nearMisses: readonly CheckExample[];
}

/** Declares a check of notebooks; src/checks holds one a file, named by its id. */
export function defineCheck(check: Check): Check {
  return check;
}
