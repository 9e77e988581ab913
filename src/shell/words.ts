import type { Node } from 'web-tree-sitter';
import type { Nested, Script, Word } from '../core/permissions/syntax.ts';

/** Node types that make up words. */
const LITERALS = new Set([
  'word',
  'string',
  'raw_string',
  'ansi_c_string',
  'translated_string',
  'number',
  'concatenation',
  'simple_expansion',
  'expansion',
  'command_substitution',
  'process_substitution',
  'arithmetic_expansion',
  'brace_expression',
  'test_operator',
  'variable_assignment',
  'variable_name',
  'regex',
  'extglob_pattern',
  '$',
  '==',
  '=~',
]);

/** Reads the statements inside a substitution. */
export type ReadInner = (node: Node) => Script;

/** Says whether a node is a word or a piece of one. */
export function isLiteral(type: string): boolean {
  return LITERALS.has(type);
}

/** A stretch of the source as a word, with what the shell would work out in it. */
export function readWord(source: string, start: number, end: number, nodes: readonly Node[], readInner: ReadInner): Word {
  const nested: Nested[] = [];
  const collect = (node: Node): void => {
    const script = node.type === 'command_substitution' || node.type === 'process_substitution';
    if (script || node.type === 'expansion' || node.type === 'arithmetic_expansion') {
      // Inside quotes the grammar counts the blanks before it as part of it.
      const at = node.startIndex + (/^\s*/.exec(node.text)?.[0].length ?? 0);
      nested.push({ at: at - start, end: node.endIndex - start, script: script && source[at] !== '`' ? readInner(node) : null });
    }
    if (!script) for (const child of node.children) collect(child);
  };
  for (const node of nodes) collect(node);
  return { text: source.slice(start, end), nested };
}

/** Collects the words of a command; pieces that touch are one word, however the grammar cut them. */
export class WordList {
  private readonly words: Word[] = [];
  private pieces: Node[] = [];

  private readonly source: string;
  private readonly readInner: ReadInner;

  constructor(source: string, readInner: ReadInner) {
    this.source = source;
    this.readInner = readInner;
  }

  add(node: Node): void {
    if (node.type === 'comment') return;
    const gap = this.source.slice(this.pieces.at(-1)?.endIndex ?? node.startIndex, node.startIndex);
    // A backslash at a line's end is nothing: the word goes on.
    if (gap.replaceAll('\\\n', '') !== '') this.close();
    this.pieces.push(node);
  }

  join(words: readonly Word[]): void {
    this.close();
    this.words.push(...words);
  }

  finish(): Word[] {
    this.close();
    return this.words;
  }

  private close(): void {
    const [first, last] = [this.pieces[0], this.pieces.at(-1)];
    if (first === undefined || last === undefined) return;
    this.words.push(readWord(this.source, first.startIndex, last.endIndex, this.pieces, this.readInner));
    this.pieces = [];
  }
}
