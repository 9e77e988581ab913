import type { Node } from 'web-tree-sitter';
import type { Argument, Clause, Expr, Handler, Parameter, PythonTree, Stmt } from '../core/notebook/syntax.ts';
import { readText } from './text-reader.ts';

const MAX_DEPTH = 120;

/** Turns a syntax tree of the Python grammar into the neutral one. */
export function readTree(root: Node): PythonTree {
  return { body: readBlock(root, 0), broken: root.hasError };
}

function children(node: Node): Node[] {
  return node.namedChildren.filter((child) => child.type !== 'comment' && child.type !== 'line_continuation');
}

function field(node: Node, name: string): Node | null {
  return node.childForFieldName(name);
}

function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

function readBlock(node: Node | null, depth: number): Stmt[] {
  if (node === null || depth > MAX_DEPTH) return [];
  return children(node).flatMap((child) => readStatement(child, depth + 1));
}

type Reader = (node: Node, depth: number, line: number) => Stmt[];

const STATEMENTS: Readonly<Record<string, Reader>> = {
  expression_statement: readExpressionStatement,
  if_statement: (node, depth, line) => {
    const rest = node.childrenForFieldName('alternative');
    return [
      {
        t: 'if',
        line,
        test: readExpr(field(node, 'condition'), depth),
        yes: readBlock(field(node, 'consequence'), depth),
        other: readElse(rest, depth),
      },
    ];
  },
  for_statement: (node, depth, line) => [
    {
      t: 'for',
      line,
      target: readExpr(field(node, 'left'), depth),
      iterable: readExpr(field(node, 'right'), depth),
      body: readBlock(field(node, 'body'), depth),
      other: readElse(node.childrenForFieldName('alternative'), depth),
    },
  ],
  while_statement: (node, depth, line) => [
    {
      t: 'while',
      line,
      test: readExpr(field(node, 'condition'), depth),
      body: readBlock(field(node, 'body'), depth),
      other: readElse(node.childrenForFieldName('alternative'), depth),
    },
  ],
  try_statement: readTry,
  with_statement: (node, depth, line) => {
    const items = node.descendantsOfType('with_item').filter((item) => item.parent?.parent?.id === node.id);
    return [
      {
        t: 'with',
        line,
        items: items.map((item) => readWithItem(field(item, 'value') ?? children(item)[0] ?? null, depth)),
        body: readBlock(field(node, 'body'), depth),
      },
    ];
  },
  function_definition: (node, depth, line) => readDefinition(node, depth, line, []),
  class_definition: (node, depth, line) => readDefinition(node, depth, line, []),
  decorated_definition: (node, depth, line) => {
    const decorators = children(node)
      .filter((child) => child.type === 'decorator')
      .map((child) => readExpr(children(child)[0] ?? null, depth));
    const definition = field(node, 'definition');
    return definition === null ? [] : readDefinition(definition, depth, line, decorators);
  },
  return_statement: (node, depth, line) => {
    const value = children(node)[0];
    return [{ t: 'return', line, value: value === undefined ? null : readExpr(value, depth) }];
  },
  raise_statement: (node, depth, line) => {
    const value = children(node)[0];
    return [{ t: 'raise', line, value: value === undefined ? null : readExpr(value, depth) }];
  },
  import_statement: (node, _depth, line) => [
    { t: 'import', line, items: readNames(node).map(({ name, alias }) => ({ module: name, alias })) },
  ],
  import_from_statement: (node, _depth, line) => {
    const from = field(node, 'module_name');
    const text = from?.text ?? '';
    const level = from?.type === 'relative_import' ? (/^\.+/.exec(text)?.[0].length ?? 0) : 0;
    const names = readNames(node);
    if (children(node).some((child) => child.type === 'wildcard_import')) names.push({ name: '*', alias: null });
    return [{ t: 'from', line, module: text.slice(level).replaceAll(/\s/g, ''), level, names }];
  },
  global_statement: (node, _depth, line) => [{ t: 'outer', line, global: true, names: children(node).map((child) => child.text) }],
  nonlocal_statement: (node, _depth, line) => [{ t: 'outer', line, global: false, names: children(node).map((child) => child.text) }],
  delete_statement: (node, depth, line) => [
    { t: 'delete', line, targets: children(node).flatMap((child) => listTargets(readExpr(child, depth))) },
  ],
  assert_statement: (node, depth, line) => [{ t: 'assert', line, test: readExpr(children(node)[0] ?? null, depth) }],
  match_statement: (node, depth, line) => {
    const cases = children(field(node, 'body') ?? node).filter((child) => child.type === 'case_clause');
    return [
      {
        t: 'match',
        line,
        subject: readExpr(field(node, 'subject'), depth),
        cases: cases.map((clause) => readBlock(field(clause, 'consequence'), depth)),
      },
    ];
  },
  pass_statement: (_node, _depth, line) => [{ t: 'pass', line }],
  break_statement: (_node, _depth, line) => [{ t: 'break', line }],
  continue_statement: (_node, _depth, line) => [{ t: 'continue', line }],
};

