/** What a probe would import where nothing trains: the models and data sets of a repository, and the entry that stands for them. Pure. */
import { findNeeds } from '../repo-map/dependencies/dependencies.ts';
import { folderOf, nameOf, type RepoInput } from '../repo-map/input.ts';
import { lastName, type PyFunction } from '../repo-map/python.ts';
import type { Entry } from '../repo-map/schema.ts';
import { buildImportGraph, cite, listReached, readSources, type ImportGraph, type Source } from '../repo-map/sources.ts';
import { listModelClasses, type FoundClass } from './model-classes.ts';
import { readExamples, type ProbeExample } from './probe-examples.ts';

export interface ProbeTarget {
  readonly module: string;
  readonly name: string;
  readonly kind: 'model' | 'data';
  readonly file: string;
  readonly line: number;
  /** How the README calls it. */
  readonly examples: readonly ProbeExample[];
}

export interface ProbeSubject {
  /** Stands for the probe where an environment is planned: what the targets' files reach and need. */
  readonly entry: Entry;
  readonly targets: readonly ProbeTarget[];
  /** Folders of the repository from which the modules are imported. */
  readonly roots: readonly string[];
}

const MAX_MODELS = 8;
const MAX_DATA = 3;
const MAX_PER_FILE = 2;
const FEW_FILES = 2;
const IDENTIFIER = /^[A-Za-z_]\w{0,80}$/;
const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** The classes and factories worth probing, best first; null when the repository has no model that can be imported. */
export function findProbe(input: RepoInput): ProbeSubject | null {
  const sources = readSources(input);
  const graph = buildImportGraph(input, sources);
  const usable = sources.all.filter((source) => isUsable(input, source));
  const readme = input.files
    .filter((file) => /^readme[^/]*$/i.test(nameOf(file.path)) && folderOf(file.path) === input.subfolder)
    .map((file) => (file.text ?? '').slice(0, 100_000))
    .join('\n');
  const mentioned = rankMentions(readme);
  const found = listModelClasses(usable);
  const models = [
    ...found.models.flatMap((item) => rankClass(item, found.components, mentioned)),
    ...rankFactories(usable, found.models, mentioned),
  ];
  const chosen = takeBest(dropParts(models), MAX_MODELS);
  if (chosen.length === 0) return null;
  const data = takeBest(
    found.data.map((item) => ({ ...asCandidate(item, 'data'), score: mentioned.get(item.name) ?? 0 })),
    MAX_DATA,
  );
  return describeSubject(input, graph, sources.byPath, [...chosen, ...data]);
}

type Mentions = ReadonlyMap<string, number>;

/** Every word of a README, with more for those that come early. */
function rankMentions(readme: string): Mentions {
  const found = new Map<string, number>();
  for (const match of readme.matchAll(/\w{2,80}/g))
    if (!found.has(match[0])) found.set(match[0], 20 + 10 * (1 - match.index / Math.max(1, readme.length)));
  return found;
}

interface Candidate {
  readonly source: Source;
  readonly name: string;
  readonly kind: ProbeTarget['kind'];
  readonly line: number;
  readonly score: number;
}

