/** What can be started in a repository, best first. */
import { readArguments, readConstants } from '../arguments/arguments.ts';
import type { WrittenCommand } from '../commands/commands.ts';
import { quoteWord } from '../commands/shell-words.ts';
import { findNeeds } from '../dependencies/dependencies.ts';
import { folderOf, joinPath, nameOf, type RepoInput } from '../input.ts';
import type { Entry, EntryArgument } from '../schema.ts';
import { cite, listReached, type ImportGraph, type Sources } from '../sources.ts';
import { trainsItself } from './entry-kind.ts';
import { compareEntries, LAST, MOST_FOR_ARGUMENTS, rankCandidate } from './entry-rank.ts';
import { listNotebooks, readNameSigns } from './entry-signs.ts';
import { startOf } from './entry-start.ts';
import type { Whole } from './grounds/ground.ts';
import { readWhole } from './grounds/whole.ts';
import { describeOther } from './other-entries.ts';
import { type EntryContext, listPrograms, listRoots, type Program } from './programs.ts';

const MAX_ENTRIES = 40;

/** All entries of the map's folder, ranked. */
export function findEntries(
  input: RepoInput,
  sources: Sources,
  graph: ImportGraph,
  commands: readonly WrittenCommand[],
  ownNames: ReadonlySet<string>,
): Entry[] {
  const training = new Set(sources.all.filter((source) => trainsItself(source)).map((source) => source.file.path));
  const paths = new Set(input.files.map((file) => file.path));
  const signs = readNameSigns(input);
  const context = { input, sources, graph, ownNames, training, paths, signs, listed: listNotebooks(signs, commands) };
  const { programs, rest } = listPrograms(context, commands);
  const others = [...rest.values()].flatMap((written) => describeOther(written, input.files));
  const whole = readWhole([...programs.flatMap(({ starts }) => starts), ...others.map(({ candidate }) => candidate)]);
  const ranked = others.map(({ entry, candidate }) => ({ ...entry, ...rankCandidate(candidate, whole) }));
  const rank = (found: readonly Entry[]) => found.toSorted(compareEntries).slice(0, MAX_ENTRIES);
  const found = [...describeBest(context, programs, whole, (some) => rank([...some, ...ranked]).at(MAX_ENTRIES - 1)), ...ranked];
  return rank([...found, ...findTests(input, found)]);
}

/** How many programs are described before it is asked again whether the next can be among those shown. */
const STEP = 8;

/**
 * The entries of programs, best first, without those that cannot be shown: reading the arguments of a program costs more than all else about it.
 * `findLast` tells which of some entries would be the last shown, if they are enough.
 */
function describeBest(
  context: EntryContext,
  programs: readonly Program[],
  whole: Whole,
  findLast: (found: readonly Entry[]) => Entry | undefined,
): Entry[] {
  const found: Entry[] = [];
  const highest = ({ starts }: Program) => Math.max(...starts.map((start) => rankCandidate(start, whole).score)) + MOST_FOR_ARGUMENTS;
  const rest = programs.map((program) => ({ program, file: program.source.file.path, score: highest(program) })).sort(compareEntries);
  for (let at = 0; at < rest.length; at += STEP) {
    const last = findLast(found);
    const next = rest[at];
    if (last !== undefined && next !== undefined && compareEntries(last, next) < 0) break;
    for (const { program } of rest.slice(at, at + STEP)) found.push(...describeProgram(context, program, whole));
  }
  return found;
}

/** The tests as an entry: what a library can always show. */
function findTests(input: RepoInput, found: readonly Entry[]): Entry[] {
  const inside = (path: string) => input.subfolder === '' || path.startsWith(`${input.subfolder}/`);
  const test = input.files.find(
    (file) =>
      inside(file.path) && (/(^|\/)tests?\/([\w/]+\/)?(test_\w+|\w+_test)\.py$/.test(file.path) || /^test_\w+\.py$/.test(file.path)),
  );
  const isWork = (entry: Entry) => entry.kind === 'train' || entry.kind === 'notebook' || entry.kind === 'evaluate';
  if (test === undefined || found.some(isWork)) return [];
  const folder = /^(.*?(?:^|\/)tests?)\//.exec(test.path)?.[1] ?? folderOf(test.path);
  const argv = ['python', '-m', 'pytest', folder === '' ? nameOf(test.path) : folder];
  const evidence = [{ file: test.path, line: 1, text: nameOf(test.path) }];
  return [
    {
      argv,
      command: argv.join(' '),
      cwd: '',
      file: test.path,
      line: 1,
      kind: 'test',
      launcher: 'module',
      arguments: [],
      evidence,
      ...LAST,
    },
  ];
}

function describeProgram(context: EntryContext, { source, written, starts }: Program, whole: Whole): Entry[] {
  const { input, sources, graph, ownNames } = context;
  const { path } = source.file;
  const files = listReached(graph, path);
  const reached = files.flatMap((file) => sources.byPath.get(file) ?? []);
  const shared = {
    file: path,
    arguments:
      source.notebook === null
        ? readArguments({
            entry: source,
            reached,
            files: input.files,
            byPath: sources.byPath,
            configs: listConfigs(written, context.paths),
          })
        : [],
    files,
    needs: findNeeds(files, graph, ownNames),
    importRoots: listRoots(graph, files),
    constants: readConstants(source).map((item) => ({ ...item, evidence: cite(source, item.line) })),
  };
  const line = source.module.mainLine ?? source.module.loops.find((loop) => loop.inFunction === null)?.line ?? 1;
  return starts.map((candidate) => {
    const start = startOf(source, candidate.command, candidate.entry.kind, shared, line, input.files);
    const entry = { ...shared, ...start, command: start.argv.map(quoteWord).join(' '), line };
    const { arguments: taken } = shared;
    return { ...entry, ...rankCandidate({ ...candidate, entry: { ...candidate.entry, arguments: taken } }, whole) };
  });
}

/** Configuration files that commands name, by their paths in the repository. */
function listConfigs(written: readonly WrittenCommand[], paths: ReadonlySet<string>): string[] {
  const words = written.slice(0, 40).flatMap((command) => {
    const start = command.runs ?? command;
    return start.argv.slice(2).flatMap((word) => {
      const plain = word.split('=').at(-1)?.split(':')[0] ?? word;
      const path = /\.(py|ya?ml|json|toml|gin)$/.test(plain) ? joinPath(start.cwd, plain) : null;
      return path !== null && path !== command.file && paths.has(path) ? [path] : [];
    });
  });
  return [...new Set(words)];
}

/** The argument that a typed word sets, by its name or one of its aliases; dashes and underscores count as the same. */
export function findArgument(entry: Entry, word: string): EntryArgument | undefined {
  const wanted = plainName(word.split('=')[0] ?? word);
  return entry.arguments.find((argument) => [argument.name, ...argument.aliases].some((name) => plainName(name) === wanted));
}

function plainName(name: string): string {
  return name.length === 2 ? name : name.replace(/^-+/, '').replaceAll('-', '_');
}
