import { type Document, LineCounter, parseAllDocuments, parseDocument } from 'yaml';

const MAX_DEPTH = 60;
const NESTED_LINE = new RegExp(String.raw`(?:[-?:][ \t]{1,8}){${String(MAX_DEPTH)}}`);

/** The parser's own messages quote the whole line once for each error on it, which takes quadratic time on one long line. */
const QUIET = { logLevel: 'silent', prettyErrors: false } as const;
/** Aliases that are followed before a file counts as a bomb. */
export const MAX_ALIASES = 100;

export interface YamlDocuments {
  readonly documents: readonly Document[];
  /** Counts the lines of the text from 1. */
  readonly lines: LineCounter;
  /** The line of the first error, from 1; null where there is none. */
  readonly brokenAt: number | null;
}

/** As much of a YAML text as makes sense, as plain values; throws on text that is nested deeper than people write and on bombs of aliases. */
export function parseYaml(text: string): unknown {
  return parseDocument(refuseDeepYaml(text), QUIET).toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
}

/** All documents of a YAML text with the places of their nodes; a key may stand twice; throws on text that is nested too deeply. */
export function readYamlDocuments(text: string): YamlDocuments {
  const lines = new LineCounter();
  const read = parseAllDocuments(refuseDeepYaml(text), { ...QUIET, lineCounter: lines, uniqueKeys: false });
  const documents = 'empty' in read ? [] : read;
  const error = documents.flatMap((document) => document.errors)[0];
  return { documents, lines, brokenAt: error === undefined ? null : Math.max(1, lines.linePos(error.pos[0]).line) };
}

/** The text, if it is not nested deeper than people write; throws otherwise, because the YAML parser takes quadratic time on such text. */
function refuseDeepYaml(text: string): string {
  if (NESTED_LINE.test(text)) throw new Error('nested too deeply');
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    // A bracket in a sentence is closed there or never; a new key begins anew.
    else if (code === 0x0a && depth > 0 && /[\w#-]/.test(text[at + 1] ?? '')) depth = 0;
    if (depth > MAX_DEPTH) throw new Error('nested too deeply');
  }
  return text;
}
