import type { Node } from 'web-tree-sitter';
import type { PyCall, PyValue } from '../core/repo-map/python.ts';

const MAX_TEXT = 300;
const MAX_ITEMS = 200;
const MAX_DEPTH = 12;

/** Reads an expression as a value; what is too deep or too odd becomes `other` with its text. To ask a node for its type costs time. */
export function readValue(node: Node, inFunction: string | null, depth = 0, type = node.type): PyValue {
  const base = {
    text: node.text.slice(0, MAX_TEXT),
    string: null,
    items: [] as PyValue[],
    call: null,
    line: node.startPosition.row + 1,
    column: node.startPosition.column,
  };
  if (depth > MAX_DEPTH) return { ...base, kind: 'other' };
  switch (type) {
    case 'string':
    case 'concatenated_string':
      return readString(node, base);
    case 'integer':
    case 'float':
      return { ...base, kind: 'number' };
    case 'unary_operator': {
      const operand = node.childForFieldName('argument');
      return { ...base, kind: operand?.type === 'integer' || operand?.type === 'float' ? 'number' : 'other' };
    }
    case 'true':
    case 'false':
      return { ...base, kind: 'boolean' };
    case 'none':
      return { ...base, kind: 'none' };
    case 'list':
    case 'tuple':
    case 'set':
      return { ...base, kind: 'list', items: readItems(node, inFunction, depth) };
    case 'identifier':
    case 'attribute':
      return { ...base, kind: 'name' };
    case 'parenthesized_expression': {
      const inner = node.namedChildren[0];
      return inner === undefined ? { ...base, kind: 'other' } : readValue(inner, inFunction, depth + 1);
    }
    case 'call':
      return { ...base, kind: 'call', call: readCall(node, inFunction, depth + 1) };
    default:
      return { ...base, kind: 'other' };
  }
}

/** Reads a call with its arguments. */
export function readCall(node: Node, inFunction: string | null, depth = 0): PyCall {
  const [callee, given] = node.namedChildren;
  const args: PyValue[] = [];
  const keywords = new Map<string, PyValue>();
  const list = given?.type === 'argument_list' ? given.namedChildren : [];
  for (const argument of list.length > MAX_ITEMS ? list.slice(0, MAX_ITEMS) : list) {
    const { type } = argument;
    if (type === 'comment') continue;
    if (type !== 'keyword_argument') {
      args.push(readValue(argument, inFunction, depth + 1, type));
      continue;
    }
    const [name, value] = argument.namedChildren;
    if (name !== undefined && value !== undefined) keywords.set(name.text, readValue(value, inFunction, depth + 1));
  }
  return { name: callee === undefined ? '' : readCallee(callee), args, keywords, line: node.startPosition.row + 1, inFunction };
}

/** A plain dotted name is its own text, which is most of them. */
function readCallee(node: Node): string {
  const { text } = node;
  return /^[\w.]{1,300}$/.test(text) && !/^\d/.test(text) ? text : readName(node);
}

/** A dotted name; calls and subscripts inside it are shortened, so that `a(x).b` reads `a().b`. */
export function readName(node: Node, depth = 0): string {
  if (depth > MAX_DEPTH) return '?';
  if (node.type === 'attribute') {
    const owner = node.childForFieldName('object');
    return `${owner === null ? '?' : readName(owner, depth + 1)}.${node.childForFieldName('attribute')?.text ?? '?'}`;
  }
  if (node.type === 'call') {
    const callee = node.childForFieldName('function');
    return `${callee === null ? '?' : readName(callee, depth + 1)}()`;
  }
  return node.type === 'identifier' ? node.text : '?';
}

function readItems(node: Node, inFunction: string | null, depth: number): PyValue[] {
  return node.namedChildren
    .filter((child) => child.type !== 'comment')
    .slice(0, MAX_ITEMS)
    .map((child) => readValue(child, inFunction, depth + 1));
}

function readString(node: Node, base: Omit<PyValue, 'kind'>): PyValue {
  const parts = node.type === 'concatenated_string' ? node.namedChildren.filter((child) => child.type === 'string') : [node];
  let text = '';
  for (const part of parts) {
    const whole = part.text;
    const start = STRING_START.exec(whole);
    const prefix = start?.[1]?.toLowerCase() ?? '';
    const mark = start?.[2] ?? '';
    if (mark === '' || (prefix.includes('f') && part.namedChildren.some((piece) => piece.type === 'interpolation')))
      return { ...base, kind: 'other' };
    const inner = whole.slice(prefix.length + mark.length, whole.endsWith(mark) ? whole.length - mark.length : undefined);
    text += prefix.includes('r') || !inner.includes('\\') ? inner : unescape(inner);
  }
  return { ...base, kind: 'string', string: text };
}

const STRING_START = /^([a-zA-Z]{0,3})('''|"""|'|")/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '\n': '' };

function unescape(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
}
