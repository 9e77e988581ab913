import { createRequire } from 'node:module';
import { Language, Parser, type Tree } from 'web-tree-sitter';
import type { ParseTree } from '../core/notebook/syntax.ts';
import { lineAt } from '../core/repo-map/input.ts';
import { EMPTY_MODULE, type ParsePython } from '../core/repo-map/python.ts';
import { ModuleReader } from './module-reader.ts';
import { readTree } from './tree-reader.ts';

const MAX_SOURCE = 2_000_000;

export interface ParsePatience {
  /** For any file: half of it by the clock, and after that as much of processor time. */
  readonly milliseconds: number;
  /** On top of it, for every thousand characters. Ordinary code takes one or two. */
  readonly perThousand: number;
}

const PATIENCE: ParsePatience = { milliseconds: 400, perThousand: 10 };
let loading: Promise<Parser> | null = null;

/**
 * Returns a parser that turns source into a neutral summary and never throws. The grammar is loaded once, and all share
 * it. The parser takes more than
 * linear time on some texts, so it gives up where its patience ends and says at which line.
 */
export async function createPythonParser(patience: ParsePatience = PATIENCE): Promise<ParsePython> {
  loading ??= loadParser();
  const parser = await loading;
  return (source) => {
    if (source.length > MAX_SOURCE) return EMPTY_MODULE;
    const text = source.replaceAll('\0', ' ');
    const { tree, reached } = parseInTime(parser, text, patience);
    if (tree === null) return { ...EMPTY_MODULE, stoppedAt: lineAt(text, reached) };
    try {
      return new ModuleReader().read(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

/** Returns a parser that turns source into a whole neutral tree and never throws; null where its patience ends. */
export async function createTreeParser(patience: ParsePatience = { milliseconds: 2000, perThousand: 20 }): Promise<ParseTree> {
  loading ??= loadParser();
  const parser = await loading;
  return (source) => {
    if (source.length > MAX_SOURCE) return null;
    const { tree } = parseInTime(parser, source.replaceAll('\0', ' '), patience);
    if (tree === null) return null;
    try {
      return readTree(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

function parseInTime(parser: Parser, text: string, patience: ParsePatience): { tree: Tree | null; reached: number } {
  const limit = patience.milliseconds + (patience.perThousand * text.length) / 1000;
  const startedAt = performance.now();
  let counted: NodeJS.CpuUsage | undefined;
  let reached = 0;
  // The binding counts bytes of UTF-16; the parser stops at true, although the declaration says void.
  const progressCallback = ({ currentOffset }: { currentOffset: number }): boolean => {
    reached = currentOffset / 2;
    // By the clock alone a busy machine would have ordinary files given up; but the clock is cheaper to look at.
    if (performance.now() - startedAt < limit / 2) return false;
    counted ??= process.cpuUsage();
    return readProcessorMilliseconds(counted) >= limit / 2;
  };
  const tree = parser.parse(text, null, { progressCallback });
  if (tree === null) parser.reset();
  return { tree, reached };
}

/** Of the whole process: the work of other threads counts, too. */
function readProcessorMilliseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function loadParser(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve('tree-sitter-python/tree-sitter-python.wasm')));
  return parser;
}
