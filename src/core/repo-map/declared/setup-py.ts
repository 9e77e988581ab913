/** The requirements of a setup.py, read as text. The file is never run: names, sums, dictionaries and files are followed as far as they go. */
import { folderOf, joinPath, type RepoFile } from '../input.ts';
import { tokenisePython, type Token } from './python-tokens.ts';
import type { Declarations, Requirement } from './requirement.ts';
import { readRequirementsFile } from './requirements-file.ts';
import { joinDeclarations, requireAt } from './text.ts';

/** A text found in an expression; `group` is the key of the dictionary that holds it. */
interface Found {
  readonly text: string;
  readonly line: number;
  readonly group: string;
}

const MAX_DEPTH = 8;
const MAX_FOUND = 3000;
const MAX_FOLLOWED = 100;
const KEYS = /^(install_requires|extras_require|extra_requires|extra_require|tests_require|requires)$/;
/** Methods whose arguments say how to cut a text, not what is in it. */
const CUTTING = new Set([
  'split',
  'splitlines',
  'strip',
  'rstrip',
  'lstrip',
  'replace',
  'startswith',
  'endswith',
  'decode',
  'encode',
  'join',
  'sub',
  'match',
  'format',
  'get',
  'group',
  'find',
  'index',
  'count',
]);

/** install_requires, extras_require and tests_require of a setup.py, wherever the lists in it come from. */
export function readSetupPy(file: RepoFile, files: ReadonlyMap<string, RepoFile>): Declarations {
  if (file.text === null) return { requirements: [], warnings: [] };
  const reader = new SetupReader(file, files);
  return reader.read();
}

/** The name that a setup.py gives its project; null when it cannot be read off. */
export function readSetupName(file: RepoFile): string | null {
  const tokens = tokenisePython(file.text ?? '');
  const call = tokens.findIndex(
    (token, at) => token.text === 'setup' && token.kind === 'name' && tokens[at + 1]?.text === '(' && tokens[at - 1]?.text !== 'def',
  );
  for (const [index, token] of tokens.entries()) {
    const named =
      index > call &&
      token.text === 'name' &&
      (tokens[index + 1]?.text === '=' || (token.kind === 'string' && tokens[index + 1]?.text === ':'));
    if (!named) continue;
    const value = tokens[index + 2];
    if (value?.kind === 'string') return value.text;
    const assigned = tokens.findIndex((other, at) => other.text === value?.text && other.indent === 0 && tokens[at + 1]?.text === '=');
    const text = assigned < 0 ? undefined : tokens[assigned + 2];
    if (value?.kind === 'name' && text?.kind === 'string') return text.text;
  }
  return null;
}

class SetupReader {
  private readonly tokens: readonly Token[];
  /** Where each name stands. */
  private readonly places = new Map<string, number[]>();
  private readonly parts: Declarations[] = [];
  private readonly open = new Set<string>();
  private found = 0;
  private followed = 0;
  private readonly file: RepoFile;
  private readonly files: ReadonlyMap<string, RepoFile>;

  constructor(file: RepoFile, files: ReadonlyMap<string, RepoFile>) {
    this.file = file;
    this.files = files;
    this.tokens = tokenisePython(file.text ?? '');
    for (const [index, token] of this.tokens.entries()) {
      if (token.kind !== 'name') continue;
      const known = this.places.get(token.text);
      if (known === undefined) this.places.set(token.text, [index]);
      else known.push(index);
    }
  }

  read(): Declarations {
    const requirements: Requirement[] = [];
    for (const [index, token] of this.tokens.entries()) {
      const start = this.valueOf(index, token);
      if (start === null) continue;
      const extras = token.text.startsWith('extra');
      const fallback = token.text === 'tests_require' ? 'test' : extras ? 'extra' : '';
      for (const item of this.collect(start, extras ? '' : null, 0)) {
        const group = item.group === '' ? fallback : item.group;
        requirements.push(...requireAt(this.file, item.line, item.text, group));
      }
    }
    return joinDeclarations([...this.parts, { requirements, warnings: [] }]);
  }

