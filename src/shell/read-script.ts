import type { Node } from 'web-tree-sitter';
import type { Assignment, ParsedShell, Redirect, Script, Statement, Word } from '../core/permissions/syntax.ts';
import { readDocument } from './here-document.ts';
import { isLiteral, readWord, WordList, type ReadInner } from './words.ts';

/** What may stand between two tokens: bash knows no other blanks, although the grammar does. */
const BLANKS = /^(?:[ \t\n]|\\\n)*$/;
const BEFORE_COMMENT = /(?:^|[\s;&|()])$/;
const LEAVES = new Set(['heredoc_body', 'heredoc_end', 'heredoc_start', 'comment', 'test_command']);

class Unreadable extends Error {}

/** Turns the grammar's tree into ours. Whatever the grammar reads otherwise than bash does, or might, becomes a problem. */
export function readScript(root: Node, source: string, maxDepth: number): ParsedShell {
  if (root.hasError) return { script: null, problem: 'it is not complete or not valid bash' };
  try {
    checkGaps(root, source);
    return { script: new Reader(source, maxDepth).readStatements(root.children), problem: null };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { script: null, problem: error.message };
  }
}

/** Insists that tokens and plain blanks make up the whole text, so that nothing bash would run is left out. */
function checkGaps(root: Node, source: string): void {
  const cursor = root.walk();
  let end = 0;
  const look = (): void => {
    const { nodeType, startIndex, endIndex } = cursor;
    if (endIndex === startIndex) return;
    if (!BLANKS.test(source.slice(end, Math.max(end, startIndex)))) throw new Unreadable('something stands in it that is no word');
    if (nodeType === 'comment' && !BEFORE_COMMENT.test(source.slice(Math.max(0, startIndex - 1), startIndex)))
      throw new Unreadable('a # stands inside a word');
    // `\rm` behind a line's end is read together with that end.
    if (isLiteral(nodeType) && /\s/.test(source[startIndex] ?? '')) throw new Unreadable('a word begins with a blank');
    end = Math.max(end, endIndex);
  };
  for (;;) {
    const whole = LEAVES.has(cursor.nodeType) || isLiteral(cursor.nodeType);
    if (!whole && cursor.gotoFirstChild()) continue;
    look();
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        if (!BLANKS.test(source.slice(end))) throw new Unreadable('something stands in it that is no word');
        return;
      }
    }
  }
}

class Reader {
  private depth = 0;
  private readonly readInner: ReadInner = (node) => this.readStatements(node.children);

  private readonly source: string;
  private readonly maxDepth: number;

  constructor(source: string, maxDepth: number) {
    this.source = source;
    this.maxDepth = maxDepth;
  }

  /** Statements among siblings; an `&` after one sends it to the background. */
  readStatements(nodes: readonly Node[]): Script {
    const script: Statement[] = [];
    for (const node of nodes) {
      if (node.type === 'comment') continue;
      if (node.isNamed) script.push(this.readStatement(node));
      else if (node.type === '&' && script.length > 0) script.push({ kind: 'background', body: script.pop()! });
    }
    return script;
  }

  private readStatement(node: Node): Statement {
    this.depth += 1;
    if (this.depth > this.maxDepth) throw new Unreadable('it is nested too deeply');
    try {
      return this.readKind(node);
    } finally {
      this.depth -= 1;
    }
  }

  private readKind(node: Node): Statement {
    switch (node.type) {
      case 'command':
      case 'declaration_command':
      case 'unset_command':
      case 'variable_assignment':
      case 'variable_assignments':
        return this.readCommand(node);
      case 'redirected_statement':
        return this.readRedirected(node);
      case 'pipeline':
        return { kind: 'pipeline', parts: this.readPipeline(node) };
      case 'file_redirect':
        return {
          kind: 'command',
          assignments: [],
          words: [],
          redirects: [this.readRedirect(node, new WordList(this.source, this.readInner))],
        };
      case 'list':
        return this.readList(node);
      case 'negated_command':
        return { kind: 'not', body: this.readStatement(this.only(node)) };
      case 'subshell':
        return { kind: 'group', subshell: true, body: this.readStatements(node.children) };
      case 'compound_statement':
        if (node.child(0)?.type === '((') return this.readTest(node, '((');
        return { kind: 'group', subshell: false, body: this.readStatements(node.children) };
      case 'function_definition':
        return this.readFunction(node);
      case 'test_command':
        return this.readTest(node, node.child(0)?.type === '[[' ? '[[' : '[');
      default:
        return this.readCompound(node);
    }
  }

