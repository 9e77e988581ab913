/** What can be started in a repository, best first. */
import { readArguments, readConstants } from './arguments.ts';
import { isPlaceholder, type WrittenCommand } from './commands.ts';
import { findNeeds } from './dependencies.ts';
import { folderOf, nameOf, relativePath, type RepoInput } from './input.ts';
import type { Entry, EntryArgument } from './schema.ts';
import { cite, listReached, type ImportGraph, type Source, type Sources } from './sources.ts';

const MAX_ENTRIES = 40;
const TRAINS =
  /\.backward\(|optimi[sz]er\.step\(|\.fit\(|\.train_on_batch\(|apply_gradients\(|[tT]rainer\.(train|run|fit)\(|\.partial_fit\(|\.minimize\(|GradientTape|value_and_grad\(|\.zero_grad\(/;
const NAME_KINDS: readonly (readonly [Entry['kind'], RegExp])[] = [
  ['train', /(^|_)(train|trainer|training|finetune|fine_tune|pretrain|fit|learn|sft|dpo)(_|\d|$)/],
  ['download', /(^|_)(download|fetch|get_data)(_|$)/],
  [
    'preprocess',
    /(^|_)(pre_?process|prepare|prepro|convert|make|build|create|extract|tokenize|split|generate_(\w*_)?(data|dataset|wave|sine\w*)|gen_data)(_|$)/,
  ],
  ['evaluate', /(^|_)(eval|evaluate|evaluation|test|infer|inference|predict|validate|benchmark|bench|score|metrics)(_|\d|$)/],
  ['demo', /(^|_)(demo|app|gradio|streamlit|sample|sampling|generate|visuali[sz]e|plot|interact|chat|serve|server|api|export)(_|$)/],
];
const OTHER_WORK =
  /\.py (eval|evaluate|test|sample|predict|infer|generate)\b|--(eval|evaluate|eval[_-]only|test|test[_-]only|sample|sample[_-]only|infer|inference|predict|generate|resume|demo|validate)\b|\b(mode|do)[= ](test|eval|sample)\b/;

/** All entries of the map's folder, ranked. */
export function findEntries(
  input: RepoInput,
  sources: Sources,
  graph: ImportGraph,
  commands: readonly WrittenCommand[],
  ownNames: ReadonlySet<string>,
): Entry[] {
  const imported = new Set([...graph.local.values()].flat());
  const training = new Set(sources.all.filter((source) => TRAINS.test(source.text)).map((source) => source.file.path));
  const context = { input, sources, graph, ownNames, training };
  const found: Entry[] = [];
  for (const source of sources.all) {
    const { path } = source.file;
    if (input.subfolder !== '' && !path.startsWith(`${input.subfolder}/`)) continue;
    if (/(^|\/)(setup|conftest|conf|noxfile|versioneer|__init__|fabfile|tasks|hubconf)\.py$/.test(path)) continue;
    const written = commands.filter((command) => command.file === path);
    const isLibrary = imported.has(path) || sources.byPath.has(`${folderOf(path)}/__init__.py`);
    const isProgram = source.notebook !== null || source.module.mainLine !== null || (source.module.worksAtTop && !isLibrary);
    if (!isProgram && written.length === 0) continue;
    found.push(...describeSource(context, source, written));
  }
  return found.sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1)).slice(0, MAX_ENTRIES);
}

interface EntryContext {
  readonly input: RepoInput;
  readonly sources: Sources;
  readonly graph: ImportGraph;
  readonly ownNames: ReadonlySet<string>;
  /** Files whose text trains something. */
  readonly training: ReadonlySet<string>;
}

function describeSource(context: EntryContext, source: Source, written: readonly WrittenCommand[]): Entry[] {
  const { input, sources, graph, ownNames, training } = context;
  const files = listReached(graph, source.file.path);
  const reached = files.flatMap((file) => sources.byPath.get(file) ?? []);
  const shared = {
    file: source.file.path,
    arguments: source.notebook === null ? readArguments({ entry: source, reached, files: input.files }) : [],
    files,
    needs: findNeeds(files, graph, ownNames),
    importRoots: rootsOf(graph, files),
    constants: readConstants(source).map((item) => ({ ...item, evidence: cite(source, item.line) })),
  };
  const trains = files.some((file) => training.has(file));
  const isGuarded = source.module.mainLine !== null;
  const line = source.module.mainLine ?? source.module.loops.find((loop) => loop.inFunction === null)?.line ?? 1;
  const make = (start: Start): Entry => {
    const entry = { ...shared, ...start, command: start.argv.map(quoteWord).join(' '), line, score: 0 };
    return { ...entry, score: scoreEntry(entry, trains, isGuarded, written) };
  };
  if (source.notebook !== null) return [make({ ...startNotebook(source), kind: trains ? 'notebook' : 'demo' })];
  const typed = pickCommands(written);
  if (typed.length === 0)
    return [make({ ...startFile(source, shared.importRoots), kind: kindOf(source, '', trains), evidence: [cite(source, line)] })];
  return typed.map((command) =>
    make({
      argv: dropPlaceholders(command.argv),
      cwd: command.cwd,
      launcher: command.launcher,
      kind: kindOf(source, command.argv.slice(1).join(' '), trains),
      evidence: [command.evidence, cite(source, line)],
    }),
  );
}

type Start = Pick<Entry, 'argv' | 'cwd' | 'launcher' | 'kind' | 'evidence'>;

function startNotebook(source: Source): Omit<Start, 'kind'> {
  const { path } = source.file;
  return {
    argv: ['jupyter', 'execute', nameOf(path)],
    cwd: folderOf(path),
    launcher: 'notebook',
    evidence: [{ file: path, line: 1, text: nameOf(path) }],
  };
}

/** A file that imports relatively only works as a module of its package; every other file is started where it lies. */
function startFile(source: Source, roots: readonly string[]): Omit<Start, 'kind' | 'evidence'> {
  const { path } = source.file;
  const isPart = source.module.imports.some((item) => item.level > 0 && item.where === 'top');
  if (!isPart) return { argv: ['python', asWord(nameOf(path))], cwd: folderOf(path), launcher: 'python' };
  const root = roots.find((candidate) => candidate === '' || path.startsWith(`${candidate}/`)) ?? folderOf(folderOf(path));
  const module = relativePath(root, path).replace(/\.py$/, '').replaceAll('/', '.');
  return { argv: ['python', '-m', module], cwd: root, launcher: 'module' };
}

/** A file name that no program takes for an option. */
export function asWord(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

/** The first command that trains, and the first one that does something else. */
function pickCommands(written: readonly WrittenCommand[]): WrittenCommand[] {
  const usable = [...written].sort((a, b) => Number(a.hasPlaceholder) - Number(b.hasPlaceholder));
  const main = usable.find((command) => !OTHER_WORK.test(command.argv.join(' ')));
  const other = usable.find((command) => OTHER_WORK.test(command.argv.join(' ')));
  return [main, other].filter((command) => command !== undefined);
}

/** Leaves out options whose value only the reader knows; the program's own defaults then count. */
function dropPlaceholders(words: readonly string[]): string[] {
  return words.filter((word, index) => {
    const next = words[index + 1];
    const takesPlaceholder = word.startsWith('-') && !word.includes('=') && next !== undefined && isPlaceholder(next);
    const isValue = isPlaceholder(word) && (word.startsWith('-') || words[index - 1]?.startsWith('-') === true);
    return !takesPlaceholder && !isValue;
  });
}

function rootsOf(graph: ImportGraph, files: readonly string[]): string[] {
  return [...new Set(files.flatMap((file) => graph.roots.get(file) ?? []))].sort();
}

function kindOf(source: Source, words: string, trains: boolean): Entry['kind'] {
  const { path } = source.file;
  const name = nameOf(path)
    .replace(/\.py$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  if (/(^|\/)(tests?|testing|unittests?)\//.test(path) || /^test_|_test$/.test(name)) return 'test';
  if (OTHER_WORK.test(words)) return 'evaluate';
  const named = NAME_KINDS.find(([, pattern]) => pattern.test(name))?.[0];
  if (named === 'train' || (named === undefined && trains)) return 'train';
  if (named !== undefined) return trains && named === 'demo' ? 'train' : named;
  return 'other';
}

const KIND_SCORE: Readonly<Record<Entry['kind'], number>> = {
  train: 40,
  notebook: 25,
  other: 8,
  demo: 4,
  evaluate: 5,
  preprocess: 2,
  download: 1,
  test: -60,
};

function scoreEntry(entry: Omit<Entry, 'score'>, trains: boolean, isGuarded: boolean, written: readonly WrittenCommand[]): number {
  const command = written.find((item) => item.evidence === entry.evidence[0]);
  const name = nameOf(entry.file);
  let score = KIND_SCORE[entry.kind];
  if (command !== undefined) score += /^readme/i.test(nameOf(command.evidence.file)) ? 25 : 12;
  if (command?.hasPlaceholder === true) score -= 12;
  if (written.length > 1) score += Math.min(6, written.length);
  if (/^train(ing)?\.py$/.test(name)) score += 12;
  else if (/^(main|run)\.py$/.test(name)) score += 8;
  if (isGuarded) score += 6;
  if (trains && entry.kind === 'train') score += 8;
  if (entry.arguments.some((argument) => argument.role === 'steps' || argument.role === 'epochs')) score += 8;
  if (entry.arguments.some((argument) => argument.required)) score -= 10;
  if (entry.launcher === 'torchrun' || entry.launcher === 'deepspeed') score -= 4;
  if (
    /(^|\/)(legacy|old|deprecated|archive|third_party|external|vendor|submodules|baselines?|scripts\/data|benchmarks?|docs?)\//i.test(
      entry.file,
    )
  )
    score -= 25;
  return score - 2 * (entry.file.split('/').length - 1);
}

/** Lowers entries whose files are missing, so that what can run as it stands comes first. */
export function rankByAssets(entries: readonly Entry[], isMissing: (entry: Entry) => boolean): Entry[] {
  return entries
    .map((entry) => (isMissing(entry) ? { ...entry, score: entry.score - 20 } : entry))
    .sort((a, b) => b.score - a.score || (a.file < b.file ? -1 : 1));
}

/** A word as it is typed in a shell. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The argument that a typed word sets, by its name or one of its aliases; dashes and underscores count as the same. */
export function findArgument(entry: Entry, word: string): EntryArgument | undefined {
  const wanted = plainName(word.split('=')[0] ?? word);
  return entry.arguments.find((argument) => [argument.name, ...argument.aliases].some((name) => plainName(name) === wanted));
}

function plainName(name: string): string {
  return name.length === 2 ? name : name.replace(/^-+/, '').replaceAll('-', '_');
}