function isUsable(input: RepoInput, source: Source): boolean {
  const { path } = source.file;
  if (source.notebook !== null || (input.subfolder !== '' && !path.startsWith(`${input.subfolder}/`))) return false;
  if (/(^|\/)(tests?|testing|docs?|examples?|scripts|benchmarks?|third_party|vendor|build)\//.test(path)) return false;
  return !/(^|\/)(setup|conftest|conf|test_\w*|\w*_test)\.py$/.test(path) && nameModule(input, path) !== null;
}

function rankClass(item: FoundClass, components: ReadonlySet<string>, mentioned: Mentions): Candidate[] {
  if (!item.hasForward || item.name.startsWith('_')) return [];
  const open = (item.init?.parameters ?? []).filter(
    (parameter) => parameter.name !== 'self' && !parameter.name.startsWith('*') && parameter.default === null,
  );
  let score = mentioned.get(item.name) ?? 0;
  score += components.has(item.name) ? -10 : 12;
  if (/(net|model|transformer|former|gan|generator|vit|unet|bert|gpt|lm|resnet|autoencoder|vae|classifier)\w{0,6}$/i.test(item.name))
    score += 5;
  if (
    /(loss|criterion|block|layer|attention|embedding|embed|norm|head|mixin|base|wrapper|conv|residual|dropout|identity|pool|mlp|activation|module|function)s?\d?$/i.test(
      item.name,
    )
  )
    score -= 10;
  score -= Math.min(4, open.length);
  // A class that takes nothing is an activation or a fixed transform more often than a model.
  if ((item.init?.parameters.length ?? 0) <= 1 && components.has(item.name)) score -= 8;
  return [{ ...asCandidate(item, 'model'), score: score + rankPlace(item.source) }];
}

function asCandidate(item: FoundClass, kind: ProbeTarget['kind']): Omit<Candidate, 'score'> {
  return { source: item.source, name: item.name, kind, line: item.line };
}

function rankPlace(source: Source): number {
  const { path } = source.file;
  return (/(^|\/)(models?|networks?|nets?|architectures?|archs?|modeling\w*)(\/|\.py$)/i.test(path) ? 3 : 0) - path.split('/').length;
}

/** Functions that need nothing and give a model: what model zoos have for people to call. */
function rankFactories(sources: readonly Source[], models: readonly FoundClass[], mentioned: Mentions): Candidate[] {
  const names = new Set(models.map((item) => item.name));
  return sources.flatMap((source) => {
    const makers = new Set(names);
    const own = source.module.functions.filter((item) => item.inClass === null);
    const makes = (item: PyFunction) =>
      source.module.calls.some((call) => call.inFunction === item.name && makers.has(lastName(call.name)));
    // A second look finds the functions that call a private helper, which calls the class.
    for (const item of own) if (makes(item)) makers.add(item.name);
    return own
      .filter((item) => makes(item) && isFactory(item))
      .map((item) => {
        const isRegistered = item.decorators.some((decorator) => /register/.test(decorator.name));
        const score = 10 + (mentioned.get(item.name) ?? 0) + (isRegistered ? 5 : 0) + rankPlace(source);
        return { source, name: item.name, kind: 'model' as const, line: item.line, score };
      });
  });
}

function isFactory(item: PyFunction): boolean {
  if (
    item.name.startsWith('_') ||
    /^(main|train|test|evaluate|run|load|save|convert|demo|get_args|export|benchmark|parse)|loss|dataset|loader|optim/i.test(item.name)
  )
    return false;
  return item.parameters.every((parameter) => parameter.name.startsWith('*') || parameter.default !== null);
}

/** Parts of models are probed only where there is nothing whole. */
function dropParts(candidates: readonly Candidate[]): readonly Candidate[] {
  const whole = candidates.filter((item) => item.score > 0);
  return whole.length > 0 ? whole : candidates;
}

function takeBest(candidates: readonly Candidate[], most: number): Candidate[] {
  const perFile = new Map<string, number>();
  const mostOfOne = new Set(candidates.map((item) => item.source.file.path)).size <= FEW_FILES ? most : MAX_PER_FILE;
  const seen = new Set<string>();
  return [...candidates]
    .sort((a, b) => b.score - a.score || (a.source.file.path < b.source.file.path ? -1 : 1) || a.line - b.line)
    .filter((item) => {
      const { path } = item.source.file;
      const count = perFile.get(path) ?? 0;
      if (count >= mostOfOne || seen.has(item.name) || !isName(item.name)) return false;
      perFile.set(path, count + 1);
      seen.add(item.name);
      return true;
    })
    .slice(0, most);
}

function isName(word: string): boolean {
  return IDENTIFIER.test(word) && !KEYWORDS.has(word);
}

/** The dotted name of a file and the folder it is imported from; null where a part of the path is no identifier. */
function nameModule(input: Pick<RepoInput, 'files'>, path: string): { module: string; root: string } | null {
  const packages = packagesOf(input);
  let root = folderOf(path);
  while (root !== '' && packages.has(root)) root = folderOf(root);
  const inside = root === '' ? path : path.slice(root.length + 1);
  const parts = inside.replace(/(\/__init__)?\.py$/, '').split('/');
  return parts.every(isName) ? { module: parts.join('.'), root } : null;
}

const remembered = new WeakMap<object, ReadonlySet<string>>();

function packagesOf({ files }: Pick<RepoInput, 'files'>): ReadonlySet<string> {
  const known = remembered.get(files);
  if (known !== undefined) return known;
  const made = new Set(files.filter((file) => nameOf(file.path) === '__init__.py').map((file) => folderOf(file.path)));
  remembered.set(files, made);
  return made;
}

function describeSubject(
  input: RepoInput,
  graph: ImportGraph,
  byPath: ReadonlyMap<string, Source>,
  chosen: readonly Candidate[],
): ProbeSubject | null {
  const examples = readExamples(input);
  const targets = chosen.flatMap(({ source, name, kind, line }) => {
    const place = nameModule(input, source.file.path);
    if (place === null) return [];
    return [{ module: place.module, name, kind, file: source.file.path, line, examples: examples.get(name) ?? [], root: place.root }];
  });
  const [first] = targets;
  const best = chosen[0];
  if (first === undefined || best === undefined) return null;
  const started = targets.flatMap((target) => [target.file, ...listParents(target.file).filter((path) => byPath.has(path))]);
  const files = [...new Set(started.flatMap((path) => listReached(graph, path)))];
  const roots = [...new Set([...targets.map((target) => target.root), ...files.flatMap((file) => graph.roots.get(file) ?? []), ''])];
  const argv = ['python', 'probe.py'];
  return {
    entry: {
      command: argv.join(' '),
      argv,
      cwd: '',
      file: first.file,
      line: first.line,
      kind: 'other',
      launcher: 'python',
      arguments: [],
      evidence: [cite(best.source, best.line)],
      score: 0,
      files,
      needs: findNeeds(files, graph, new Set()),
      importRoots: roots,
    },
    targets: targets.map(({ root: _root, ...target }) => target),
    roots,
  };
}

/** The packages that are imported before a module of theirs. */
function listParents(path: string): string[] {
  const found: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) found.push(`${folder}/__init__.py`);
  return found;
}
