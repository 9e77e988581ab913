import { redactDeep } from '../redact.ts';
import { readAbout, readLicense } from './about.ts';
import { findNamedPlaces } from './assets/asset-places.ts';
import { findAssets, findPreparations, sortAssets } from './assets/assets.ts';
import { findClaims } from './claims.ts';
import { readCommands } from './commands/commands.ts';
import { findConfigs } from './configs.ts';
import { listOwnNames } from './declared/projects.ts';
import { isManifest } from './declared/read-declared.ts';
import { addCompanions } from './dependencies/companions.ts';
import { alignNeeds, findDependencies } from './dependencies/dependencies.ts';
import { listDocuments } from './documents.ts';
import { findEntries } from './entries/entries.ts';
import { findFindings, findVersions } from './findings.ts';
import { findGaps } from './gaps.ts';
import { readHardware } from './hardware/hardware.ts';
import { findRedFlags, SECRET_FLAG } from './hardware/signals.ts';
import { unifyLineEnds, type RepoFile, type RepoInput } from './input.ts';
import { chooseKeyFiles, findModules, listImports } from './modules.ts';
import type { RepoMap } from './schema.ts';
import { buildImportGraph, readSources, type ImportGraph, type Sources } from './sources.ts';
import { findWarnings } from './warnings.ts';

const FRAMEWORKS = [
  'torch',
  'torchvision',
  'torchaudio',
  'lightning',
  'pytorch-lightning',
  'tensorflow',
  'keras',
  'jax',
  'flax',
  'optax',
  'mxnet',
  'paddlepaddle',
  'transformers',
  'diffusers',
  'accelerate',
  'deepspeed',
  'datasets',
  'timm',
  'torch-geometric',
  'dgl',
  'scikit-learn',
  'xgboost',
  'lightgbm',
  'gym',
  'gymnasium',
  'numpy',
  'hydra-core',
];

/** Reads a repository into its map: commands, hardware, dependencies, assets, documents, red flags. Never throws, runs nothing. */
export function mapRepository(given: RepoInput): RepoMap {
  const input = unifyLineEnds(given);
  const inside = (path: string) => input.subfolder === '' || path.startsWith(`${input.subfolder}/`);
  const scoped = input.files.filter((file) => inside(file.path));
  const sources = readSources(input);
  const graph = buildImportGraph(input, sources);
  const ownNames = listOwnNames(input.files, input.name);
  const entries = findEntries(input, sources, graph, readCommands(scoped, sources), ownNames);
  const inScope: Sources = { ...sources, all: sources.all.filter((source) => inside(source.file.path)) };
  const assets = findAssets(input, inScope, entries);
  const ranked = entries.map((entry) => {
    const preparations = findPreparations(entry, assets, sources);
    return preparations.length === 0 ? entry : { ...entry, preparations };
  });
  // They tell a reader where data must lie; the order of the commands does not depend on them.
  const allAssets = [...assets, ...findNamedPlaces(inScope.all, input.files, assets)];
  const reached = new Set(ranked.filter((entry) => entry.kind !== 'test').flatMap((entry) => entry.files ?? []));
  const manifests = manifestFiles(input);
  const { dependencies, warnings } = findDependencies({ files: input.files, manifests, sources: inScope, graph, reached, ownNames });
  const best = ranked[0];
  const hardware = readHardware({ files: scoped, sources: inScope, graph, entry: best });
  const license = readLicense(input.files);
  const known: Omit<RepoMap, 'gaps' | 'keyFiles'> = {
    schemaVersion: 1,
    name: input.name,
    commit: input.commit,
    committedAt: input.committedAt,
    subfolder: input.subfolder,
    about: readAbout(input.files, input.subfolder),
    license,
    files: countFiles(scoped),
    frameworks: listFrameworks(dependencies, inScope),
    entries: ranked.map((entry) =>
      entry.needs === undefined ? entry : { ...entry, needs: addCompanions(alignNeeds(entry.needs, dependencies), dependencies, entry) },
    ),
    hardware,
    versions: findVersions(manifests),
    dependencies,
    importRoots: [...new Set(ranked.flatMap((entry) => entry.importRoots ?? []))].sort(),
    assets: sortAssets(allAssets, best),
    documents: listDocuments(input.files, input.subfolder, best),
    claims: findClaims(scoped),
    modules: findModules(scoped, inScope, graph, ranked),
    configs: findConfigs(scoped, inScope),
    importGraph: listImports(graph, inside, best),
    findings: findFindings(scoped, inScope),
    redFlags: findRedFlags({ files: scoped, sources: inScope, assets: allAssets, entry: best, hardware, license }),
    warnings: joinWarnings(findWarnings(input, sources), warnings),
  };
  return completeMap(known, scoped, sources, graph);
}

/** The distribution by which a framework is known, whatever it is called for one kind of machine. */
const plainFramework = (name: string): string =>
  name.replace(/^(tensorflow|paddlepaddle|mxnet|dgl|jax)-(gpu|cpu|cu\d+\w*|cuda\w*|macos|rocm)$/, '$1').replace(/^pytorch$/, 'torch');

/** What the code cannot do without; what it only may import where it cannot do without anything. */
function listFrameworks(dependencies: RepoMap['dependencies'], sources: Sources): string[] {
  const imported = new Set(
    sources.all.flatMap(({ module }) =>
      module.imports.flatMap((item) => (item.level === 0 && item.where === 'top' ? [item.module.split('.')[0] ?? ''] : [])),
    ),
  );
  const pick = (items: RepoMap['dependencies']) => {
    const names = new Set(items.map((item) => plainFramework(item.name)));
    return FRAMEWORKS.filter((name) => names.has(name));
  };
  const firm = pick(dependencies.filter((item) => !item.optional && item.imports.some((name) => imported.has(name.split('.')[0] ?? ''))));
  return firm.length > 0 ? firm : pick(dependencies);
}

/** Adds what is read off the map itself; where a secret was committed, nothing of the map quotes it. */
function completeMap(known: Omit<RepoMap, 'gaps' | 'keyFiles'>, files: readonly RepoFile[], sources: Sources, graph: ImportGraph): RepoMap {
  const map = { ...known, gaps: findGaps(known, files), keyFiles: chooseKeyFiles({ map: known, files, sources, graph }) };
  return map.redFlags.some((flag) => flag.what === SECRET_FLAG) ? redactDeep(map) : map;
}

/** One warning a place, whoever noticed it first. */
function joinWarnings(first: RepoMap['warnings'], second: RepoMap['warnings']): RepoMap['warnings'] {
  const known = new Set(first.map(({ file, line }) => `${file}:${String(line)}`));
  return [...first, ...second.filter(({ file, line }) => !known.has(`${file}:${String(line)}`))];
}

/** The folder's own lists of requirements; those of the whole repository when the folder has none. */
function manifestFiles(input: RepoInput): readonly RepoFile[] {
  if (input.subfolder === '') return input.files;
  const inside = input.files.filter((file) => file.path.startsWith(`${input.subfolder}/`));
  return inside.some(isManifest) ? inside : [...inside, ...input.files.filter((file) => !file.path.includes('/'))];
}

function countFiles(files: readonly RepoFile[]): RepoMap['files'] {
  return {
    total: files.length,
    python: files.filter((file) => file.path.endsWith('.py')).length,
    notebooks: files.filter((file) => file.path.endsWith('.ipynb')).length,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
  };
}
