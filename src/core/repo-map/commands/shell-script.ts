/** What a shell script would run, read line by line with its variables filled in. Loops are read once, with their first value. */
import { cutLine, joinPath, linesOf, MAX_LINE, relativePath } from '../input.ts';
import { splitCommands } from './shell-words.ts';

export interface RunLine {
  readonly words: readonly string[];
  /** 1-based line on which the command starts. */
  readonly line: number;
  /** Folder of the repository in which it runs. */
  readonly folder: string;
}

export interface ScriptPlace {
  /** Folder in which the script is started. */
  readonly folder: string;
  /** Folder in which the script lies. */
  readonly home: string;
  readonly args: readonly string[];
}

const MAX_RUN_LINES = 400;
const KEYWORDS = new Set(['do', 'then', 'else', 'elif', 'if', 'while', 'until', '!', '{', '}', 'fi', 'done', 'esac', '-', '+', '@']);
/** Stands for the repository in the value of a variable; no path of a script starts like this. */
const REPO = '@@repo@@/';
const OWN_FOLDER =
  /\$\(\s*cd\s[^()]{0,200}\$\(\s*dirname\s[^()]{0,200}\)[^()]{0,200}\)|\$\(\s*dirname\s+(?:--\s+)?"?(?:\$0|\$\{0\}|\$\{?BASH_SOURCE(?:\[0\])?\}?|\$\(\s*(?:readlink|realpath)\s[^()]{0,120}\))"?\s*\)|\$\{(?:0|BASH_SOURCE(?:\[0\])?)%\/\*\}/g;
/** `${@:2}`: what the script is told from the second word on. */
const REST_OF_ARGUMENTS = /"?\$\{[@*]:(\d)\}"?/g;
const VARIABLE = /"?\$\{(\w+)\[[@*]\]\}"?|\$\{(\w+)(?::?[-=]([^{}]{0,300}))?\}|"?\$([@*])"?|\$(\w+)/g;

/** The commands of a script in their order. */
export function readShellScript(text: string, place: ScriptPlace): RunLine[] {
  const reader = new ScriptReader(place);
  const lines = linesOf(text);
  for (let index = 0; index < lines.length && reader.found.length < MAX_RUN_LINES; index += 1) {
    const { text: line, last } = joinContinued(lines, index);
    reader.readLine(line, index + 1);
    index = last;
  }
  return reader.found;
}

