import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import type { ParseShell } from '../core/permissions/syntax.ts';
import { readScript } from './read-script.ts';

const MAX_SOURCE = 20_000;
/** A command line takes a millisecond; the parser may take more than linear time on a hostile one. */
const PATIENCE_MS = 1000;
const MAX_DEPTH = 200;
let loading: Promise<Parser> | null = null;

/** Returns a parser for bash command lines. The grammar is loaded once, and all share it. */
export async function createShellParser(): Promise<ParseShell> {
  loading ??= loadParser();
  const parser = await loading;
  return (source) => {
    if (source.length > MAX_SOURCE) return { script: null, problem: `it is longer than ${MAX_SOURCE} characters` };
    const deadline = performance.now() + PATIENCE_MS;
    // The parser stops at true, although the declaration says void.
    const tree = parser.parse(source, null, { progressCallback: () => performance.now() > deadline });
    if (tree === null) {
      parser.reset();
      return { script: null, problem: 'it takes too long to read' };
    }
    try {
      return readScript(tree.rootNode, source, MAX_DEPTH);
    } finally {
      tree.delete();
    }
  };
}

async function loadParser(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve('tree-sitter-bash/tree-sitter-bash.wasm')));
  return parser;
}
