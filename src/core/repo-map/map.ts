import { listDocuments, readAbout, readLicense } from './about.ts';
import { findAssets, findPreparations } from './assets.ts';
import { readCommands } from './commands.ts';
import { listOwnNames } from './declared/projects.ts';
import { alignNeeds, findDependencies } from './dependencies.ts';
import { findEntries, rankByAssets } from './entries.ts';
import type { RepoFile, RepoInput } from './input.ts';
import type { RepoMap } from './schema.ts';
import { findRedFlags, isMissingFor, readHardware } from './signals.ts';
import { buildImportGraph, readSources, type Sources } from './sources.ts';

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
export function mapRepository(input: RepoInput): RepoMap {
  const inside = (path: string) => input.subfolder === '' || path.startsWith(`${input.subfolder}/`);
  const scoped = input.files.filter((file) => inside(file.path));
  const sources = readSources(input);
  const graph = buildImportGraph(input, sources);
  const ownNames = listOwnNames(input.files, input.name);
  const entries = findEntries(input, sources, graph, readCommands(scoped), ownNames);
  const inScope: Sources = { ...sources, all: sources.all.filter((source) => inside(source.file.path)) };
  const assets = findAssets(input, inScope, entries);
  const ranked = rankByAssets(entries, (entry) => assets.some((asset) => isMissingFor(asset, entry))).map((entry) => {
    const preparations = findPreparations(entry, assets, sources);
    return preparations.length === 0 ? entry : { ...entry, preparations };
  });
  const reached = new Set(ranked.filter((entry) => entry.kind !== 'test').flatMap((entry) => entry.files ?? []));
  const manifests = manifestFiles(input);
  const { dependencies } = findDependencies({ files: input.files, manifests, sources: inScope, graph, reached, ownNames });
  const best = ranked[0];
  return {
    schemaVersion: 1,
    name: input.name,
    commit: input.commit,
    committedAt: input.committedAt,
    subfolder: input.subfolder,
    about: readAbout(input.files, input.subfolder),
    license: readLicense(input.files),
    files: countFiles(scoped),
    frameworks: FRAMEWORKS.filter((name) => dependencies.some((item) => item.name === name)),
    entries: ranked.map((entry) => (entry.needs === undefined ? entry : { ...entry, needs: alignNeeds(entry.needs, dependencies) })),
    hardware: readHardware(inScope, best),
    dependencies,
    importRoots: [...new Set(ranked.flatMap((entry) => entry.importRoots ?? []))].sort(),
    assets,
    documents: listDocuments(input.files, input.subfolder),
    redFlags: findRedFlags(scoped, inScope, assets, best),
  };
}

/** The folder's own lists of requirements; those of the whole repository when the folder has none. */
function manifestFiles(input: RepoInput): readonly RepoFile[] {
  if (input.subfolder === '') return input.files;
  const inside = input.files.filter((file) => file.path.startsWith(`${input.subfolder}/`));
  const isManifest = (file: RepoFile) =>
    /(requirements[^/]*\.txt|environment[^/]*\.ya?ml|setup\.(py|cfg)|pyproject\.toml)$/.test(file.path);
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