  /** Where the value of one of setup's keywords starts: a keyword argument, a dictionary's key, or an assignment into one. */
  private valueOf(index: number, token: Token): number | null {
    if (!KEYS.test(token.text)) return null;
    const next = this.tokens[index + 1];
    if (token.kind === 'name' && (next?.text === '=' || next?.text === '+=') && next.kind === 'symbol') {
      // `requires` is distutils' word and too common elsewhere to be read outside a call.
      if (token.text === 'requires' && token.indent >= 0) return null;
      return index + 2;
    }
    if (token.kind !== 'string' || token.text === 'requires') return null;
    if (next?.text === ':') return index + 2;
    return next?.text === ']' && this.tokens[index + 2]?.text === '=' ? index + 3 : null;
  }

  /**
   * All texts of the expression that starts at a token. Keys of dictionaries become groups when `group` is a text;
   * null means that dictionaries are followed for their values only.
   */
  private collect(start: number, group: string | null, depth: number): Found[] {
    const found: Found[] = [];
    let nesting = 0;
    let key = group ?? '';
    for (let at = start; at < this.tokens.length && this.found < MAX_FOUND; at += 1) {
      const token = this.tokens[at];
      if (token === undefined) break;
      if (token.kind === 'newline' && nesting === 0) break;
      if (token.kind === 'symbol') {
        if ('([{'.includes(token.text)) nesting += 1;
        if (')]}'.includes(token.text)) nesting -= 1;
        if (nesting < 0 || (nesting === 0 && token.text === ',')) break;
        if (token.text === '.' && CUTTING.has(this.tokens[at + 1]?.text ?? '')) at = this.skipCall(at + 2);
        continue;
      }
      if (token.kind === 'string') {
        const { text, end } = this.joinStrings(at);
        const after = this.tokens[end];
        if (group !== null && after?.text === ':') key = text;
        else if (after?.text !== ':' && after?.text !== '=') found.push(...this.addText(text, token.line, key, at));
        at = end - 1;
        continue;
      }
      if (token.kind !== 'name') continue;
      const next = this.tokens[at + 1];
      // `dict(extra=[…])` names its keys without quotes.
      if (group !== null && next?.text === '=' && nesting > 0) key = token.text;
      else if (next?.text !== '=') {
        const called = next?.text === '(';
        const path = called ? this.pathIn(at + 1) : null;
        if (path !== null) {
          this.addFile(path, key);
          at = this.skipCall(at + 1);
        } else if (depth < MAX_DEPTH) found.push(...this.follow(token.text, group === null ? null : key, depth, called));
      }
    }
    return found;
  }

  /** A file that is named becomes its requirements; a text of many lines one requirement a line. */
  private addText(text: string, line: number, group: string, at: number): Found[] {
    if (this.addFile(text, group)) return [];
    this.found += 1;
    if (this.isKeyOrFormat(at)) return [];
    const lines = text.split('\n').map((part, index) => ({ text: part.trim(), line: line + index, group }));
    const many = lines.length === 1 && /^[\w.-]+(\s+[\w.-]+)+$/.test(text.trim()) && this.tokens[at + 1]?.text === '.';
    return many
      ? text
          .trim()
          .split(/\s+/)
          .map((part) => ({ text: part, line, group }))
      : lines;
  }

  /** True for a text that picks something out of a dictionary or fills another text. */
  private isKeyOrFormat(at: number): boolean {
    const [owner, before] = this.tokens.slice(Math.max(0, at - 2), at);
    if (before?.text === '%') return true;
    return before?.text === '[' && owner?.kind === 'name' && !/^(return|in|else|and|or|not|yield|if)$/.test(owner.text);
  }

  private addFile(path: string, group: string): boolean {
    const target = /\.(txt|in|pip)$/i.test(path) ? this.files.get(joinPath(folderOf(this.file.path), path) ?? '') : undefined;
    if (target === undefined) return false;
    const read = readRequirementsFile(target, this.files);
    this.parts.push({
      ...read,
      requirements: read.requirements.map((item) => ({ ...item, group: item.group === '' ? group : item.group })),
    });
    return true;
  }

