/** What can be started in a repository, best first. */
import { readArguments, readConstants } from '../arguments/arguments.ts';
import type { WrittenCommand } from '../commands/commands.ts';
import { readNameKind } from '../commands/purpose.ts';
import { quoteWord } from '../commands/shell-words.ts';
import { findNeeds } from '../dependencies/dependencies.ts';
import { folderOf, joinPath, linesOf, nameOf, type RepoInput } from '../input.ts';
import type { Entry, EntryArgument } from '../schema.ts';
import { cite, listReached, type ImportGraph, type Source, type Sources } from '../sources.ts';
import { kindOf, trainsItself } from './entry-kind.ts';
import { compareEntries, MOST_FOR_ARGUMENTS, rankCandidate } from './entry-rank.ts';
import { countToldBefore, isForeign, isNamedInReadme, isNamesake, listNotebooks, readNameSigns, type NameSigns } from './entry-signs.ts';
import { startOf } from './entry-start.ts';
import type { Candidate, Whole } from './grounds/ground.ts';
import { readWhole } from './grounds/whole.ts';
import { describeOther, isBuild } from './other-entries.ts';
import { isOpenLauncher, pickCommands, scriptOf, VIA_ORDER } from './pick-commands.ts';

const MAX_ENTRIES = 40;
/** Programs that are looked at closely; of hundreds the rest are helpers. */
const MAX_DESCRIBED = 80;

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
  const started = programs.map((program) => ({ ...program, starts: listStarts(context, program) }));
  const others = [...rest.values()].flatMap((written) => describeOther(written, input.files));
  const whole = readWhole([...started.flatMap(({ starts }) => starts), ...others.map(({ candidate }) => candidate)]);
  const ranked = others.map(({ entry, candidate }) => ({ ...entry, ...rankCandidate(candidate, whole) }));
  const rank = (found: readonly Entry[]) => found.toSorted(compareEntries).slice(0, MAX_ENTRIES);
  const found = [...describeBest(context, started, whole, (some) => rank([...some, ...ranked]).at(MAX_ENTRIES - 1)), ...ranked];
  return rank([...found, ...findTests(input, found)]);
}

/** The Python programs worth a closer look, and the commands that start none of them. */
function listPrograms(
  { input, sources, graph, training }: EntryContext,
  commands: readonly WrittenCommand[],
): { programs: Program[]; rest: ReadonlyMap<string, readonly WrittenCommand[]> } {
  const imported = new Set([...graph.local.values()].flat());
  const byFile = new Map<string, WrittenCommand[]>();
  for (const command of commands) byFile.set(command.file, [...(byFile.get(command.file) ?? []), command]);
  const programs: (Program & { readonly promise: number })[] = [];
  for (const source of sources.all) {
    const { path } = source.file;
    if (input.subfolder !== '' && !path.startsWith(`${input.subfolder}/`)) continue;
    if (/(^|\/)(setup|conftest|conf|noxfile|versioneer|fabfile|hubconf)\.py$/.test(path)) continue;
    const written = byFile.get(path) ?? [];
    byFile.delete(path);
    const isLibrary = imported.has(path) || sources.byPath.has(`${folderOf(path)}/__init__.py`);
    const isGuarded = source.module.mainLine !== null && !isEmptyGuard(source, source.module.mainLine);
    const isProgram = source.notebook !== null || isGuarded || (!isLibrary && source.module.worksAtTop);
    if (written.length === 0 && (!isProgram || /(^|\/)(__init__|tasks)\.py$/.test(path))) continue;
    programs.push({ source, written, promise: rankProgram(source, written, training.has(path)) });
  }
  return { programs: programs.sort((a, b) => b.promise - a.promise).slice(0, MAX_DESCRIBED), rest: byFile };
}

interface Program {
  readonly source: Source;
  readonly written: readonly WrittenCommand[];
}

/** A program with the ways to start it. */
interface Started extends Program {
  readonly starts: readonly Candidate[];
}

/** How many programs are described before it is asked again whether the next can be among those shown. */
const STEP = 8;

/**
 * The entries of programs, best first, without those that cannot be shown: reading the arguments of a program costs more than all else about it.
 * `findLast` tells which of some entries would be the last shown, if they are enough.
 */
function describeBest(
  context: EntryContext,
  programs: readonly Started[],
  whole: Whole,
  findLast: (found: readonly Entry[]) => Entry | undefined,
): Entry[] {
  const found: Entry[] = [];
  const highest = ({ starts }: Started) => Math.max(...starts.map((start) => rankCandidate(start, whole).score)) + MOST_FOR_ARGUMENTS;
  const rest = programs.map((program) => ({ program, file: program.source.file.path, score: highest(program) })).sort(compareEntries);
  for (let at = 0; at < rest.length; at += STEP) {
    const last = findLast(found);
    const next = rest[at];
    if (last !== undefined && next !== undefined && compareEntries(last, next) < 0) break;
    for (const { program } of rest.slice(at, at + STEP)) found.push(...describeProgram(context, program, whole));
  }
  return found;
}

