import type { Node } from 'web-tree-sitter';
import {
  SETUP_CALL,
  type PyAssignment,
  type PyCall,
  type PyClass,
  type PyFunction,
  type PyImport,
  type PyLoop,
  type PythonModule,
} from '../core/repo-map/python.ts';
import { readCall, readName, readValue } from './values.ts';

interface Scope {
  readonly inFunction: string | null;
  readonly inClass: string | null;
  readonly guarded: boolean;
  /** Offset at which the scope is over. */
  readonly end: number;
}

const MAX_ENTRIES = 20_000;
const MAIN_GUARD = /__name__\s*==\s*['"]__main__['"]|['"]__main__['"]\s*==\s*__name__/;
/** The nodes that are read; one request to the parser finds them all, in the order of the source. */
const READ = [
  'import_statement',
  'import_from_statement',
  'try_statement',
  'if_statement',
  'decorated_definition',
  'function_definition',
  'class_definition',
  'for_statement',
  'call',
  'assignment',
  'print_statement',
  'exec_statement',
];
/** Reads one syntax tree and collects what the map needs. Use an instance once. */
export class ModuleReader {
  private readonly imports: PyImport[] = [];
  private readonly calls: PyCall[] = [];
  private readonly assignments: PyAssignment[] = [];
  private readonly functions: PyFunction[] = [];
  private readonly classes: PyClass[] = [];
  private readonly loops: PyLoop[] = [];
  private mainLine: number | null = null;
  private python2Line: number | null = null;
  private docstring: string | null = null;
  private scopes: Scope[] = [];
  /** What starts before this offset belongs to something that was read as a whole: decorators, parameters, bases. */
  private readFrom = 0;
  /** Decorators of the definition that comes next. */
  private decorators: readonly PyCall[] = [];

  read(root: Node): PythonModule {
    const first =
      root.namedChild(0)?.type === 'comment' ? root.namedChildren.find((child) => child.type !== 'comment') : root.namedChild(0);
    const literal = first?.type === 'expression_statement' ? first.namedChild(0) : null;
    if (literal?.type === 'string') this.docstring = readValue(literal, null).string;
    this.scopes = [{ inFunction: null, inClass: null, guarded: false, end: Number.MAX_SAFE_INTEGER }];
    for (const node of root.descendantsOfType(READ)) {
      if (this.calls.length + this.assignments.length > MAX_ENTRIES) break;
      if (node.startIndex >= this.readFrom) this.visit(node, this.enter(node.startIndex));
    }
    return {
      docstring: this.docstring,
      imports: this.imports,
      calls: this.calls,
      assignments: this.assignments,
      functions: this.functions,
      definitions: this.functions,
      classes: this.classes,
      loops: this.loops,
      mainLine: this.mainLine,
      python2Line: this.python2Line,
      worksAtTop: this.worksAtTop(),
      boundAtTop: new Map(this.assignments.flatMap((item) => (item.inFunction === null ? [[item.target, []]] : []))),
      stoppedAt: null,
    };
  }

  /** The scope at an offset; those that are over by then are left. */
  private enter(at: number): Scope {
    while (this.scopes.length > 1 && (this.scopes.at(-1)?.end ?? 0) <= at) this.scopes.pop();
    return this.scopes.at(-1)!;
  }

  private open(node: Node, scope: Scope, change: Partial<Scope>): void {
    this.scopes.push({ ...scope, ...change, end: node.endIndex });
  }

  private visit(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'import_statement':
        return this.visitImport(node, scope);
      case 'import_from_statement':
        return this.visitFromImport(node, scope);
      case 'try_statement':
        return this.open(node, scope, { guarded: true });
      case 'if_statement':
        return this.visitIf(node, scope);
      case 'decorated_definition':
        return this.visitDecorated(node, scope);
      case 'function_definition':
        return this.visitFunction(node, scope);
      case 'class_definition':
        return this.visitClass(node, scope);
      case 'for_statement':
        return this.addLoop(node, scope);
      case 'call':
        this.calls.push(readCall(node, scope.inFunction));
        return;
      case 'assignment':
        return this.addAssignment(node, scope);
      default:
        this.python2Line ??= node.startPosition.row + 1;
    }
  }

  private visitImport(node: Node, scope: Scope): void {
    for (const name of node.childrenForFieldName('name')) {
      const module = name.type === 'aliased_import' ? name.childForFieldName('name') : name;
      if (module !== null) this.addImport(module.text, [], 0, node, scope);
    }
  }

  private visitFromImport(node: Node, scope: Scope): void {
    const from = node.childForFieldName('module_name');
    if (from === null) return;
    const level = from.type === 'relative_import' ? (/^\.+/.exec(from.text)?.[0].length ?? 0) : 0;
    const names = node
      .childrenForFieldName('name')
      .map((name) => (name.type === 'aliased_import' ? (name.childForFieldName('name')?.text ?? '') : name.text));
    if (node.namedChildren.some((child) => child.type === 'wildcard_import')) names.push('*');
    this.addImport(from.text.slice(level), names, level, node, scope);
  }

  private addImport(module: string, names: readonly string[], level: number, node: Node, scope: Scope): void {
    const where = scope.inFunction !== null ? 'function' : scope.guarded ? 'guarded' : 'top';
    this.imports.push({ module: module.replaceAll(/\s/g, ''), names, level, line: node.startPosition.row + 1, where });
  }

  private visitIf(node: Node, scope: Scope): void {
    const condition = node.childForFieldName('condition')?.text ?? '';
    if (MAIN_GUARD.test(condition)) {
      this.mainLine ??= node.startPosition.row + 1;
      return;
    }
    this.open(node, scope, { guarded: true });
  }

  private visitDecorated(node: Node, scope: Scope): void {
    const decorators: PyCall[] = [];
    for (const decorator of node.namedChildren) {
      const expression = decorator.type === 'decorator' ? decorator.namedChildren[0] : undefined;
      if (expression === undefined) continue;
      const line = expression.startPosition.row + 1;
      decorators.push(
        expression.type === 'call'
          ? readCall(expression, scope.inFunction)
          : { name: readName(expression), args: [], keywords: new Map(), line, inFunction: scope.inFunction },
      );
    }
    const definition = node.childForFieldName('definition');
    if (definition === null) return;
    this.decorators = decorators;
    this.readFrom = definition.startIndex;
  }

  private takeDecorators(): readonly PyCall[] {
    const decorators = this.decorators;
    this.decorators = [];
    return decorators;
  }

  private visitFunction(node: Node, scope: Scope): void {
    const name = node.childForFieldName('name')?.text ?? '';
    const parameters = (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((parameter) => {
      const target = parameter.type === 'identifier' ? parameter : (parameter.childForFieldName('name') ?? parameter.namedChildren[0]);
      if (target?.type !== 'identifier' || parameter.type.includes('splat')) return [];
      const value = parameter.childForFieldName('value');
      const annotation = parameter.childForFieldName('type')?.text ?? null;
      return [{ name: target.text, annotation, default: value === null ? null : readValue(value, name) }];
    });
    this.functions.push({ name, inClass: scope.inClass, line: node.startPosition.row + 1, parameters, decorators: this.takeDecorators() });
    this.open(node, scope, { inFunction: name });
    this.readFrom = node.childForFieldName('body')?.startIndex ?? this.readFrom;
  }

  private visitClass(node: Node, scope: Scope): void {
    const name = node.childForFieldName('name')?.text ?? '';
    const bases = (node.childForFieldName('superclasses')?.namedChildren ?? []).map((base) => base.text.slice(0, 100));
    const line = node.startPosition.row + 1;
    this.classes.push({ name, bases, decorators: this.takeDecorators().map((decorator) => decorator.name), line });
    this.open(node, scope, { inClass: name });
    this.readFrom = node.childForFieldName('body')?.startIndex ?? this.readFrom;
  }

  private addAssignment(node: Node, scope: Scope): void {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    if (left === null || (left.type !== 'identifier' && left.type !== 'attribute' && left.type !== 'subscript')) return;
    this.assignments.push({
      target: left.text.slice(0, 200),
      value: right === null ? null : readValue(right, scope.inFunction),
      annotation: node.childForFieldName('type')?.text ?? null,
      line: node.startPosition.row + 1,
      inFunction: scope.inFunction,
      inClass: scope.inClass,
    });
  }

  private addLoop(node: Node, scope: Scope): void {
    const iterable = node.childForFieldName('right');
    if (iterable === null) return;
    this.loops.push({
      variable: node.childForFieldName('left')?.text.slice(0, 80) ?? '',
      iterable: readValue(iterable, scope.inFunction),
      line: node.startPosition.row + 1,
      lastLine: node.endPosition.row + 1,
      inFunction: scope.inFunction,
    });
  }

  private worksAtTop(): boolean {
    const calls = this.calls.filter((call) => call.inFunction === null && !SETUP_CALL.test(call.name));
    const loops = this.loops.filter((loop) => loop.inFunction === null);
    return loops.length > 0 || calls.length >= 3 || calls.some((call) => /^(main|train|run)$/.test(call.name));
  }
}
