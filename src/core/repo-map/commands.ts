/** Commands that documents and scripts of a repository tell people to type. */
import { citeLine, cutLine, folderOf, joinPath, MAX_LINE, nameOf, type RepoFile } from './input.ts';
import type { Entry, Evidence } from './schema.ts';

export interface WrittenCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly file: string;
  readonly launcher: Entry['launcher'];
  readonly evidence: Evidence;
  /** True when a word stands for something that only the reader knows, such as a path to a data set. */
  readonly hasPlaceholder: boolean;
}

const STARTS = /(?:^|[\s`$>(])((?:[A-Z_]+=\S+\s+)*(?:python[\d.]*|torchrun|accelerate\s+launch|deepspeed)\s[^`]*)/;
const MAX_COMMANDS = 200;

/** All commands of READMEs, documents and shell scripts that start a Python file of the repository, in reading order. */
export function readCommands(files: readonly RepoFile[]): WrittenCommand[] {
  const known = new Set(files.map((file) => file.path));
  const texts = files
    .filter((file) => file.text !== null && /\.(md|rst|txt|sh|bash|slurm|sbatch)$|(^|\/)(readme|makefile)[^/]*$/i.test(file.path))
    .filter((file) => !isRequirementsLike(file.path))
    .sort((a, b) => rankDocument(a.path) - rankDocument(b.path));
  const found: WrittenCommand[] = [];
  for (const file of texts) {
    if (found.length >= MAX_COMMANDS) break;
    found.push(...readDocument(file, known));
  }
  return found.slice(0, MAX_COMMANDS);
}

function isRequirementsLike(path: string): boolean {
  return /\.txt$/i.test(path) && !/readme|install|usage/i.test(path);
}

function rankDocument(path: string): number {
  const readme = /^readme/i.test(nameOf(path)) ? 0 : 10;
  return readme + path.split('/').length;
}

function readDocument(file: RepoFile, known: ReadonlySet<string>): WrittenCommand[] {
  const lines = (file.text ?? '').split('\n');
  const variables = new Map<string, string>();
  const found: WrittenCommand[] = [];
  const base = folderOf(file.path);
  let folder = base;
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    const line = joinContinued(lines, index);
    index = line.last;
    const text = line.text;
    if (/^\s*(```|~~~)/.test(text)) folder = base;
    const assigned = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(["']?)([\w./:-]*)\2\s*(?:#.*)?$/.exec(text);
    if (assigned !== null) variables.set(assigned[1] ?? '', assigned[3] ?? '');
    const moved = /^(?:\$\s*)?cd\s+([\w./-]+)/.exec(text.trimStart());
    if (moved !== null) folder = joinPath(folder, moved[1] ?? '') ?? folder;
    const command = STARTS.exec(text)?.[1];
    if (command === undefined) continue;
    const parsed = readCommand(substitute(command, variables), folder, base, known);
    if (parsed !== null && !parsed.argv.some((word) => word === '-h' || word === '--help'))
      found.push({ ...parsed, evidence: citeLine(file.path, file.text, start + 1) });
  }
  return found;
}

/** A line with those that a backslash adds to it, and the index of the last; empty when it is too long to be a command. */
function joinContinued(lines: readonly string[], first: number): { text: string; last: number } {
  const parts: string[] = [];
  let last = first;
  let length = 0;
  for (; ; last += 1) {
    const line = (lines[last] ?? '').slice(0, MAX_LINE + 1).trimEnd();
    length += line.length;
    const goesOn = line.endsWith('\\') && last + 1 < lines.length;
    if (length <= MAX_LINE) parts.push(goesOn ? line.slice(0, -1) : line);
    if (goesOn) continue;
    return { text: length > MAX_LINE ? '' : parts.map((part, index) => (index === 0 ? part : part.trim())).join(' '), last };
  }
}

function substitute(command: string, variables: ReadonlyMap<string, string>): string {
  return cutLine(command.replaceAll(/\$\{?([A-Za-z_]\w*)\}?/g, (whole, name: string) => variables.get(name) ?? whole));
}

/** Splits like a shell, without running anything; stops where another command or a redirection starts. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const token = /\s*(?:(&&|\|\|?|;|>|<(?=\s)|#|&(?=\s|$))|((?:"[^"]*"|'[^']*'|[^\s"';|&])+)|(.))/gy;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[2] === undefined) break;
    words.push(match[2].replaceAll(/"([^"]*)"|'([^']*)'/g, (_whole, double?: string, single?: string) => double ?? single ?? ''));
  }
  return words;
}

function readCommand(text: string, folder: string, base: string, known: ReadonlySet<string>): Omit<WrittenCommand, 'evidence'> | null {
  // `<path to data>` is one thing to fill in, not three words.
  const words = splitWords(text.replaceAll(/<[\w ./-]{1,60}>/g, (hole) => hole.replaceAll(' ', '_')));
  while (/^[A-Z_]+=/.test(words[0] ?? '')) words.shift();
  const launcher =
    words[0] === 'torchrun' ? 'torchrun' : words[0] === 'accelerate' ? 'accelerate' : words[0] === 'deepspeed' ? 'deepspeed' : 'python';
  const isLaunchModule = words[1] === '-m' && /^torch\.distributed\.(launch|run)$/.test(words[2] ?? '');
  if (launcher === 'python' && words[1] === '-m' && !isLaunchModule) return readModuleCommand(words, folder, base, known);
  const at = words.findIndex((word) => word.endsWith('.py') && !word.startsWith('-'));
  if (at < 1) return null;
  const script = words[at] ?? '';
  const place = findScript(script, folder, base, known);
  if (place === null) return null;
  const rest = words.slice(at + 1);
  return {
    ...place,
    argv: launcher === 'python' && !isLaunchModule ? ['python', place.script, ...rest] : [...words.slice(0, at), place.script, ...rest],
    launcher: isLaunchModule ? 'torchrun' : launcher,
    hasPlaceholder: rest.some(isPlaceholder),
  };
}

function readModuleCommand(
  words: readonly string[],
  folder: string,
  base: string,
  known: ReadonlySet<string>,
): Omit<WrittenCommand, 'evidence'> | null {
  const path = (words[2] ?? '').replaceAll('.', '/');
  for (const root of [folder, base, '', 'src']) {
    const file = [joinPath(root, `${path}.py`), joinPath(root, path, '__main__.py')].find(
      (candidate) => candidate !== null && known.has(candidate),
    );
    if (file === undefined || file === null) continue;
    return { argv: ['python', ...words.slice(1)], cwd: root, file, launcher: 'module', hasPlaceholder: words.slice(3).some(isPlaceholder) };
  }
  return null;
}

/** Finds the script where the document says; else in the repository's root; else the one file whose path ends like it. */
function findScript(
  script: string,
  folder: string,
  base: string,
  known: ReadonlySet<string>,
): { file: string; cwd: string; script: string } | null {
  for (const cwd of [folder, base, '']) {
    const file = joinPath(cwd, script);
    if (file !== null && known.has(file)) return { file, cwd, script };
  }
  const ending = `/${joinPath(script) ?? script}`;
  const matches = [...known].filter((path) => path.endsWith(ending));
  const [only] = matches;
  if (only === undefined || matches.length > 1) return null;
  return { file: only, cwd: only.slice(0, -ending.length), script: ending.slice(1) };
}

/** True for a word that stands for something only the reader knows. */
export function isPlaceholder(word: string): boolean {
  return /[<>{}$[\]]|\.\.\.|^\/?path\/to|\/path\/|your[_-]|^(PATH|DIR|FILE|DATA_DIR|XXX)$|\/your/i.test(word);
}
