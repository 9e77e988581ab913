/** A Python module as a tree that no parser is named in. An adapter makes it; the notebook check walks it. */

export interface Parameter {
  readonly name: string;
  /** `one`: an ordinary one, `rest`: *args, `named`: **kwargs. */
  readonly kind: 'one' | 'rest' | 'named';
  readonly default: Expr | null;
  /** Follows a `*`: may be given by name only. */
  readonly onlyByName: boolean;
}

export interface Argument {
  readonly name: string | null;
  /** Number of stars in front of it. */
  readonly stars: 0 | 1 | 2;
  readonly value: Expr;
}

export interface Hole {
  readonly value: Expr;
  /** What follows the colon, without it; null when there is none. */
  readonly spec: string | null;
  /** `!r` and its like. */
  readonly converted: boolean;
}

export type Clause = { readonly test: Expr } | { readonly target: Expr; readonly iterable: Expr };

interface At {
  readonly line: number;
}

export type Expr = At &
  (
    | { readonly t: 'name'; readonly id: string }
    | { readonly t: 'const'; readonly value: string | number | boolean | null }
    | { readonly t: 'text'; readonly holes: readonly (string | Hole)[] }
    | { readonly t: 'attr'; readonly object: Expr; readonly name: string }
    | { readonly t: 'sub'; readonly object: Expr; readonly index: Expr }
    | { readonly t: 'slice'; readonly parts: readonly (Expr | null)[] }
    | { readonly t: 'call'; readonly callee: Expr; readonly args: readonly Argument[] }
    | { readonly t: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly t: 'unary'; readonly op: string; readonly value: Expr }
    | { readonly t: 'logic'; readonly op: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
    | { readonly t: 'compare'; readonly ops: readonly string[]; readonly items: readonly Expr[] }
    | { readonly t: 'choice'; readonly test: Expr; readonly yes: Expr; readonly other: Expr }
    | { readonly t: 'list' | 'tuple' | 'set'; readonly items: readonly Expr[] }
    | { readonly t: 'dict'; readonly entries: readonly { readonly key: Expr | null; readonly value: Expr }[] }
    | {
        readonly t: 'comprehension';
        readonly kind: 'list' | 'set' | 'dict' | 'generator';
        readonly key: Expr | null;
        readonly element: Expr;
        readonly clauses: readonly Clause[];
      }
    | { readonly t: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expr }
    | { readonly t: 'walrus'; readonly id: string; readonly value: Expr }
    | { readonly t: 'star'; readonly value: Expr }
    | { readonly t: 'other'; readonly parts: readonly Expr[] }
  );

export type Definition = Extract<Stmt, { t: 'def' }>;
export type ClassDefinition = Extract<Stmt, { t: 'class' }>;

export interface Handler {
  /** Names as written; empty when it catches everything. */
  readonly types: readonly string[];
  readonly alias: string | null;
  readonly body: readonly Stmt[];
  readonly line: number;
}

export type Stmt = At &
  (
    | { readonly t: 'expr'; readonly value: Expr }
    | { readonly t: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr | null }
    | { readonly t: 'augment'; readonly target: Expr; readonly op: string; readonly value: Expr }
    | { readonly t: 'if'; readonly test: Expr; readonly yes: readonly Stmt[]; readonly other: readonly Stmt[] }
    | {
        readonly t: 'for';
        readonly target: Expr;
        readonly iterable: Expr;
        readonly body: readonly Stmt[];
        readonly other: readonly Stmt[];
      }
    | { readonly t: 'while'; readonly test: Expr; readonly body: readonly Stmt[]; readonly other: readonly Stmt[] }
    | {
        readonly t: 'try';
        readonly body: readonly Stmt[];
        readonly handlers: readonly Handler[];
        readonly other: readonly Stmt[];
        readonly final: readonly Stmt[];
      }
    | {
        readonly t: 'with';
        readonly items: readonly { readonly value: Expr; readonly target: Expr | null }[];
        readonly body: readonly Stmt[];
      }
    | {
        readonly t: 'def';
        readonly name: string;
        readonly parameters: readonly Parameter[];
        readonly body: readonly Stmt[];
        readonly decorators: readonly Expr[];
      }
    | {
        readonly t: 'class';
        readonly name: string;
        readonly bases: readonly Expr[];
        readonly body: readonly Stmt[];
        readonly decorators: readonly Expr[];
      }
    | { readonly t: 'return'; readonly value: Expr | null }
    | { readonly t: 'raise'; readonly value: Expr | null }
    | { readonly t: 'import'; readonly items: readonly { readonly module: string; readonly alias: string | null }[] }
    | {
        readonly t: 'from';
        readonly module: string;
        readonly level: number;
        readonly names: readonly { readonly name: string; readonly alias: string | null }[];
      }
    | { readonly t: 'outer'; readonly names: readonly string[]; readonly global: boolean }
    | { readonly t: 'delete'; readonly targets: readonly Expr[] }
    | { readonly t: 'assert'; readonly test: Expr }
    | { readonly t: 'match'; readonly subject: Expr; readonly cases: readonly (readonly Stmt[])[] }
    | { readonly t: 'break' | 'continue' | 'pass' }
  );

export interface PythonTree {
  readonly body: readonly Stmt[];
  /** Whether the parser had to skip something. */
  readonly broken: boolean;
}

/** Turns Python source into its tree; never throws. Null when the text cost too much to read. */
export type ParseTree = (source: string) => PythonTree | null;

/** Every expression and statement below a list of statements, functions' bodies included. */
export function* walkStatements(body: readonly Stmt[]): Generator<Stmt> {
  for (const one of body) {
    yield one;
    for (const block of blocksOf(one)) yield* walkStatements(block);
  }
}

/** The blocks that a statement holds. */
export function blocksOf(one: Stmt): readonly (readonly Stmt[])[] {
  switch (one.t) {
    case 'if':
      return [one.yes, one.other];
    case 'for':
    case 'while':
      return [one.body, one.other];
    case 'try':
      return [one.body, ...one.handlers.map((handler) => handler.body), one.other, one.final];
    case 'with':
    case 'def':
    case 'class':
      return [one.body];
    case 'match':
      return one.cases;
    default:
      return [];
  }
}
