import type { Node } from 'web-tree-sitter';
import type { Word } from '../core/permissions/syntax.ts';
import { readWord, type ReadInner } from './words.ts';

/** Reads a here-document; null where bash might end it elsewhere than the grammar does. */
export function readDocument(node: Node, source: string, readInner: ReadInner): { body: Word; literal: boolean } | null {
  const part = (type: string): Node | undefined => node.children.find((child) => child.type === type);
  const [start, body, end] = [part('heredoc_start'), part('heredoc_body'), part('heredoc_end')];
  if (start === undefined || end === undefined) return null;
  const literal = /['"\\]/.test(start.text);
  const mark = start.text.replaceAll(/['"\\]/g, '');
  if (!/^\w+$/.test(mark)) return null;
  const indented = node.children.some((child) => child.type === '<<-');
  // The first line behind the statement's own is where bash begins to look for the mark.
  const from = source.indexOf('\n', start.endIndex) + 1;
  if (from === 0) return null;
  let at = from;
  for (const line of source.slice(from).split('\n')) {
    if ((indented ? line.replace(/^\t+/, '') : line) === mark) break;
    at += line.length + 1;
  }
  if (at > source.length || end.startIndex < at || end.endIndex !== at + source.slice(at).split('\n', 1)[0]!.length) return null;
  return { body: readWord(source, from, at, body === undefined ? [] : [body], readInner), literal };
}
