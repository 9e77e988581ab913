import type { Node } from 'web-tree-sitter';
import type { PyAssignment, PyCall, PyClass, PyFunction, PyImport, PyLoop, PythonModule } from '../core/repo-map/python.ts';
import { readCall, readName, readValue } from './values.ts';

interface Scope {
  readonly inFunction: string | null;
  readonly inClass: string | null;
  readonly guarded: boolean;
  readonly depth: number;
}

const MAX_DEPTH = 150;
const MAX_ENTRIES = 20_000;
const MAIN_GUARD = /__name__\s*==\s*['"]__main__['"]|['"]__main__['"]\s*==\s*__name__/;
/** Nodes with nothing in them that is read; asking the parser for their children is what takes most of the time. */
const LEAVES = new Set([
  'identifier',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'comment',
  'string_start',
  'string_content',
  'string_end',
  'pass_statement',
  'break_statement',
  'continue_statement',
  'ellipsis',
]);
/** Calls that many libraries make while they are imported; they alone do not make a program. */
const SETUP_CALL =
  /(^|\.)(getLogger|namedtuple|TypeVar|NewType|compile|append|insert|update|add|register|simplefilter|filterwarnings|set_\w+|manual_seed|seed|get|getenv|join|dirname|abspath|realpath|environ|use|warn|basicConfig|defaultdict|field|partial)$/;

/** Walks one syntax tree and collects what the map needs. Use an instance once. */
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

  read(root: Node): PythonModule {
    const first = root.namedChildren.find((child) => child.type !== 'comment');
    const literal = first?.type === 'expression_statement' ? first.namedChildren[0] : undefined;
    if (literal?.type === 'string') this.docstring = readValue(literal, null).string;
    this.visitChildren(root, { inFunction: null, inClass: null, guarded: false, depth: 0 });
    return {
      docstring: this.docstring,
      imports: this.imports,
      calls: this.calls,
      assignments: this.assignments,
      functions: this.functions,
      classes: this.classes,
      loops: this.loops,
      mainLine: this.mainLine,
      python2Line: this.python2Line,
      worksAtTop: this.worksAtTop(),
    };
  }

  private visitChildren(node: Node, scope: Scope): void {
    if (scope.depth > MAX_DEPTH || this.calls.length + this.assignments.length > MAX_ENTRIES) return;
    for (const child of node.namedChildren) this.visit(child, { ...scope, depth: scope.depth + 1 });
  }

  private visit(node: Node, scope: Scope): void {
    const { type } = node;
    if (LEAVES.has(type)) return;
    switch (type) {
      case 'import_statement':
        return this.visitImport(node, scope);
      case 'import_from_statement':
        return this.visitFromImport(node, scope);
      case 'try_statement':
        return this.visitChildren(node, { ...scope, guarded: true });
      case 'if_statement':
        return this.visitIf(node, scope);
      case 'decorated_definition':
        return this.visitDecorated(node, scope);
      case 'function_definition':
        return this.visitFunction(node, scope, []);
      case 'class_definition':
        return this.visitClass(node, scope, []);
      case 'for_statement':
        this.addLoop(node, scope);
        return this.visitChildren(node, scope);
      case 'call':
        this.calls.push(readCall(node, scope.inFunction));
        return this.visitChildren(node, scope);
      case 'assignment':
        this.addAssignment(node, scope);
        return this.visitChildren(node, scope);
      case 'print_statement':
      case 'exec_statement':
        this.python2Line ??= node.startPosition.row + 1;
        return this.visitChildren(node, scope);
      default:
        return this.visitChildren(node, scope);
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
      return this.visitChildren(node, scope);
    }
    return this.visitChildren(node, { ...scope, guarded: true });
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
    if (definition?.type === 'class_definition') this.visitClass(definition, scope, decorators);
    else if (definition !== null && definition !== undefined) this.visitFunction(definition, scope, decorators);
  }

  private visitFunction(node: Node, scope: Scope, decorators: readonly PyCall[]): void {
    const name = node.childForFieldName('name')?.text ?? '';
    const parameters = (node.childForFieldName('parameters')?.namedChildren ?? []).flatMap((parameter) => {
      const target = parameter.type === 'identifier' ? parameter : (parameter.childForFieldName('name') ?? parameter.namedChildren[0]);
      if (target?.type !== 'identifier' || parameter.type.includes('splat')) return [];
      const value = parameter.childForFieldName('value');
      const annotation = parameter.childForFieldName('type')?.text ?? null;
      return [{ name: target.text, annotation, default: value === null ? null : readValue(value, name) }];
    });
    this.functions.push({ name, inClass: scope.inClass, line: node.startPosition.row + 1, parameters, decorators });
    const body = node.childForFieldName('body');
    if (body !== null) this.visitChildren(body, { ...scope, inFunction: name });
  }

  private visitClass(node: Node, scope: Scope, decorators: readonly PyCall[]): void {
    const name = node.childForFieldName('name')?.text ?? '';
    const bases = (node.childForFieldName('superclasses')?.namedChildren ?? []).map((base) => base.text.slice(0, 100));
    const line = node.startPosition.row + 1;
    this.classes.push({ name, bases, decorators: decorators.map((decorator) => decorator.name), line });
    const body = node.childForFieldName('body');
    if (body !== null) this.visitChildren(body, { ...scope, inClass: name });
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
