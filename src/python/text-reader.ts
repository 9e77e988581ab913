import type { Node } from 'web-tree-sitter';
import type { Expr, Hole } from '../core/notebook/syntax.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '\n': '' };

type ReadExpr = (node: Node | null) => Expr;

function children(node: Node): Node[] {
  return node.namedChildren.filter((child) => child.type !== 'comment' && child.type !== 'line_continuation');
}

/** Reads a string, or several in a row; one with holes keeps them, and bytes are nothing that anybody asks for. */
export function readText(node: Node, line: number, read: ReadExpr): Expr {
  const strings = node.type === 'string' ? [node] : children(node).filter((child) => child.type === 'string');
  const pieces: (string | Hole)[] = [];
  for (const string of strings) {
    const start = string.children[0]?.text ?? '';
    if (/b/i.test(start)) return { t: 'other', line, parts: [] };
    for (const child of string.namedChildren) {
      if (child.type === 'interpolation') pieces.push(readHole(child, read));
      else if (child.type === 'string_content')
        pieces.push(/r/i.test(start) ? child.text : child.text.replaceAll(/\\([\s\S])/g, (_all, c: string) => ESCAPES[c] ?? `\\${c}`));
    }
  }
  if (pieces.every((piece): piece is string => typeof piece === 'string')) return { t: 'const', line, value: pieces.join('') };
  return { t: 'text', line, holes: pieces };
}

function readHole(node: Node, read: ReadExpr): Hole {
  const parts = children(node);
  const spec = parts.find((child) => child.type === 'format_specifier');
  return {
    value: read(node.childForFieldName('expression') ?? parts[0] ?? null),
    spec: spec === undefined ? null : spec.text.replace(/^:/, ''),
    converted: parts.some((child) => child.type === 'type_conversion'),
  };
}