function readStatement(node: Node, depth: number): Stmt[] {
  return STATEMENTS[node.type]?.(node, depth, lineOf(node)) ?? [];
}

function listTargets(target: Expr): Expr[] {
  return target.t === 'tuple' ? [...target.items] : [target];
}

function readExpressionStatement(node: Node, depth: number, line: number): Stmt[] {
  const parts = children(node);
  const first = parts[0];
  if (first === undefined) return [];
  if (first.type === 'assignment') return readAssignment(first, depth, line);
  if (first.type === 'augmented_assignment') {
    const op = (field(first, 'operator')?.text ?? '+=').slice(0, -1);
    return [{ t: 'augment', line, op, target: readExpr(field(first, 'left'), depth), value: readExpr(field(first, 'right'), depth) }];
  }
  const value: Expr = parts.length === 1 ? readExpr(first, depth) : { t: 'tuple', line, items: parts.map((part) => readExpr(part, depth)) };
  return [{ t: 'expr', line, value }];
}

function readAssignment(node: Node, depth: number, line: number): Stmt[] {
  const targets: Expr[] = [];
  let current: Node | null = node;
  while (current?.type === 'assignment') {
    targets.push(readExpr(field(current, 'left'), depth));
    current = field(current, 'right');
  }
  return [{ t: 'assign', line, targets, value: current === null ? null : readExpr(current, depth) }];
}

function readElse(clauses: readonly Node[], depth: number): Stmt[] {
  const [first, ...rest] = clauses;
  if (first === undefined) return [];
  if (first.type !== 'elif_clause') return readBlock(field(first, 'body') ?? first, depth);
  return [
    {
      t: 'if',
      line: lineOf(first),
      test: readExpr(field(first, 'condition'), depth),
      yes: readBlock(field(first, 'consequence'), depth),
      other: readElse(rest, depth + 1),
    },
  ];
}

function readTry(node: Node, depth: number, line: number): Stmt[] {
  const clauses = children(node);
  const block = (clause: Node | undefined): Stmt[] =>
    clause === undefined ? [] : readBlock(field(clause, 'body') ?? children(clause).at(-1) ?? null, depth);
  const handlers: Handler[] = clauses
    .filter((clause) => clause.type.startsWith('except'))
    .map((clause) => {
      const parts = children(clause);
      const caught = parts.filter((part) => part.type !== 'block');
      const as = caught.find((part) => part.type === 'as_pattern');
      const alias = field(clause, 'alias')?.text ?? (as === undefined ? undefined : children(as).at(-1)?.text) ?? null;
      const types = as === undefined ? caught.filter((part) => part.text !== alias) : children(as).slice(0, 1);
      const names = types.flatMap((part) => (part.type === 'tuple' ? children(part) : [part])).map((part) => part.text);
      return { types: names, alias, line: lineOf(clause), body: readBlock(parts.findLast((part) => part.type === 'block') ?? null, depth) };
    });
  return [
    {
      t: 'try',
      line,
      body: readBlock(field(node, 'body'), depth),
      handlers,
      other: block(clauses.find((clause) => clause.type === 'else_clause')),
      final: block(clauses.find((clause) => clause.type === 'finally_clause')),
    },
  ];
}

function readWithItem(value: Node | null, depth: number): { value: Expr; target: Expr | null } {
  if (value?.type !== 'as_pattern') return { value: readExpr(value, depth), target: null };
  const [inner, target] = children(value);
  const bound = target?.type === 'as_pattern_target' ? (children(target)[0] ?? target) : target;
  return { value: readExpr(inner ?? null, depth), target: bound === undefined ? null : readExpr(bound, depth) };
}