  private readCompound(node: Node): Statement {
    const body = node.children.find((child) => child.type === 'do_group');
    switch (node.type) {
      case 'for_statement': {
        const words = new WordList(this.source, this.readInner);
        const values = node.childrenForFieldName('value');
        for (const value of values) words.add(value);
        const name = node.childForFieldName('variable')?.text ?? '';
        return {
          kind: 'for',
          variable: name,
          values: values.length === 0 ? null : words.finish(),
          body: this.readStatements(body?.children ?? []),
        };
      }
      case 'c_style_for_statement': {
        const block = body ?? node.children.find((child) => child.type === 'compound_statement');
        const head: Statement = this.readTest(node, '((', node.startIndex, block?.startIndex ?? node.endIndex);
        return { kind: 'loop', condition: [head], body: this.readStatements(block?.children ?? []) };
      }
      case 'while_statement':
        return {
          kind: 'loop',
          condition: this.readStatements(node.children.filter((child) => child.type !== 'do_group')),
          body: this.readStatements(body?.children ?? []),
        };
      case 'if_statement':
        return this.readIf(node);
      case 'case_statement':
        return this.readCase(node);
      default:
        throw new Unreadable(`it holds a ${node.type.replaceAll('_', ' ')}, which is not understood here`);
    }
  }

  private readCommand(node: Node): Statement {
    const assignments: Assignment[] = [];
    const redirects: Redirect[] = [];
    const words = new WordList(this.source, this.readInner);
    // In `export A=1` the assignment is a word of the command.
    const declares = node.type === 'declaration_command' || node.type === 'unset_command';
    if (node.type === 'variable_assignment') return { kind: 'command', assignments: [this.readAssignment(node)], words: [], redirects };
    this.insistOnOneLine(node.children);
    for (const child of node.children) {
      if (child.type === 'variable_assignment' && !declares) assignments.push(this.readAssignment(child));
      else if (child.type === 'file_redirect' || child.type === 'herestring_redirect') redirects.push(this.readRedirect(child, words));
      else if (child.type === 'command_name') for (const part of child.children) words.add(part);
      else if (child.type === 'subshell') throw new Unreadable('a bracket stands where bash expects none');
      else words.add(child);
    }
    return { kind: 'command', assignments, words: words.finish(), redirects };
  }

  /** The grammar goes on over a line's end in places where bash begins a new command. */
  private insistOnOneLine(children: readonly Node[]): void {
    for (let index = 1; index < children.length; index += 1) {
      const gap = this.source.slice(children[index - 1]!.endIndex, children[index]!.startIndex).replaceAll('\\\n', '');
      if (gap.includes('\n')) throw new Unreadable('a command goes over the end of its line');
    }
  }

  private readAssignment(node: Node): Assignment {
    const target = node.childForFieldName('name');
    const value = node.childForFieldName('value');
    const name = (target?.type === 'subscript' ? target.childForFieldName('name')?.text : target?.text) ?? '';
    const append = node.children.some((child) => child.type === '+=');
    const index = target?.type === 'subscript' ? [readWord(this.source, target.startIndex, target.endIndex, [target], this.readInner)] : [];
    if (value?.type !== 'array') {
      const equals = node.children.find((child) => child.type === '=' || child.type === '+=');
      const from = equals?.endIndex ?? node.endIndex;
      const values = [
        readWord(
          this.source,
          from,
          node.endIndex,
          node.children.filter((child) => child.startIndex >= from),
          this.readInner,
        ),
      ];
      return { name, append, values: [...values, ...index], array: index.length > 0 };
    }
    const words = new WordList(this.source, this.readInner);
    for (const child of value.namedChildren) words.add(child);
    return { name, append, values: [...words.finish(), ...index], array: true };
  }

  /** Words behind the target are the command's own: `ls > out more`. */
  private readRedirect(node: Node, rest: WordList): Redirect {
    const operator = node.children.find((child) => !child.isNamed)?.type ?? '';
    this.insistOnOneLine(node.children);
    const words = new WordList(this.source, this.readInner);
    for (const child of node.children) if (child.type !== 'file_descriptor' && child.isNamed) words.add(child);
    const [target, ...more] = words.finish();
    rest.join(more);
    return { operator, target: target ?? null, document: null };
  }

