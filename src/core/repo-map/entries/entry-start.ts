/** The words by which an entry is started: as somebody wrote them, or as the file itself asks for. */
import type { WrittenCommand } from '../commands/commands.ts';
import { folderOf, nameOf, relativePath, type RepoFile } from '../input.ts';
import type { Entry } from '../schema.ts';
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
  if (source.notebook !== null)
    return { ...startAlone(source, []), kind, evidence: [{ file: source.file.path, line: 1, text: nameOf(source.file.path) }] };
  const here = cite(source, line);
  if (command === undefined)
    return { ...completeStart(startAlone(source, known.importRoots), known.arguments, source, files), kind, evidence: [here] };
  return {
    ...startTyped(command, source, files, known.importRoots),
    kind,
    evidence: [command.evidence, ...command.behind, here],
  };
}

function startTyped(
  command: WrittenCommand,
  source: Source,
  files: readonly RepoFile[],
  roots: readonly string[],
): Omit<Start, 'kind' | 'evidence'> {
  const { runs } = command;
  const finish = (words: readonly string[], folder: string) => fillPlaceholders(words, folder, source, files);
  const { argv, cwd, launcher } = startAsModule(command, source, roots);
  const start = { argv: finish(argv, cwd), cwd, launcher };
  return runs === null ? start : { ...start, runs: { ...runs, argv: finish(runs.argv, runs.cwd) } };
}

/** `python x.py` of a file that imports relatively stops at once, whoever wrote it down: the same words with the module in its package. */
function startAsModule(command: WrittenCommand, source: Source, roots: readonly string[]): Pick<Start, 'argv' | 'cwd' | 'launcher'> {
  const { argv, cwd, launcher } = command;
  const at = argv.findIndex((word, index) => /^python[\d.]*$/.test(argv[index - 1] ?? '') && nameOf(word) === nameOf(source.file.path));
  if (at < 0 || !importsRelatively(source)) return { argv, cwd, launcher };
  const module = startAlone(source, roots);
  return {
    argv: [...argv.slice(0, at), ...module.argv.slice(1), ...argv.slice(at + 1)],
    cwd: module.cwd,
    launcher: launcher === 'python' ? 'module' : launcher,
  };
}

function importsRelatively({ module }: Source): boolean {
  return module.imports.some((item) => item.level > 0 && item.where === 'top');
}

/** How a program is started that nobody tells how to start: a file that imports relatively as a module of its package, every other where it lies. */
export function startAlone(source: Source, roots: readonly string[]): Omit<Start, 'kind' | 'evidence'> {
  const { path } = source.file;
  if (source.notebook !== null) return { argv: ['jupyter', 'execute', nameOf(path)], cwd: folderOf(path), launcher: 'notebook' };
  if (!importsRelatively(source)) return { argv: ['python', asWord(nameOf(path))], cwd: folderOf(path), launcher: 'python' };
  const root = roots.find((candidate) => candidate === '' || path.startsWith(`${candidate}/`)) ?? folderOf(folderOf(path));
  const module = relativePath(root, path).replace(/\.py$/, '').replaceAll('/', '.');
  return { argv: ['python', '-m', module], cwd: root, launcher: 'module' };
}

/** A file name that no program takes for an option. */
export function asWord(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