function readDefinition(node: Node, depth: number, line: number, decorators: readonly Expr[]): Stmt[] {
  const name = field(node, 'name')?.text ?? '';
  const body = readBlock(field(node, 'body'), depth);
  if (node.type === 'class_definition') {
    const bases = children(field(node, 'superclasses') ?? node).filter(() => field(node, 'superclasses') !== null);
    return [
      {
        t: 'class',
        line,
        name,
        bases: bases.filter((b) => b.type !== 'keyword_argument').map((b) => readExpr(b, depth)),
        body,
        decorators,
      },
    ];
  }
  return [{ t: 'def', line: lineOf(node), name, parameters: readParameters(field(node, 'parameters'), depth), body, decorators }];
}

function readParameters(node: Node | null, depth: number): Parameter[] {
  const result: Parameter[] = [];
  let onlyByName = false;
  for (const item of node === null ? [] : children(node)) {
    if (item.type === 'keyword_separator') onlyByName = true;
    const inner = item.type === 'identifier' ? item : (field(item, 'name') ?? children(item)[0]);
    if (inner === undefined || item.type === 'keyword_separator' || item.type === 'positional_separator') continue;
    const splat = item.type.includes('splat') ? item : inner.type.includes('splat') ? inner : null;
    const name = splat === null ? inner.text : (children(splat)[0]?.text ?? '');
    const kind = splat === null ? 'one' : splat.type.startsWith('dictionary') ? 'named' : 'rest';
    const value = field(item, 'value');
    result.push({ name, kind, onlyByName, default: value === null ? null : readExpr(value, depth) });
    if (kind === 'rest') onlyByName = true;
  }
  return result;
}

function readNames(node: Node): { name: string; alias: string | null }[] {
  return node.childrenForFieldName('name').map((name) => ({
    name: (name.type === 'aliased_import' ? (field(name, 'name')?.text ?? '') : name.text).replaceAll(/\s/g, ''),
    alias: name.type === 'aliased_import' ? (field(name, 'alias')?.text ?? null) : null,
  }));
}

/** Reads an expression; what is too deep or unknown becomes `other` with its parts. */
export function readExpr(node: Node | null, depth: number): Expr {
  if (node === null || depth > MAX_DEPTH) return { t: 'other', line: node === null ? 0 : lineOf(node), parts: [] };
  const line = lineOf(node);
  const next = depth + 1;
  const part = (name: string): Expr => readExpr(field(node, name), next);
  const parts = (): Expr[] => children(node).map((child) => readExpr(child, next));
  switch (node.type) {
    case 'identifier':
      return { t: 'name', line, id: node.text };
    case 'integer':
    case 'float':
      return { t: 'const', line, value: Number(node.text.replaceAll('_', '')) };
    case 'true':
    case 'false':
      return { t: 'const', line, value: node.type === 'true' };
    case 'none':
      return { t: 'const', line, value: null };
    case 'string':
    case 'concatenated_string':
      return readText(node, line, (inner) => readExpr(inner, next));
    case 'attribute':
      return {
        t: 'attr',
        line: lineOf(field(node, 'attribute') ?? node),
        object: part('object'),
        name: field(node, 'attribute')?.text ?? '',
      };
    case 'subscript': {
      const indices = node.childrenForFieldName('subscript').map((child) => readExpr(child, next));
      const tuple = indices.length > 1;
      return {
        t: 'sub',
        line,
        object: part('value'),
        index: tuple ? { t: 'tuple', line, items: indices } : (indices[0] ?? { t: 'other', line, parts: [] }),
      };
    }
    case 'slice':
      return { t: 'slice', line, parts: readSlice(node, next) };
    case 'call':
      return { t: 'call', line, callee: part('function'), args: readArguments(field(node, 'arguments'), next) };
    case 'conditional_expression': {
      const [yes, test, other] = parts();
      const none: Expr = { t: 'other', line, parts: [] };
      return { t: 'choice', line, yes: yes ?? none, test: test ?? none, other: other ?? none };
    }
    case 'parenthesized_expression':
      return parts()[0] ?? { t: 'other', line, parts: [] };
    default:
      return readOperation(node, line, part, parts) ?? readCollection(node, next, line, parts);
  }
}

