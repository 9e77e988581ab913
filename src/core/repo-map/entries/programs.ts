/** The Python programs of a repository, and the ways to start each. */
import type { WrittenCommand } from '../commands/commands.ts';
import { depthOf, folderOf, joinPath, linesOf, type RepoInput } from '../input.ts';
import type { Entry } from '../schema.ts';
import { listReached, type ImportGraph, type Source, type Sources } from '../sources.ts';
import { kindOf } from './entry-kind.ts';
import { countToldBefore, isForeign, isNamedInReadme, isNamesake, type NameSigns } from './entry-signs.ts';
import { startAlone } from './entry-start.ts';
import type { Candidate } from './grounds/ground.ts';
import { isBuild } from './other-entries.ts';
import { isOpenLauncher, pickCommands, scriptOf } from './pick-commands.ts';

export interface EntryContext {
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

export interface Program {
  readonly source: Source;
  readonly written: readonly WrittenCommand[];
  /** Each way to start it, as far as it is known without reading its arguments. */
  readonly starts: readonly Candidate[];
}

/** Programs that are looked at closely; of hundreds the rest are helpers. */
const MAX_PROGRAMS = 80;

/** Without reading them: what somebody tells, then what trains, then what lies high. */
function comparePromise({ training }: EntryContext) {
  const trains = (path: string) => Number(training.has(path));
  return (
    { source: { file: a }, written: toldA }: Omit<Program, 'starts'>,
    { source: { file: b }, written: toldB }: Omit<Program, 'starts'>,
  ) => Number(toldB.length > 0) - Number(toldA.length > 0) || trains(b.path) - trains(a.path) || depthOf(a.path) - depthOf(b.path);
}

/** The Python programs with the ways to start them, and by file the commands that start none of them. */
export function listPrograms(
  context: EntryContext,
  commands: readonly WrittenCommand[],
): { programs: Program[]; rest: ReadonlyMap<string, readonly WrittenCommand[]> } {
  const { input, sources, graph } = context;
  const imported = new Set([...graph.local.values()].flat());
  const byFile = new Map<string, WrittenCommand[]>();
  for (const command of commands) byFile.set(command.file, [...(byFile.get(command.file) ?? []), command]);
  const found: Omit<Program, 'starts'>[] = [];
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
    found.push({ source, written });
  }
  const programs = found.toSorted(comparePromise(context)).slice(0, MAX_PROGRAMS);
  return {
    programs: programs.map((program) => ({ ...program, starts: listStarts(context, program.source, program.written) })),
    rest: byFile,
  };
}

/** True where nothing but `pass` stands behind the guard at the end of a file: starting it does nothing. */
function isEmptyGuard(source: Source, mainLine: number): boolean {
  const body = linesOf(source.text)
    .slice(mainLine, mainLine + 20)
    .filter((line) => line.trim() !== '');
  return body.length === 1 && body[0]?.trim() === 'pass';
}

function listStarts(context: EntryContext, source: Source, written: readonly WrittenCommand[]): Candidate[] {
  const { path } = source.file;
  const files = listReached(context.graph, path);
  const trains = files.some((file) => context.training.has(file));
  const alone = () => startAlone(source, listRoots(context.graph, files));
  return pickStarts(source, written, trains).map(({ command, kind }) => ({
    entry: { file: path, kind, ...pickStart(command ?? alone()), arguments: [] },
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

function pickStart({ argv, launcher }: Pick<Entry, 'argv' | 'launcher'>): Pick<Entry, 'argv' | 'launcher'> {
  return { argv, launcher };
}

interface ProgramStart extends Pick<Entry, 'kind'> {
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
  if (source.notebook !== null) return [{ command: typed[0], kind: trains ? 'notebook' : 'demo' }];
  const starts: ProgramStart[] = typed.map((command) => ({ command, kind: kind(command) }));
  // A script's launcher may be told what only the script's own surroundings know; the program alone can be started.
  return typed.every((command) => command.via === 'script' && isOpenLauncher(command))
    ? [...starts, { command: undefined, kind: kindOf(source, undefined, trains) }]
    : starts;
}

/** Folders that must be on the path for what the files import. */
export function listRoots(graph: ImportGraph, files: readonly string[]): string[] {
  return [...new Set(files.flatMap((file) => graph.roots.get(file) ?? []))].sort();
}