  private readRedirected(node: Node): Statement {
    const words = new WordList(this.source, this.readInner);
    const redirects: Redirect[] = [];
    let body: Statement | null = null;
    let wrap = (statement: Statement): Statement => statement;
    let last: Node | null = null;
    for (const child of node.children) {
      if (last !== null) this.insistOnOneLine([last, child]);
      last = child;
      if (child.type === 'file_redirect' || child.type === 'herestring_redirect') redirects.push(this.readRedirect(child, words));
      else if (child.type === 'heredoc_redirect') {
        const rest = this.readHereDocument(child, words, redirects);
        const before = wrap;
        wrap = (statement) => rest(before(statement));
      } else body = this.readStatement(child);
    }
    const more = words.finish();
    if (more.length > 0) {
      if (body?.kind !== 'command') throw new Unreadable('words stand behind a redirection');
      body = { ...body, words: [...body.words, ...more] };
    }
    body ??= { kind: 'command', assignments: [], words: [], redirects: [] };
    return wrap({ kind: 'redirected', body, redirects });
  }

  /** What stands behind `<<END` on its line belongs to the whole statement. */
  private readHereDocument(node: Node, words: WordList, redirects: Redirect[]): (statement: Statement) => Statement {
    const document = readDocument(node, this.source, this.readInner);
    if (document === null) throw new Unreadable('a here-document may end elsewhere than it seems');
    redirects.push({ operator: '<<', target: null, document });
    let rest = (statement: Statement): Statement => statement;
    const operator = node.children.find((child) => child.type === '&&' || child.type === '||')?.type as '&&' | '||' | undefined;
    for (const child of node.children) {
      if (!child.isNamed || child.type.startsWith('heredoc') || child.type === 'file_descriptor') continue;
      if (child.type === 'pipeline') {
        const parts = this.readPipeline(child);
        rest = (statement) => ({ kind: 'pipeline', parts: [statement, ...parts] });
      } else if (child.type === 'file_redirect' || child.type === 'herestring_redirect') redirects.push(this.readRedirect(child, words));
      else if (operator !== undefined && !isLiteral(child.type)) {
        const right = this.readStatement(child);
        rest = (left) => ({ kind: 'list', operator, left, right });
      } else words.add(child);
    }
    return rest;
  }

  private readPipeline(node: Node): Statement[] {
    return node.namedChildren.filter((child) => child.type !== 'comment').map((child) => this.readStatement(child));
  }

  private readList(node: Node): Statement {
    const [left, right] = node.namedChildren.filter((child) => child.type !== 'comment');
    const operator = node.children.some((child) => child.type === '||') ? '||' : '&&';
    if (left === undefined || right === undefined) throw new Unreadable('a list lacks a part');
    return { kind: 'list', operator, left: this.readStatement(left), right: this.readStatement(right) };
  }

  private readFunction(node: Node): Statement {
    const body = node.childForFieldName('body');
    if (body === null) throw new Unreadable('a function has no body');
    const words = new WordList(this.source, this.readInner);
    const redirects = node.childrenForFieldName('redirect').map((child) => this.readRedirect(child, words));
    const inner = this.readStatement(body);
    return {
      kind: 'function',
      name: node.childForFieldName('name')?.text ?? '',
      body: redirects.length === 0 ? inner : { kind: 'redirected', body: inner, redirects },
    };
  }

  private readIf(node: Node): Statement {
    const branches: Script[] = [this.readStatements(node.children.filter((child) => !child.type.endsWith('_clause')))];
    for (const child of node.children) if (child.type.endsWith('_clause')) branches.push(this.readStatements(child.children));
    return { kind: 'choice', words: [], branches };
  }

  private readCase(node: Node): Statement {
    const words: Word[] = [];
    const branches: Script[] = [];
    const value = node.childForFieldName('value');
    if (value !== null) words.push(readWord(this.source, value.startIndex, value.endIndex, [value], this.readInner));
    for (const item of node.children.filter((child) => child.type === 'case_item')) {
      const patterns = item.childrenForFieldName('value');
      for (const pattern of patterns) words.push(readWord(this.source, pattern.startIndex, pattern.endIndex, [pattern], this.readInner));
      const ids = new Set(patterns.map((pattern) => pattern.id));
      branches.push(this.readStatements(item.children.filter((child) => !ids.has(child.id))));
    }
    return { kind: 'choice', words, branches };
  }

  private readTest(node: Node, style: '[' | '[[' | '((', from = node.startIndex, to = node.endIndex): Statement {
    return {
      kind: 'test',
      style,
      text: readWord(
        this.source,
        from,
        to,
        node.children.filter((child) => child.endIndex <= to),
        this.readInner,
      ),
    };
  }

  private only(node: Node): Node {
    const found = node.namedChildren.find((child) => child.type !== 'comment');
    if (found === undefined) throw new Unreadable('a ! stands before nothing');
    return found;
  }
}
