import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';
import { EMPTY_MODULE, type ParsePython } from '../core/repo-map/python.ts';
import { ModuleReader } from './module-reader.ts';

const MAX_SOURCE = 2_000_000;

/** Loads the Python grammar once and returns a parser that turns source into a neutral summary and never throws. */
export async function createPythonParser(): Promise<ParsePython> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve('tree-sitter-python/tree-sitter-python.wasm');
  const language = await Language.load(grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return (source) => {
    if (source.length > MAX_SOURCE) return EMPTY_MODULE;
    const tree = parser.parse(source.replaceAll('\0', ' '));
    if (tree === null) return EMPTY_MODULE;
    try {
      return new ModuleReader().read(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}