  /** The path of a requirements file among a call's arguments, also when it is put together from words; null when there is none. */
  private pathIn(open: number): string | null {
    const words: string[] = [];
    const end = this.skipCall(open);
    for (let at = open; at <= end; at += 1) {
      const token = this.tokens[at];
      if (token?.kind === 'string') words.push(token.text);
    }
    const candidates = [...words, words.join('/'), words.join('')];
    return (
      candidates.find((path) => /\.(txt|in|pip)$/i.test(path) && this.files.has(joinPath(folderOf(this.file.path), path) ?? '')) ?? null
    );
  }

  /** What a name stands for: everything that is assigned or added to it, or what a function of that name returns or opens. */
  private follow(name: string, group: string | null, depth: number, called: boolean): Found[] {
    if (
      this.open.has(name) ||
      /^(open|list|dict|set|sorted|tuple|sum|str|os|path|map|filter|read|for|in|if|else|not|and|or|lambda|None|True|False)$/.test(name)
    )
      return [];
    this.followed += 1;
    if (this.followed > MAX_FOLLOWED) return [];
    this.open.add(name);
    const found: Found[] = [];
    for (const index of this.places.get(name) ?? []) {
      const token = this.tokens[index];
      if (called && this.tokens[index - 1]?.text === 'def') found.push(...this.readFunction(index, group, depth));
      else if ((token?.indent ?? -1) >= 0) found.push(...this.readAssignment(index, group, depth));
    }
    this.open.delete(name);
    return found;
  }

  private readAssignment(index: number, group: string | null, depth: number): Found[] {
    const [next, second, third, fourth] = this.tokens.slice(index + 1, index + 5);
    if (next?.text === '=' || next?.text === '+=') return this.collect(index + 2, group, depth + 1);
    if (next?.text === ':') {
      let at = index + 1;
      while (at < this.tokens.length && this.tokens[at]?.text !== '=' && this.tokens[at]?.kind !== 'newline') at += 1;
      return this.tokens[at]?.text === '=' ? this.collect(at + 1, group, depth + 1) : [];
    }
    if (next?.text === '.' && /^(append|extend|update|insert)$/.test(second?.text ?? '') && third?.text === '(')
      return this.collect(index + 4, group, depth + 1);
    if (next?.text === '[' && second?.kind === 'string' && third?.text === ']' && /^\+?=$/.test(fourth?.text ?? ''))
      return this.collect(index + 5, group === null ? null : second.text, depth + 1);
    return [];
  }

  /** What a function gives back, or the requirements file that it reads. */
  private readFunction(index: number, group: string | null, depth: number): Found[] {
    const indent = this.tokens[index - 1]?.indent ?? 0;
    const found: Found[] = [];
    const end = this.skipCall(index + 1);
    for (let at = index + 1; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token === undefined || (at > end && token.indent >= 0 && token.indent <= indent)) break;
      if (token.kind === 'string' && this.addFile(token.text, group ?? '')) continue;
      if (token.text === 'return' && token.indent >= 0) found.push(...this.collect(at + 1, group, depth + 1));
    }
    return found;
  }

  /** Strings that stand side by side are one. */
  private joinStrings(start: number): { text: string; end: number } {
    let text = '';
    let at = start;
    for (; this.tokens[at]?.kind === 'string'; at += 1) text += this.tokens[at]?.text ?? '';
    return { text, end: at };
  }

  /** The index of the bracket that closes the call which opens at a token; the token before it when none opens there. */
  private skipCall(open: number): number {
    if (this.tokens[open]?.text !== '(') return open - 1;
    let nesting = 0;
    for (let at = open; at < this.tokens.length; at += 1) {
      const token = this.tokens[at];
      if (token?.kind !== 'symbol') continue;
      if ('([{'.includes(token.text)) nesting += 1;
      if (')]}'.includes(token.text)) nesting -= 1;
      if (nesting === 0) return at;
    }
    return this.tokens.length;
  }
}