/** True where nothing but `pass` stands behind the guard at the end of a file: starting it does nothing. */
function isEmptyGuard(source: Source, mainLine: number): boolean {
  const body = linesOf(source.text)
    .slice(mainLine, mainLine + 20)
    .filter((line) => line.trim() !== '');
  return body.length === 1 && body[0]?.trim() === 'pass';
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
      score: 0,
    },
  ];
}

/** A first guess, without reading arguments: what documents name, what trains, what lies high. */
function rankProgram(source: Source, written: readonly WrittenCommand[], trains: boolean): number {
  const via = Math.min(5, ...written.map((command) => VIA_ORDER[command.via]));
  const isTest = /(^|\/)(tests?|docs?)\//.test(source.file.path) ? 20 : 0;
  const isTraining = readNameKind(nameOf(source.file.path)) === 'train';
  return (5 - via) * 10 + (trains ? 8 : 0) + (isTraining ? 8 : 0) - 2 * source.file.path.split('/').length - isTest;
}

interface EntryContext {
  readonly input: RepoInput;
  readonly sources: Sources;
  readonly graph: ImportGraph;
  readonly ownNames: ReadonlySet<string>;
  /** Files whose text trains something. */
  readonly training: ReadonlySet<string>;
  /** All files of the repository. */
  readonly paths: ReadonlySet<string>;
  readonly signs: NameSigns;
  /** Notebooks that the main README lists. */
  readonly listed: ReadonlySet<string>;
}

/** The ways to start a program, as far as they are known without reading its arguments. */
function listStarts(context: EntryContext, { source, written }: Program): Candidate[] {
  const { path } = source.file;
  const trains = listReached(context.graph, path).some((file) => context.training.has(file));
  return pickStarts(source, written, trains).map(({ command, kind, launcher, argv }) => ({
    entry: { file: path, kind, launcher, argv, arguments: [] },
    command,
    mentions: written.length,
    trains,
    isGuarded: source.module.mainLine !== null,
    isNamed: isNamedInReadme(context.signs, path),
    isPackaged: context.sources.byPath.has(joinPath(folderOf(path), '__init__.py') ?? ''),
    isNamesake: isNamesake(context.signs, command === undefined ? path : (scriptOf(command) ?? path)),
    isListed: context.listed.has(path),
    isForeign: isForeign(context.signs, path),
    toldAs: command === undefined ? null : countToldBefore(context.signs, command),
  }));
}

interface ProgramStart extends Pick<Entry, 'kind' | 'launcher' | 'argv'> {
  readonly command: WrittenCommand | undefined;
}

/** The commands by which a program is started, each with what it does; one without a command where nobody wrote one. */
function pickStarts(source: Source, written: readonly WrittenCommand[], trains: boolean): ProgramStart[] {
  const kinds = new Map(written.map((command) => [command, kindOf(source, command, trains)]));
  // One document says what a program is for, another only how it is started.
  const isTraining = [...kinds.values()].includes('train');
  const kind = (command: WrittenCommand) => {
    if (command.launcher === 'shell' && isBuild(command)) return 'preprocess';
    const found = kinds.get(command) ?? 'other';
    return found === 'other' && isTraining ? 'train' : found;
  };
  const typed = pickCommands(written, kind);
  const { path } = source.file;
  if (source.notebook !== null)
    return [{ command: typed[0], kind: trains ? 'notebook' : 'demo', launcher: 'notebook', argv: ['jupyter', 'execute', nameOf(path)] }];
  const starts: ProgramStart[] = typed.map((command) => ({ command, kind: kind(command), launcher: command.launcher, argv: command.argv }));
  // A script's launcher may be told what only the script's own surroundings know; the program alone can be started.
  return typed.every((command) => command.via === 'script' && isOpenLauncher(command))
    ? [...starts, { command: undefined, kind: kindOf(source, undefined, trains), launcher: 'python', argv: ['python', nameOf(path)] }]
    : starts;
}

function describeProgram(context: EntryContext, { source, written, starts }: Started, whole: Whole): Entry[] {
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
    importRoots: rootsOf(graph, files),
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

function rootsOf(graph: ImportGraph, files: readonly string[]): string[] {
  return [...new Set(files.flatMap((file) => graph.roots.get(file) ?? []))].sort();
}

/** The argument that a typed word sets, by its name or one of its aliases; dashes and underscores count as the same. */
export function findArgument(entry: Entry, word: string): EntryArgument | undefined {
  const wanted = plainName(word.split('=')[0] ?? word);
  return entry.arguments.find((argument) => [argument.name, ...argument.aliases].some((name) => plainName(name) === wanted));
}

function plainName(name: string): string {
  return name.length === 2 ? name : name.replace(/^-+/, '').replaceAll('-', '_');
}