/** A line with those that a backslash or an open bracket of a list adds to it; empty when it is too long to be a command. */
export function joinContinued(lines: readonly string[], first: number): { text: string; last: number } {
  const parts: string[] = [];
  let length = 0;
  let isList = false;
  for (let last = first; ; last += 1) {
    const line = (lines[last] ?? '')
      .slice(0, MAX_LINE + 1)
      .replace(/\\\s{1,80}#.*$/, '\\')
      .trimEnd();
    length += line.length;
    isList =
      last === first ? /^\s*(?:export\s+|declare\s+-a\s+)?\w+\+?=\([^)]*$/.test(line) : isList && !/(^|[^$\\])\)\s*(#.*)?$/.test(line);
    const isSlashed = line.endsWith('\\');
    const goesOn = (isSlashed || (isList && last - first < 200)) && last + 1 < lines.length;
    const shown = isSlashed ? line.slice(0, -1) : isList || last > first ? line.replace(/(^|\s)#(?!.*\)\s*$).*$/, '$1') : line;
    if (length <= MAX_LINE) parts.push(last === first ? shown : shown.trim());
    if (!goesOn) return { text: length > MAX_LINE ? '' : parts.join(' '), last };
  }
}

class ScriptReader {
  readonly found: RunLine[] = [];
  private readonly variables = new Map<string, string>();
  private readonly home: string;
  private readonly args: readonly string[];
  private folder: string;
  private readonly choices: { set: Set<string>; isOther: boolean }[] = [];

  constructor(place: ScriptPlace) {
    this.folder = place.folder;
    this.home = place.home;
    this.args = place.args;
    for (const [index, value] of place.args.entries()) this.variables.set(String(index + 1), value);
    this.variables.set('@', place.args.join(' '));
    this.variables.set('*', place.args.join(' '));
    this.variables.set('PWD', '.');
    this.variables.set('HOME', '~');
  }

  readLine(raw: string, line: number): void {
    if (/^\s*#/.test(raw)) return;
    const list = /^\s*(?:export\s+|declare\s+-a\s+)?(\w+)(\+?)=\(/.exec(raw);
    const close = list === null ? -1 : raw.lastIndexOf(')');
    if (list !== null && close >= list[0].length && /^(#|$)/.test(raw.slice(close + 1).trimStart()))
      return this.assign(list[1] ?? '', this.fill(raw.slice(list[0].length, close)), list[2] === '+');
    for (const words of splitCommands(this.fill(raw))) this.runCommand(words, line);
  }

  private runCommand(words: readonly string[], line: number): void {
    let start = 0;
    for (; KEYWORDS.has(words[start] ?? ''); start += 1) this.enterBranch(words[start] ?? '');
    const [first = '', ...rest] = words.slice(start);
    if (first === 'for' && rest[1] === 'in') this.variables.set(rest[0] ?? '', firstOf(rest[2] ?? ''));
    else if (first === 'cd' || first === 'pushd') this.move(rest[0] ?? '');
    else if (/^(export|local|declare|readonly|set|setenv)$/.test(first) || (rest.length === 0 && /^\w+\+?=/.test(first)))
      this.assignAll(first.includes('=') ? [first] : rest);
    else if (first !== '') this.found.push({ words: words.slice(start).map((word) => this.relative(word)), line, folder: this.folder });
  }

  /** Of the branches of a choice the first is what happens by default: what it sets, the others do not set again. */
  private enterBranch(keyword: string): void {
    if (keyword === 'if') this.choices.push({ set: new Set(), isOther: false });
    else if (keyword === 'fi') this.choices.pop();
    const choice = this.choices.at(-1);
    if (choice !== undefined && (keyword === 'elif' || keyword === 'else')) choice.isOther = true;
  }

  private assignAll(words: readonly string[]): void {
    for (const word of words) {
      const found = /^(\w+)(\+?)=(.*)$/s.exec(word);
      if (found !== null) this.assign(found[1] ?? '', found[3] ?? '', found[2] === '+');
    }
  }

  private assign(name: string, value: string, isMore: boolean): void {
    // What a command prints is not known; the name says more to a reader.
    if (value.includes('<output>')) return;
    const choice = this.choices.at(-1);
    if (choice?.isOther === true && choice.set.has(name)) return;
    choice?.set.add(name);
    this.variables.set(name, cutLine(isMore ? `${this.variables.get(name) ?? ''} ${value}` : value));
  }

  private move(target: string): void {
    // A variable that nobody sets stands for the checkout.
    const isRoot = /^(?:\$\{?\w+\}?|<[^<>]+>|~)(\/|$)/.test(target);
    const known = this.relative(target.replace(/^(?:\$\{?\w+\}?|<[^<>]+>|~)\/?/, ''));
    this.folder = joinPath(isRoot ? '' : this.folder, known) ?? this.folder;
  }

  private relative(word: string): string {
    const at = word.indexOf(REPO);
    if (at < 0) return word;
    const path = joinPath(word.slice(at + REPO.length));
    return path === null
      ? word.slice(at + REPO.length)
      : word.slice(0, at) + (path === '' && this.folder === '' ? '.' : relativePath(this.folder, path));
  }

  private fill(text: string): string {
    let filled = text
      .replaceAll(REST_OF_ARGUMENTS, (_, from: string) => this.args.slice(Number(from) - 1).join(' '))
      .replaceAll(OWN_FOLDER, `${REPO}${this.home}`)
      .replaceAll(/\$\(\s*pwd\s*\)|`pwd`/g, '.')
      .replaceAll(/\$\(\s*date\b[^()]{0,80}\)|`date\b[^`]{0,80}`/g, 'now');
    for (let pass = 0; pass < 3 && filled.includes('$'); pass += 1) {
      filled = cutLine(
        filled.replaceAll(VARIABLE, (whole, list?: string, name?: string, given?: string, all?: string, plain?: string) => {
          const value = this.variables.get(list ?? name ?? all ?? plain ?? '');
          return value ?? given?.replaceAll(/^["']|["']$/g, '') ?? whole;
        }),
      );
    }
    return filled;
  }
}

/** The first value of a loop's list: `{1..5}` and `{a,b}` are lists too. */
function firstOf(word: string): string {
  return /^\{([^{},.]+)(?:\.\.|,)[^{}]*\}$/.exec(word)?.[1] ?? word;
}
