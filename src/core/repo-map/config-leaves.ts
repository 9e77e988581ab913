/** Config files that an entry reads, and the plain values in them with the place where each stands. Pure; whatever the text, nothing throws. */
import { isMap, isScalar, type LineCounter } from 'yaml';
import { folderOf, joinPath, nameOf, type RepoFile } from './input.ts';
import type { Entry } from './schema.ts';
import { readYamlDocuments } from './yaml-text.ts';

export interface Leaf {
  /** Dotted, from the file's root. */
  readonly name: string;
  /** As written, without quotes. */
  readonly value: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based; where the value stands on its line. */
  readonly column: number;
}

const CONFIG = /\.(ya?ml|json|toml|gin|py|cfg|ini)$/;
const NAMED = /["']([\w./-]{1,120}\.(?:ya?ml|json|toml))["']/g;
const BASES = /["']?(?:_base_|_BASE_|base|BASE|inherit_from|include)["']?\s{0,4}[:=]\s{0,4}([^#\n]{1,400})/g;
const MAX_TEXT = 200_000;
const MAX_LEAVES = 1000;
const MAX_CONFIGS = 12;

/** The config files that the command names; else those that the arguments' defaults or the entry's own text name. With what they build on. */
export function findEntryConfigs(entry: Entry, files: readonly RepoFile[]): RepoFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const find = (word: string): RepoFile[] => {
    const places = CONFIG.test(word) ? [joinPath(entry.cwd, word), joinPath(folderOf(entry.file), word)] : [];
    const there = places.flatMap((path) => {
      const file = path === null ? undefined : byPath.get(path);
      return file === undefined || !isConfig(file, entry) ? [] : [file];
    });
    // Programs that have a folder for their configs are given the bare name.
    return there.length > 0 || !CONFIG.test(word) ? there : findByName(files, word).filter((file) => isConfig(file, entry));
  };
  const given = entry.argv.slice(1).flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  const named = given.flatMap((word) => find(word));
  const found = new Map(
    (named.length > 0
      ? named
      : [...listNamed(entry, byPath.get(entry.file)).flatMap((word) => find(word)), ...listImported(entry, byPath)]
    ).map((file) => [file.path, file]),
  );
  for (const file of found.values()) {
    if (found.size >= MAX_CONFIGS) break;
    for (const path of listBases(file)) {
      const base = byPath.get(path);
      if (base !== undefined && isConfig(base, entry)) found.set(path, base);
    }
  }
  return [...found.values()].slice(0, MAX_CONFIGS);
}

function findByName(files: readonly RepoFile[], word: string): RepoFile[] {
  const matches = files.filter((file) => file.path.endsWith(`/${word}`));
  return matches.length === 1 ? matches : [];
}

function isConfig(file: RepoFile, entry: Entry): boolean {
  if (file.text === null || file.text.length > MAX_TEXT || file.path === entry.file) return false;
  return CONFIG.test(file.path) && !/(^|\/)(package|tsconfig|setup|pyproject|tox|poetry)\.[a-z]+$/.test(file.path);
}

function listNamed(entry: Entry, own: RepoFile | undefined): string[] {
  const defaults = entry.arguments
    .filter((item) => /conf|cfg|yaml|hparam|params?_?file|opt/i.test(item.name))
    .flatMap((item) => item.default ?? []);
  const isProgram = own !== undefined && own.path.endsWith('.py');
  const written = isProgram ? Array.from((own.text ?? '').slice(0, MAX_TEXT).matchAll(NAMED), (match) => match[1] ?? '') : [];
  return [...defaults, ...written];
}

/** Settings in Python that the program imports. */
function listImported(entry: Entry, byPath: ReadonlyMap<string, RepoFile>): RepoFile[] {
  const isSettings = (path: string) =>
    /(^|\/)(configs?|cfgs?|settings|hparams|hyper_?params|hyper_?parameters|params|constants)(\/\w+)?\.py$/i.test(path);
  return (entry.files ?? []).filter(isSettings).flatMap((path) => {
    const file = byPath.get(path);
    return file === undefined || !isConfig(file, entry) ? [] : [file];
  });
}

function listBases(file: RepoFile): string[] {
  const words = Array.from((file.text ?? '').matchAll(BASES), (match) => match[1] ?? '');
  return words.flatMap((text) =>
    Array.from(text.matchAll(/[\w./-]{1,120}\.(?:ya?ml|py|json)/g), (match) => joinPath(folderOf(file.path), match[0]) ?? ''),
  );
}

/** The plain values of one config file, in order; empty for what cannot be read. */
export function readLeaves(file: RepoFile): Leaf[] {
  const text = file.text ?? '';
  if (text.length > MAX_TEXT) return [];
  const kind = nameOf(file.path).split('.').at(-1) ?? '';
  const found = /^(ya?ml|json)$/.test(kind) ? readDocument(text) : kind === 'py' ? readPython(text) : readLines(text);
  return found.slice(0, MAX_LEAVES).map((leaf) => ({ ...leaf, file: file.path }));
}

type Found = Omit<Leaf, 'file'>;

/** YAML and JSON: one document with the places of its scalars. */
function readDocument(text: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown, lines: LineCounter, name: string, depth: number): void => {
    if (depth > 8 || found.length >= MAX_LEAVES) return;
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const word = isScalar(key) ? String(key.value) : '';
        if (word !== '') visit(value, lines, name === '' ? word : `${name}.${word}`, depth + 1);
      }
    } else if (isScalar(node) && node.range !== null && node.range !== undefined && name !== '') {
      const at = lines.linePos(node.range[0]);
      const source = text.slice(node.range[0], node.range[1]);
      if (!source.includes('\n')) found.push({ name, value: source.replaceAll(/^["']|["']$/g, ''), line: at.line, column: at.col - 1 });
    }
  };
  try {
    const { documents, lines, brokenAt } = readYamlDocuments(text);
    const [first] = documents;
    // A file with errors may be read by its own program in another way than by us.
    if (first === undefined || documents.length !== 1 || brokenAt !== null) return [];
    visit(first.contents, lines, '', 0);
    // Of a key that stands twice the last counts, as it does for the program.
    return [...new Map(found.map((leaf) => [leaf.name, leaf])).values()];
  } catch {
    return [];
  }
}

/** TOML, INI and gin: one `key = value` a line, under the table that stands above it. */
function readLines(text: string): Found[] {
  const found: Found[] = [];
  let table = '';
  for (const [index, line] of text.split('\n').entries()) {
    const heading = /^\s{0,8}\[([\w. "-]{1,100})\]\s*(?:#.*)?$/.exec(line);
    if (heading !== null) table = (heading[1] ?? '').trim();
    const pair = /^(\s{0,8}([\w./-]{1,100})\s{0,20}=\s{0,20})(["']?)([\w.+-]{1,60})\3\s*(?:[#;].*)?$/.exec(line.slice(0, 400));
    if (pair === null) continue;
    const key = pair[2] ?? '';
    found.push({
      name: table === '' ? key : `${table}.${key}`,
      value: pair[4] ?? '',
      line: index + 1,
      column: (pair[1] ?? '').length + (pair[3] ?? '').length,
    });
  }
  return found;
}

/** Python as config: `a.b = 1`, and the keywords of `name = dict(key=1)` on the same line or on lines of their own. */
function readPython(text: string): Found[] {
  const found: Found[] = [];
  let group = '';
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.slice(0, 400);
    const opened = /^([A-Za-z_]\w{0,60})\s{0,4}=\s{0,4}(?:dict|ConfigDict|\w{1,40})\(/.exec(line)?.[1];
    if (opened !== undefined) group = opened;
    else if (/^[A-Za-z_)\]}]/.test(line)) group = '';
    for (const match of line.matchAll(/(?<![\w.])([A-Za-z_][\w.]{0,80})\s{0,4}=\s{0,4}(\d[\d_]{0,12})(?![\w.])/g)) {
      const name = match[1] ?? '';
      const isTop = match.index === 0 || /^\s+(config|cfg|c)\./.test(line);
      found.push({
        name: isTop || group === '' ? name : `${group}.${name}`,
        value: match[2] ?? '',
        line: index + 1,
        column: match.index + match[0].length - (match[2] ?? '').length,
      });
    }
  }
  return found;
}
