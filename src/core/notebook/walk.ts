import type { Expr, Stmt } from './syntax.ts';

/** All expressions that a statement or an expression holds itself; blocks below a statement are left out. */
export function* walkExpressions(one: Stmt | Expr): Generator<Expr> {
  if (isExpression(one)) yield one;
  for (const [key, value] of Object.entries(one)) {
    if (BLOCKS.has(key) && !isExpression(one)) continue;
    yield* walkValue(value);
  }
}

const BLOCKS = new Set(['yes', 'other', 'body', 'final', 'handlers', 'cases', 'parameters', 'decorators']);
const STATEMENTS = new Set(
  'expr assign augment if for while try with def class return raise import from outer delete assert match break continue pass'.split(' '),
);

function isExpression(one: Stmt | Expr): one is Expr {
  return !STATEMENTS.has(one.t);
}

function* walkValue(value: unknown): Generator<Expr> {
  if (Array.isArray(value)) for (const item of value) yield* walkValue(item);
  else if (typeof value === 'object' && value !== null) {
    if ('t' in value && typeof value.t === 'string' && !STATEMENTS.has(value.t)) yield* walkExpressions(value as Expr);
    else if (!('t' in value)) for (const item of Object.values(value)) yield* walkValue(item);
  }
}