function readOperation(node: Node, line: number, part: (name: string) => Expr, parts: () => Expr[]): Expr | null {
  switch (node.type) {
    case 'binary_operator':
      return { t: 'binary', line, op: field(node, 'operator')?.text ?? '', left: part('left'), right: part('right') };
    case 'unary_operator':
      return { t: 'unary', line, op: field(node, 'operator')?.text ?? '', value: part('argument') };
    case 'not_operator':
      return { t: 'unary', line, op: 'not', value: part('argument') };
    case 'boolean_operator':
      return { t: 'logic', line, op: field(node, 'operator')?.text === 'or' ? 'or' : 'and', left: part('left'), right: part('right') };
    case 'comparison_operator':
      return {
        t: 'compare',
        line,
        ops: node.childrenForFieldName('operators').map((op) => op.text.replaceAll(/\s+/g, ' ')),
        items: parts(),
      };
    default:
      return null;
  }
}

function readCollection(node: Node, depth: number, line: number, parts: () => Expr[]): Expr {
  switch (node.type) {
    case 'list':
    case 'list_pattern':
      return { t: 'list', line, items: parts() };
    case 'tuple':
    case 'tuple_pattern':
    case 'pattern_list':
    case 'expression_list':
      return { t: 'tuple', line, items: parts() };
    case 'set':
      return { t: 'set', line, items: parts() };
    case 'dictionary':
      return {
        t: 'dict',
        line,
        entries: children(node).map((child) =>
          child.type === 'pair'
            ? { key: readExpr(field(child, 'key'), depth), value: readExpr(field(child, 'value'), depth) }
            : { key: null, value: readExpr(children(child)[0] ?? null, depth) },
        ),
      };
    case 'list_comprehension':
    case 'set_comprehension':
    case 'dictionary_comprehension':
    case 'generator_expression':
      return readComprehension(node, depth, line);
    case 'lambda':
      return {
        t: 'lambda',
        line,
        parameters: readParameters(field(node, 'parameters'), depth),
        body: readExpr(field(node, 'body'), depth),
      };
    case 'named_expression':
      return { t: 'walrus', line, id: field(node, 'name')?.text ?? '', value: readExpr(field(node, 'value'), depth) };
    case 'list_splat':
    case 'list_splat_pattern':
      return { t: 'star', line, value: parts()[0] ?? { t: 'other', line, parts: [] } };
    default:
      return { t: 'other', line, parts: parts() };
  }
}

function readComprehension(node: Node, depth: number, line: number): Expr {
  const body = field(node, 'body');
  const pair = body?.type === 'pair' ? body : null;
  const clauses = children(node).flatMap((child): Clause[] => {
    if (child.type === 'if_clause') return [{ test: readExpr(children(child)[0] ?? null, depth) }];
    if (child.type !== 'for_in_clause') return [];
    return [{ target: readExpr(field(child, 'left'), depth), iterable: readExpr(field(child, 'right'), depth) }];
  });
  const kinds = { list_comprehension: 'list', set_comprehension: 'set', dictionary_comprehension: 'dict' } as const;
  return {
    t: 'comprehension',
    line,
    kind: kinds[node.type as keyof typeof kinds] ?? 'generator',
    key: pair === null ? null : readExpr(field(pair, 'key'), depth),
    element: readExpr(pair === null ? body : field(pair, 'value'), depth),
    clauses,
  };
}

function readArguments(node: Node | null, depth: number): Argument[] {
  if (node === null) return [];
  if (node.type === 'generator_expression') return [{ name: null, stars: 0, value: readExpr(node, depth) }];
  return children(node).map((child): Argument => {
    if (child.type === 'keyword_argument')
      return { name: field(child, 'name')?.text ?? '', stars: 0, value: readExpr(field(child, 'value'), depth) };
    const stars = child.type === 'list_splat' ? 1 : child.type === 'dictionary_splat' ? 2 : 0;
    return { name: null, stars, value: readExpr(stars === 0 ? child : (children(child)[0] ?? null), depth) };
  });
}

function readSlice(node: Node, depth: number): (Expr | null)[] {
  const parts: (Expr | null)[] = [null];
  for (const child of node.children) {
    if (child.type === ':') parts.push(null);
    else if (child.isNamed && child.type !== 'comment') parts[parts.length - 1] = readExpr(child, depth);
  }
  return parts;
}
