/** The words by which an entry is started: as somebody wrote them, or as the file itself asks for. */
import { roleOf } from '../arguments/roles.ts';
import type { WrittenCommand } from '../commands/commands.ts';
import { isPlaceholder } from '../commands/shell-words.ts';
import { folderOf, nameOf, relativePath, type RepoFile } from '../input.ts';
import type { Entry, EntryArgument } from '../schema.ts';
import { cite, type Source } from '../sources.ts';
import { completeStart, fillPlaceholders } from './entry-completion.ts';

type Start = Pick<Entry, 'argv' | 'cwd' | 'launcher' | 'kind' | 'evidence' | 'runs'>;

/** How a program is started, with the lines that say so. */
export function startOf(
  source: Source,
  command: WrittenCommand | undefined,
  kind: Entry['kind'],
  known: Pick<Entry, 'arguments'> & { readonly importRoots: readonly string[] },
  line: number,
  files: readonly RepoFile[],
): Start {
  if (source.notebook !== null) return { ...startNotebook(source), kind };
  const here = cite(source, line);
  if (command === undefined)
    return { ...completeStart(startFile(source, known.importRoots), known.arguments, source, files), kind, evidence: [here] };
  return {
    ...startTyped(command, known.arguments, source, files, known.importRoots),
    kind,
    evidence: [command.evidence, ...command.behind, here],
  };
}

function startTyped(
  command: WrittenCommand,
  known: readonly EntryArgument[],
  source: Source,
  files: readonly RepoFile[],
  roots: readonly string[],
): Omit<Start, 'kind' | 'evidence'> {
  const { runs } = command;
  const finish = (words: readonly string[], folder: string) => dropPlaceholders(fillPlaceholders(words, folder, source, files), known);
  const { argv, cwd, launcher } = startAsModule(command, source, roots);
  const start = { argv: finish(argv, cwd), cwd, launcher };
  return runs === null ? start : { ...start, runs: { ...runs, argv: finish(runs.argv, runs.cwd) } };
}

function startNotebook(source: Source): Omit<Start, 'kind'> {
  const { path } = source.file;
  return {
    argv: ['jupyter', 'execute', nameOf(path)],
    cwd: folderOf(path),
    launcher: 'notebook',
    evidence: [{ file: path, line: 1, text: nameOf(path) }],
  };
}

/** `python x.py` of a file that imports relatively stops at once, whoever wrote it down: the same words with the module in its package. */
function startAsModule(command: WrittenCommand, source: Source, roots: readonly string[]): Pick<Start, 'argv' | 'cwd' | 'launcher'> {
  const { argv, cwd, launcher } = command;
  const at = argv.findIndex((word, index) => /^python[\d.]*$/.test(argv[index - 1] ?? '') && nameOf(word) === nameOf(source.file.path));
  if (at < 0 || !importsRelatively(source)) return { argv, cwd, launcher };
  const module = startFile(source, roots);
  return {
    argv: [...argv.slice(0, at), ...module.argv.slice(1), ...argv.slice(at + 1)],
    cwd: module.cwd,
    launcher: launcher === 'python' ? 'module' : launcher,
  };
}

function importsRelatively({ module }: Source): boolean {
  return module.imports.some((item) => item.level > 0 && item.where === 'top');
}

/** A file that imports relatively only works as a module of its package; every other file is started where it lies. */
function startFile(source: Source, roots: readonly string[]): Omit<Start, 'kind' | 'evidence'> {
  const { path } = source.file;
  if (!importsRelatively(source)) return { argv: ['python', asWord(nameOf(path))], cwd: folderOf(path), launcher: 'python' };
  const root = roots.find((candidate) => candidate === '' || path.startsWith(`${candidate}/`)) ?? folderOf(folderOf(path));
  const module = relativePath(root, path).replace(/\.py$/, '').replaceAll('/', '.');
  return { argv: ['python', '-m', module], cwd: root, launcher: 'module' };
}

/** A file name that no program takes for an option. */
export function asWord(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

/** False for a place of data that only the author's machine has: nothing, a hole, or an absolute path. */
function isUsable(place: string | null): boolean {
  return place !== null && place !== '' && !place.startsWith('/') && !isPlaceholder(place);
}

/** A value that stands for data in words of its own. */
const DATA_HOLE = /data|corpus|image|video|audio|scene|colmap/i;

/**
 * Leaves out options whose value only the reader knows, so that the program's own defaults count. What it insists on stays to be filled in,
 * and so does the place of the data where the program has none of its own.
 */
export function dropPlaceholders(words: readonly string[], known: readonly EntryArgument[]): string[] {
  const isKept = (option: string, hole: string) => {
    const name = option.split('=')[0] ?? option;
    const argument = known.find((item) => [item.name, ...item.aliases].includes(name));
    if (argument?.required === true) return true;
    if (argument === undefined) return known.length > 0 && roleOf(name) !== 'output' && DATA_HOLE.test(hole);
    return argument.role === 'data' && !isUsable(argument.default);
  };
  const isOption = (word: string | undefined) => word?.startsWith('-') === true;
  const start = words.findIndex((word) => /\.(py|sh|bash|sbatch|slurm)$/.test(word));
  return words.filter((word, index) => {
    if (index <= start) return true;
    const next = words[index + 1];
    const before = words[index - 1];
    const takesPlaceholder = isOption(word) && !word.includes('=') && next !== undefined && isPlaceholder(next);
    if (takesPlaceholder) return isKept(word, next);
    if (!isPlaceholder(word)) return true;
    if (isOption(word)) return isKept(word, word);
    if (before !== undefined && isOption(before) && !before.includes('=')) return isKept(before, word);
    // In brackets stands what may be left out.
    if (/^\.\.\.$|^…$|^\$|^\[.*\]$/.test(word)) return false;
    // Names of settings stay only where nothing else is known to be possible: `data=<path>` of hydra has a default in its file.
    return !/^[\w.+]+=/.test(word);
  });
}
