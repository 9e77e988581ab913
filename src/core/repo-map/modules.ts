/** What each part of the code is for, which parts matter most, and who imports whom. */
import { isNamedBy } from './configs.ts';
import { nameOf, type RepoFile } from './input.ts';
import type { Entry, ModuleRole, RepoMap } from './schema.ts';
import { defineSign, holdsSign } from './signs/signs.ts';
import type { ImportGraph, Source, Sources } from './sources.ts';

const MAX_MODULES = 200;
const MAX_GRAPH = 400;
const MAX_IMPORTS = 60;
const MAX_KEY_FILES = 10;

const NETWORK =
  /(^|\.)(Module|LightningModule|Model|Layer|PreTrainedModel|Block|ModelMixin|MessagePassing|BaseModel|ModelBase|HybridBlock|Chain|Cell)$/;
const DATASET =
  /(^|\.)(\w*Dataset|IterableDataset|LightningDataModule|DataModule|datasets\.\w+|ImageFolder|DatasetFolder|GeneratorBasedBuilder|VisionDataset)$/;
const TRAINS = defineSign(
  /\.backward\(|optimi[sz]er\.step\(|\.train_on_batch\(|apply_gradients\(|\.minimize\(|GradientTape|value_and_grad\(|\.training_step\(|def training_step|[tT]rainer\.(train|fit)\(|\.fit\(/,
);
const HOLDS_KERNEL = defineSign(/@triton\.jit|load_inline\(|cpp_extension\.load/);
const LOADS_DATA = defineSign(/DataLoader\(|tf\.data\.|load_dataset\(/);
const ROLE_NAMES: readonly (readonly [ModuleRole, RegExp])[] = [
  ['training', /(^|[_/])(train|trainer|training|finetune|pretrain|solver|learner|runner|engine)([_/.]|\d|$)/],
  [
    'evaluation',
    /(^|[_/])(eval|evaluate|evaluation|evaluator|test|validate|metrics?|inference|infer|predict|benchmark|score|fid)([_/.]|$)/,
  ],
  [
    'data',
    /(^|[_/])(data|datas|dataset|datasets|dataloader|data_?loaders?|loader|preprocess\w*|preprocessing|augment\w*|transforms?|tokenizer|prepare\w*|download\w*|input_pipeline)([_/.]|$)/,
  ],
  ['config', /(^|[_/])(cfgs?|configs?|options?|args|arguments|params|hparams|hyperparams|opts|flags|settings|defaults)([_/.]|$)/],
  [
    'model',
    /(^|[_/])(models?|networks?|nets?|modules?|layers?|backbones?|architectures?|encoder|decoder|generator|discriminator|losses|loss|attention|transformer|unet|resnet)([_/.\d]|$)/,
  ],
  ['utility', /(^|[_/])(utils?|util|helpers?|misc|common|tools|logger|logging|visuali[sz]e\w*|plot\w*)([_/.]|$)/],
];

interface Module {
  readonly file: string;
  readonly role: ModuleRole;
  readonly why: string;
}

/** The role of every source that is no test, and of kernels, most important first. */
export function findModules(files: readonly RepoFile[], sources: Sources, graph: ImportGraph, entries: readonly Entry[]): Module[] {
  const importers = countImporters(graph);
  // The best way to start a file says what it is for.
  const kinds = new Map(entries.toReversed().map((entry) => [entry.file, entry.kind]));
  const found: Module[] = [];
  for (const source of sources.all) {
    const { path } = source.file;
    if (isAside(path) || source.text.trim() === '' || (nameOf(path) === '__init__.py' && source.module.classes.length === 0)) continue;
    const judged = judgeSource(source, kinds.get(path));
    if (judged !== null) found.push({ file: path, ...judged });
  }
  for (const file of files) {
    if (/\.(cuh?|pyx|hip)$/.test(file.path) && !isAside(file.path))
      found.push({ file: file.path, role: 'kernel', why: 'compiled code of its own' });
  }
  const reached = new Set(entries[0]?.files ?? []);
  const weight = (module: Module) =>
    Number(reached.has(module.file)) * 100 + (importers.get(module.file) ?? 0) - module.file.split('/').length;
  return found.sort((a, b) => weight(b) - weight(a) || (a.file < b.file ? -1 : 1)).slice(0, MAX_MODULES);
}

function isAside(path: string): boolean {
  return /(^|\/)(tests?|docs?|third_party|vendor|external)\/|(^|\/)(test_[^/]*|[^/]*_test|conftest|setup|versioneer|conf)\.py$/.test(path);
}

function judgeSource(source: Source, kind: Entry['kind'] | undefined): Omit<Module, 'file'> | null {
  const { module, text } = source;
  const networks = module.classes.filter((item) => item.bases.some((base) => NETWORK.test(base))).map((item) => item.name);
  const datasets = module.classes.filter((item) => item.bases.some((base) => DATASET.test(base))).map((item) => item.name);
  const trains = holdsSign(source, TRAINS);
  if (kind === 'train' || (kind === 'notebook' && trains)) return { role: 'training', why: 'can be started to train' };
  if (kind === 'evaluate' && networks.length === 0) return { role: 'evaluation', why: 'can be started to evaluate' };
  if (kind === 'preprocess' || kind === 'download')
    return { role: 'data', why: `can be started to ${kind === 'download' ? 'download' : 'prepare data'}` };
  if (networks.length > 0 && networks.length >= datasets.length) return { role: 'model', why: `defines ${listNames(networks)}` };
  if (datasets.length > 0) return { role: 'data', why: `defines ${listNames(datasets)}` };
  if (holdsSign(source, HOLDS_KERNEL)) return { role: 'kernel', why: 'builds or holds a kernel of its own' };
  const path = source.file.path
    .replace(/\.(py|ipynb)$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  const named =
    ROLE_NAMES.find(([, pattern]) => pattern.test(nameOf(path)))?.[0] ?? ROLE_NAMES.find(([, pattern]) => pattern.test(path))?.[0];
  // Flows and augmentations are both called transforms.
  if (
    named === 'data' &&
    /(^|[_/])transforms?([_/.]|$)/.test(path) &&
    /\btorch\b/.test(text) &&
    /\bnn\.(Module|Parameter|functional|init)\b|def (forward|inverse)\(/.test(text) &&
    !/torchvision|\bPIL\b|cv2|albumentations|torchaudio/.test(text)
  )
    return { role: 'model', why: describeDefinitions(source) };
  if (trains && (named === undefined || named === 'training')) return { role: 'training', why: 'holds a training loop' };
  if (named !== undefined) return { role: named, why: describeDefinitions(source) };
  if (holdsSign(source, LOADS_DATA)) return { role: 'data', why: 'builds the data loaders' };
  return module.definitions.length + module.classes.length === 0 ? null : { role: 'utility', why: describeDefinitions(source) };
}

function describeDefinitions({ module }: Source): string {
  const names = [
    ...module.classes.map((item) => item.name),
    ...module.definitions.filter((item) => item.inClass === null).map((item) => item.name),
  ];
  return names.length === 0 ? 'sets values' : `defines ${listNames(names)}`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${String(names.length - 3)} more` : shown;
}

function countImporters(graph: ImportGraph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const imported of graph.local.values()) for (const file of imported) counts.set(file, (counts.get(file) ?? 0) + 1);
  return counts;
}

/** Who imports whom within the repository, what the best entry reaches first; bounded. */
export function listImports(graph: ImportGraph, inside: (path: string) => boolean, entry: Entry | undefined): RepoMap['importGraph'] {
  const reached = new Set(entry?.files ?? []);
  const rows = [...graph.local].filter(([file, imports]) => inside(file) && imports.length > 0);
  rows.sort(([a], [b]) => Number(reached.has(b)) - Number(reached.has(a)) || a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  return rows.slice(0, MAX_GRAPH).map(([file, imports]) => ({ file, imports: [...imports].sort().slice(0, MAX_IMPORTS) }));
}

export interface KeyFileInput {
  readonly map: Pick<RepoMap, 'entries' | 'modules' | 'configs' | 'documents'>;
  readonly files: readonly RepoFile[];
  readonly sources: Sources;
  readonly graph: ImportGraph;
}

/** The ten files to open, each with one line that the files themselves bear out. */
export function chooseKeyFiles({ map, files, sources, graph }: KeyFileInput): RepoMap['keyFiles'] {
  const importers = countImporters(graph);
  const [best] = map.entries;
  const chosen = new Map<string, string>();
  const add = (file: string | undefined, why: string) => {
    if (file !== undefined && !chosen.has(file) && chosen.size < MAX_KEY_FILES) chosen.set(file, why);
  };
  const readme = map.documents.find((item) => /(^|\/)readme/i.test(item.file));
  add(readme?.file, readme?.why ?? '');
  if (best !== undefined) add(best.file, describeEntry(best));
  const reached = new Set(best?.files ?? sources.all.map((source) => source.file.path));
  const ranked = map.modules
    .filter((module) => reached.has(module.file))
    .map((module) => ({ module, weight: weigh(module, importers, sources) }));
  ranked.sort((a, b) => b.weight - a.weight);
  for (const role of ['model', 'data', 'training', 'config'] as const) {
    const first = ranked.find(({ module }) => module.role === role && !chosen.has(module.file))?.module;
    if (first !== undefined) add(first.file, describeModule(first, importers));
  }
  const config = chooseConfig(map.configs, best);
  if (config !== null) add(config.file, `settings that ${config.by} names`);
  const manifest = files.find((file) => /^(requirements\.txt|environment\.ya?ml|pyproject\.toml|setup\.py)$/.test(file.path));
  add(manifest?.path, 'what must be installed');
  for (const entry of map.entries.slice(1, 8))
    if (entry.kind === 'evaluate' || entry.kind === 'preprocess') add(entry.file, describeEntry(entry));
  for (const { module } of ranked) add(module.file, describeModule(module, importers));
  for (const entry of map.entries) if (entry.kind !== 'test') add(entry.file, describeEntry(entry));
  return [...chosen].map(([file, why]) => ({ file, why }));
}

/** The settings of the best command: what it names itself, else what its program or what that imports names, else what the README names. */
function chooseConfig(configs: RepoMap['configs'], best: Entry | undefined): { readonly file: string; readonly by: string } | null {
  const named = configs.find((item) => best !== undefined && isNamedBy(item.file, best));
  if (named !== undefined) return { file: named.file, by: 'the command' };
  const users: readonly ((user: string) => boolean)[] = [
    (user) => user === best?.file,
    (user) => best?.files?.includes(user) === true,
    (user) => /^readme/i.test(user),
  ];
  for (const isUser of users) {
    for (const item of configs) {
      const by = item.usedBy.find((user) => isUser(user) && user !== item.file);
      if (by !== undefined) return { file: item.file, by };
    }
  }
  return null;
}

function weigh(module: Module, importers: ReadonlyMap<string, number>, sources: Sources): number {
  const role = { model: 8, data: 6, training: 7, evaluation: 3, config: 3, utility: 0, kernel: 4 }[module.role];
  const source = sources.byPath.get(module.file);
  const size = source === undefined ? 0 : Math.min(6, source.text.length / 4000);
  return role + size + Math.min(6, importers.get(module.file) ?? 0);
}

function describeEntry(entry: Entry): string {
  const verb = {
    train: 'trains',
    evaluate: 'evaluates',
    preprocess: 'prepares data',
    download: 'downloads',
    demo: 'shows the result',
    test: 'tests',
    notebook: 'a notebook that trains',
    other: 'can be started',
  }[entry.kind];
  return `${verb}: ${entry.command.slice(0, 120)}`;
}

function describeModule(module: Module, importers: ReadonlyMap<string, number>): string {
  const count = importers.get(module.file) ?? 0;
  return `${module.role}: ${module.why}${count > 1 ? `; ${String(count)} files import it` : ''}`;
}
