/** What can be started in a repository, best first. */
import { readArguments, readConstants } from '../arguments/arguments.ts';
import type { WrittenCommand } from '../commands/commands.ts';
import { readNameKind } from '../commands/purpose.ts';
import { quoteWord } from '../commands/shell-words.ts';
import { findNeeds } from '../dependencies/dependencies.ts';
import { folderOf, joinPath, linesOf, nameOf, type RepoInput } from '../input.ts';
import type { Entry, EntryArgument } from '../schema.ts';
import { cite, listReached, type ImportGraph, type Source, type Sources } from '../sources.ts';
import { lowerParts, lowerSideWork, raiseLinkedNotebooks } from './entry-rank.ts';
import { kindOf, MOST_FOR_ARGUMENTS, scoreEntry, trainsItself, type ScoreFacts } from './entry-score.ts';
import { countToldBefore, isNamedInReadme, isNamesake, lacksSetting, readNameSigns, type NameSigns } from './entry-signs.ts';
import { startOf } from './entry-start.ts';
import { describeOther } from './other-entries.ts';
import { isOpenLauncher, pickCommands, VIA_ORDER } from './pick-commands.ts';

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
  const imported = new Set([...graph.local.values()].flat());
  const training = new Set(sources.all.filter((source) => trainsItself(source.text)).map((source) => source.file.path));
  const paths = new Set(input.files.map((file) => file.path));
  const context = { input, sources, graph, ownNames, training, imported, paths, signs: readNameSigns(input) };
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
  const best = programs.sort((a, b) => b.promise - a.promise).slice(0, MAX_DESCRIBED);
  const others = [...byFile.values()].flatMap((written) => describeOther(written, input.files));
  const rank = (found: readonly Entry[]) =>
    raiseLinkedNotebooks(lowerParts(lowerSideWork(found, commands, input.files), commands), input.files)
      .sort(compareEntries)
      .slice(0, MAX_ENTRIES);
  const found = [...describeBest(context, best, (some) => rank([...some, ...others]).at(MAX_ENTRIES - 1)), ...others];
  return rank([...found, ...findTests(input, found)]);
}

interface Program {
  readonly source: Source;
  readonly written: readonly WrittenCommand[];
}

/** How many programs are described before it is asked again whether the next can be among those shown. */
const STEP = 8;

/**
 * The entries of programs, in their order, without those that cannot be shown: reading the arguments of a program costs more than all else
 * about it. `findLast` tells which of some entries would be the last shown, if they are enough. What the first README names and notebooks are
 * always described, since how the others rank depends on them.
 */
function describeBest(
  context: EntryContext,
  programs: readonly Program[],
  findLast: (found: readonly Entry[]) => Entry | undefined,
): Entry[] {
  const described = new Map<Program, Entry[]>();
  const add = (program: Program) => described.set(program, describeSource(context, program.source, program.written));
  const list = () => programs.flatMap((program) => described.get(program) ?? []);
  const isTold = ({ via, evidence }: WrittenCommand) => via === 'readme' && !evidence.file.includes('/');
  for (const program of programs) if (program.source.notebook !== null || program.written.some(isTold)) add(program);
  const rest = programs
    .filter((program) => !described.has(program))
    .map((program) => ({ program, file: program.source.file.path, score: highestScore(context, program) }))
    .sort(compareEntries);
  for (let at = 0; at < rest.length; at += STEP) {
    const last = findLast(list());
    const next = rest[at];
    if (last !== undefined && next !== undefined && compareEntries(last, next) < 0) break;
    for (const { program } of rest.slice(at, at + STEP)) add(program);
  }
  return list();
}

function compareEntries(a: Pick<Entry, 'score' | 'file'>, b: Pick<Entry, 'score' | 'file'>): number {
  return b.score - a.score || (a.file < b.file ? -1 : 1);
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
  if (test === undefined || found.some((entry) => entry.score > 30)) return [];
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
      score: 2,
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
  /** Files that others import. */
  readonly imported: ReadonlySet<string>;
  readonly signs: NameSigns;
}

/** No entry of the program scores higher, whatever its arguments are. */
function highestScore(context: EntryContext, { source, written }: Program): number {
  const { path } = source.file;
  const trains = listReached(context.graph, path).some((file) => context.training.has(file));
  const scores = pickStarts(source, written, trains).map(({ command, kind }) =>
    scoreEntry({ file: path, kind, arguments: [] }, { ...readFacts(context, source, command), mentions: written.length, trains }),
  );
  return Math.max(...scores) + MOST_FOR_ARGUMENTS;
}

/** The commands by which a program is started, each with what it does; one without a command where nobody wrote one. */
function pickStarts(
  source: Source,
  written: readonly WrittenCommand[],
  trains: boolean,
): { readonly command: WrittenCommand | undefined; readonly kind: Entry['kind'] }[] {
  const kinds = new Map(written.map((command) => [command, kindOf(source, command, trains)]));
  // One document says what a program is for, another only how it is started.
  const isTraining = [...kinds.values()].includes('train');
  const kind = (command: WrittenCommand) => {
    const found = kinds.get(command) ?? 'other';
    return found === 'other' && isTraining ? 'train' : found;
  };
  const typed = pickCommands(written, kind);
  if (source.notebook !== null) return [{ command: typed[0], kind: trains ? 'notebook' : 'demo' }];
  const starts = typed.map((command) => ({ command, kind: kind(command) }));
  // A script's launcher may be told what only the script's own surroundings know; the program alone can be started.
  return typed.every((command) => command.via === 'script' && isOpenLauncher(command))
    ? [...starts, { command: undefined, kind: kindOf(source, undefined, trains) }]
    : starts;
}

function describeSource(context: EntryContext, source: Source, written: readonly WrittenCommand[]): Entry[] {
  const { input, sources, graph, ownNames, training } = context;
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
  const trains = files.some((file) => training.has(file));
  const line = source.module.mainLine ?? source.module.loops.find((loop) => loop.inFunction === null)?.line ?? 1;
  return pickStarts(source, written, trains).map(({ command, kind }) => {
    const start = startOf(source, command, kind, shared, line, input.files);
    const entry = { ...shared, ...start, command: start.argv.map(quoteWord).join(' '), line, score: 0 };
    return { ...entry, score: scoreEntry(entry, { ...readFacts(context, source, command), mentions: written.length, trains }) };
  });
}

function readFacts(context: EntryContext, source: Source, command: WrittenCommand | undefined): Omit<ScoreFacts, 'mentions' | 'trains'> {
  const { path } = source.file;
  return {
    command,
    trainsItself: context.training.has(path),
    isGuarded: source.module.mainLine !== null,
    isImported: context.imported.has(path),
    isNamed: isNamedInReadme(context.signs, path),
    toldAs: command === undefined ? null : countToldBefore(context.signs, command),
    lacksSetting: command !== undefined && lacksSetting(command, context.paths),
    isPackaged: context.sources.byPath.has(joinPath(folderOf(path), '__init__.py') ?? ''),
    isNamesake: isNamesake(context.signs, path),
  };
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

/** Lowers entries whose files are missing, so that what can run as it stands comes first. */
export function rankByAssets(entries: readonly Entry[], isMissing: (entry: Entry) => boolean): Entry[] {
  return entries.map((entry) => (isMissing(entry) ? { ...entry, score: entry.score - 12 } : entry)).sort(compareEntries);
}

/** The argument that a typed word sets, by its name or one of its aliases; dashes and underscores count as the same. */
export function findArgument(entry: Entry, word: string): EntryArgument | undefined {
  const wanted = plainName(word.split('=')[0] ?? word);
  return entry.arguments.find((argument) => [argument.name, ...argument.aliases].some((name) => plainName(name) === wanted));
}

function plainName(name: string): string {
  return name.length === 2 ? name : name.replace(/^-+/, '').replaceAll('-', '_');
}
