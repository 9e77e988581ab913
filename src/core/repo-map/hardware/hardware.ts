import { citeLine, cutLine, folderOf, joinPath, linesOf, nameOf, type RepoFile } from '../input.ts';
import type { Entry, Evidence, Hardware } from '../schema.ts';
import { findLines, showPlace } from '../search-lines.ts';
import { defineSign, holdsSign } from '../signs/signs.ts';
import { cite, type ImportGraph, type Source, type Sources } from '../sources.ts';
import { findEveryDevice } from './every-device.ts';
/** What the main training command runs on, weighed as an experienced reader would: the command first, then defaults, then what documents say. */
import { findBackend, findDevices, findExtensions, findMemory } from './hardware-hints.ts';
import { countGpus, readLaunches, type GpuCount, type Launch } from './launches.ts';

const CUDA_ALWAYS = defineSign(
  /\.cuda\(\)|torch\.device\(['"]cuda(:\d+)?['"]\)|\.to\(['"]cuda(:\d+)?['"]\)|device\s*=\s*['"]cuda(:\d+)?['"]/,
);
const CUDA_CHOICE =
  /cuda\.is_available\(\)|accelerator\.is_available\(\)|if\s[^\n]{0,200}(cuda|gpu|device)|no_cuda|use_cuda|--device|--cpu|--cuda/i;
/** Libraries that put their work on a GPU by themselves where there is one. */
const AUTOMATIC =
  /^(tensorflow|keras|jax|flax|haiku|mxnet|theano|cupy|pytorch_lightning|lightning|accelerate|stable_baselines3|fastai|detectron2|mmcv|mmengine|mmdet|paddle|ultralytics|tianshou|spacy|sentence_transformers|deepspeed|trl|rapids|cuml|nnabla|chainer|catalyst|ignite|composer|torchrl|tensorpack|t2t|tensor2tensor)(\.|$)/;
/** TensorFlow, Keras and their like also serve small programs; whoever takes these has something larger in mind. */
const ALWAYS_ACCELERATED =
  /^(jax|flax|haiku|optax|equinox|pytorch_lightning|lightning|accelerate|stable_baselines3|fastai|detectron2|mmcv|mmengine|mmdet|mmseg|ultralytics|deepspeed|trl|composer|torchrl|tensorpack|tensor2tensor|cupy|cuml|sentence_transformers)(\.|$)/;
const FRAMEWORK = /^(torch|torchvision|torchaudio|torch_geometric|dgl|transformers|diffusers|timm|caffe2?|monai|allennlp|fairseq)(\.|$)/;
/** TensorFlow and JAX take a GPU without a word in the code; these alone tell a small program from one that needs it. */
const HEAVY_LAYERS =
  /\b(conv(olution)?_?[123]d\w*|conv_?2d_?transpose|deconv\w*|[A-Z]?LSTM\w*|GRU\w*|multi_?head\w*|attention|transformer|resnet\w*|unet|embedding_lookup|nn\.Conv|hk\.Conv)\b/i;
const GPU_WORD = /\b(gpus?|cuda|cudnn|nvidia|tpus?|rocm)\b/i;
const GPU_CODE =
  /cuda|\bgpu|accelerator\(|\.to\((self\.)?(args\.)?device|device\s*=|Trainer\(|device_map|\bmps\b|\btpu|torch\.distributed|DataParallel/i;
const PARALLEL = defineSign(
  /DataParallel\(|init_process_group\(|FullyShardedDataParallel|deepspeed\.initialize|jax\.distributed|\bpmap\(|\bshard_map\(|MirroredStrategy|TPUStrategy|hvd\.init\(|mp\.spawn\(|multi_gpu_model\(|Accelerator\(/,
);
const BOOSTED = defineSign(
  /gpu_hist|tree_method\s*=\s*['"]gpu|device(_type)?['"]?\s*[=:]\s*['"](gpu|cuda)|import cupy|numba import cuda|task_type\s*=\s*['"]GPU/,
);
const NAMES_SEVERAL = defineSign(
  /CUDA_VISIBLE_DEVICES['"]\]\s*=\s*['"]\d+,\s*\d|\b(gpus?|gpu_?(ids?|group|list)|device_?ids?)\s*=\s*['"[]\s*\d+\s*,\s*\d|Trainer\([^\n]{0,200}(gpus|devices)\s*=\s*([2-9]|\[\d+,)/,
);
const LAUNCHES_ITSELF = defineSign(/from deepspeed\.launcher|torch\.distributed\.launcher|elastic_launch\(/);
const MAPS_OVER_DEVICES = defineSign(
  /\b(jax\.)?pmap\(|=\s*jax\.pmap|local_device_count\(\)|\bpjit\(|create_device_mesh\(|\bNamedSharding\(|with_sharding_constraint\(/,
);
const CHOOSES_AT_RUN_TIME = defineSign(/hydra\.main|_target_/);
const NO_GPU =
  /\bno GPUs? (is |are )?(required|needed|necessary)|(does not|doesn.t|don.t|do not) (need|require) (a |any )?GPU|\bdisable (the )?GPUs?\b|\bCUDA_VISIBLE_DEVICES=(?:""|''|-1)?\s+python/i;

const NUMBER = String.raw`(?:[2-9]|[1-9]\d{1,3}|two|four|eight|sixteen|multiple|several)`;
const CHIP = String.raw`(?:GPUs|GPU machine|V100s?|A100s?|H100s?|P100s?|A6000s?|(?:RTX |GTX )?[1-5]0[6-9]0(?: ?Ti)?s?|TITAN\w*|TPU\w*|cards)`;
const TRAINED_ON_MANY = new RegExp(
  String.raw`\b(?:train|trained|training|pre-?train\w*|fine-?tun\w*|experiments?|ran|run|took|takes|obtained)\b[^.\n]{0,120}?\b${NUMBER}\s*(?:x|×|\*)?\s*(?:[\w-]+ ){0,4}?${CHIP}\b`,
  'i',
);
const CHIPS_TIMES = new RegExp(String.raw`\b(?:[2-9]|[1-9]\d{1,2})\s*(?:x|×)\s*(?:NVIDIA |Tesla |GeForce )*${CHIP}`, 'i');

export interface HardwareInput {
  readonly files: readonly RepoFile[];
  readonly sources: Sources;
  readonly graph: ImportGraph;
  readonly entry: Entry | undefined;
}

/** The hardware of the best entry; of all files when there is no entry. */
export function readHardware(input: HardwareInput): Hardware {
  const { files, sources, entry } = input;
  const reached = listReachedSources(input);
  const always = findLines(reached, CUDA_ALWAYS);
  const choice =
    reached.some((source) => CUDA_CHOICE.test(source.text)) || entry?.arguments.some((item) => item.role === 'device') === true;
  const needsGpu = always.length > 0 && !choice;
  const launches = readLaunches(files);
  const gpu = judgeGpu(input, reached, always, needsGpu);
  const many = gpu.uses ? judgeMany(input, reached, launches) : { many: false, reasons: [], gpus: null, nodes: null };
  // What speaks for the answer comes first, what speaks against it behind.
  const reasons = many.many ? [...many.reasons, ...gpu.reasons] : [...gpu.reasons, ...many.reasons];
  return {
    class: !gpu.uses ? 'cpu' : many.many ? 'multi-gpu' : 'single-gpu',
    needsGpu,
    reasons: reasons.map((reason) => (reason.at === undefined ? reason.what : `${reason.what} (${showPlace(reason.at)})`)),
    gpus: gpu.uses ? many.gpus : 0,
    nodes: many.nodes,
    backend: findBackend(reached, many.launcher ?? null),
    devices: findDevices(files),
    memory: findMemory(files),
    extensions: findExtensions(files, sources),
    evidence: reasons.flatMap((reason) => (reason.at === undefined ? [] : [reason.at])),
  };
}

interface Reason {
  readonly what: string;
  readonly at?: Evidence | undefined;
}

/** What the entry reaches; everything when it hands the work to modules that only run time names. */
function listReachedSources({ sources, entry }: HardwareInput): Source[] {
  const reached = new Set(entry?.files ?? []);
  const found = sources.all.filter((source) => reached.has(source.file.path));
  if (entry === undefined || found.length === 0) return [...sources.all];
  const isIndirect = found.some((source) =>
    /importlib|import_module|__import__|hydra\.main|_target_|runpy|gin\.parse|subprocess|os\.system|import docker|Popen\(/.test(
      source.text,
    ),
  );
  const isProgramOnly = !found.some((source) =>
    source.module.imports.some((item) => FRAMEWORK.test(item.module) || AUTOMATIC.test(item.module)),
  );
  // What a configuration chooses at run time may ask for a GPU although nothing that was followed does.
  const isChosen = found.some((source) => holdsSign(source, CHOOSES_AT_RUN_TIME));
  const isSilent = isChosen && !found.some((source) => GPU_CODE.test(source.text));
  return isSilent || (isIndirect && isProgramOnly) ? [...sources.all] : found;
}

interface GpuVerdict {
  readonly uses: boolean;
  readonly reasons: readonly Reason[];
}

function judgeGpu({ files, entry }: HardwareInput, reached: readonly Source[], always: readonly Evidence[], needsGpu: boolean): GpuVerdict {
  const documents = files.filter((file) => file.text !== null && /(^|\/)readme[^/]*$/i.test(file.path) && file.path.split('/').length <= 2);
  const denied = findInTexts(documents, NO_GPU);
  const chosen = findChosenModel(files, entry);
  if (chosen !== undefined) return { uses: false, reasons: [{ what: 'its configuration chooses a model that needs no GPU', at: chosen }] };
  if (always[0] !== undefined) {
    const what = needsGpu ? 'uses CUDA without asking whether it is there' : 'uses CUDA where it is there';
    return { uses: true, reasons: [{ what, at: always[0] }] };
  }
  const automatic = findImport(reached, AUTOMATIC);
  const framework = findImport(reached, FRAMEWORK);
  const boosted = findLines(reached, BOOSTED)[0];
  if (boosted !== undefined && framework === undefined)
    return { uses: true, reasons: [{ what: 'asks its library for a GPU', at: boosted }] };
  if (reached.length === 0) {
    const told = findInTexts(documents, GPU_WORD);
    if (told !== undefined) return { uses: true, reasons: [{ what: 'its code is no Python, and the documents speak of a GPU', at: told }] };
  }
  if (automatic === undefined && framework === undefined) {
    const what = reached.length === 0 ? 'no code was found that could use a GPU' : 'nothing in the code asks for a GPU';
    return { uses: false, reasons: [{ what, at: entry?.evidence[0] }] };
  }
  const word = findLines(reached, GPU_CODE)[0];
  if (word !== undefined) return { uses: true, reasons: [{ what: 'uses a GPU where there is one', at: word }] };
  if (denied !== undefined) return { uses: false, reasons: [{ what: 'the documents say that no GPU is needed', at: denied }] };
  if (automatic === undefined)
    return { uses: false, reasons: [{ what: 'nothing in the code asks for a GPU; PyTorch then stays on the CPU', at: framework }] };
  const own = findImport(reached, ALWAYS_ACCELERATED);
  if (own !== undefined) return { uses: true, reasons: [{ what: 'its library takes a GPU where there is one', at: own }] };
  const said = findInTexts(documents, GPU_WORD) ?? findInTexts(files.filter(isManifest), GPU_WORD);
  if (said !== undefined)
    return { uses: true, reasons: [{ what: 'its library takes a GPU where there is one, and the documents speak of it', at: said }] };
  const heavy = findLines(reached, HEAVY_LAYERS)[0];
  if (heavy !== undefined)
    return { uses: true, reasons: [{ what: 'its library takes a GPU where there is one, and such layers want it', at: heavy }] };
  return {
    uses: false,
    reasons: [{ what: 'its library would take a GPU, but the model is small and nothing speaks of one', at: automatic }],
  };
}

/** The line of a configuration, named by the command, that chooses trees or linear models and speaks of no network. */
function findChosenModel(files: readonly RepoFile[], entry: Entry | undefined): Evidence | undefined {
  const classic =
    /\b(class|model|module_path|_target_|estimator|name)\w*["']?\s*[:=]\s*["']?[\w.]{0,80}(LGB|lightgbm|xgboost|XGB|CatBoost|sklearn|RandomForest|gbdt)/i;
  const named = findNamedConfigs(files, entry?.command ?? '').filter(
    (file) => !/torch|cuda|gpu|tensorflow|lstm|gru|transformer/i.test(file.text ?? ''),
  );
  return findInTexts(named, classic);
}

function isManifest(file: RepoFile): boolean {
  return /(^|\/)(requirements[^/]*\.txt|environment[^/]*\.ya?ml|setup\.py|pyproject\.toml|[^/]*dockerfile[^/]*)$/i.test(file.path);
}

interface ManyVerdict {
  readonly many: boolean;
  readonly reasons: readonly Reason[];
  readonly gpus: number | null;
  readonly nodes: number | null;
  readonly launcher?: string | undefined;
}

/** The command itself decides when it says a number; otherwise hints are added up, since any one of them may only be an option. */
function judgeMany(input: HardwareInput, reached: readonly Source[], launches: readonly Launch[]): ManyVerdict {
  const { entry, files } = input;
  const own = entry === undefined ? [] : findOwn(launches, entry, files);
  const main = findMain(launches, own, entry);
  const said: GpuCount | null = main?.gpus ?? countWithin(main, launches) ?? (entry === undefined ? null : countGpus(entry.command));
  const at = main?.evidence ?? entry?.evidence[0];
  const launcher = main === undefined ? entry?.launcher : /\b(deepspeed|horovodrun|mpirun|mpiexec)\b/.exec(main.text)?.[1];
  const nodes = main?.nodes ?? null;
  if (said === 'many' || (said !== null && said > 1)) {
    const what = said === 'many' ? 'the documented command starts one process per GPU' : `the documented command uses ${String(said)} GPUs`;
    return { many: true, reasons: [{ what, at }], gpus: said === 'many' ? null : said, nodes, launcher };
  }
  const hints = collectHints(input, reached, own, main);
  const weight = hints.reduce((sum, hint) => sum + hint.weight, 0);
  const single: Reason[] = said === 1 ? [{ what: 'the documented command uses one GPU', at }] : [];
  // A plain command that a document gives is how people start it, unless more speaks for the other way.
  const isPlain = main !== undefined && main.from !== 'script';
  const many = weight >= (said === 1 ? 5 : isPlain ? 4 : 3);
  const gpus = many ? (hints.find((hint) => hint.gpus !== undefined)?.gpus ?? null) : 1;
  const reasons = hints.map((hint) => ({
    what: many ? hint.what : `${hint.what}, which the documented command does not ask for`,
    at: hint.at,
  }));
  return { many, reasons: [...(many ? [] : single), ...reasons.slice(0, 4)], gpus, nodes, launcher };
}

/** The launches that start the entry: its file, its module, or a script that names it. */
function findOwn(launches: readonly Launch[], entry: Entry, files: readonly RepoFile[]): Launch[] {
  const name = nameOf(entry.file);
  const module = entry.file.replace(/\.py$/, '').replaceAll('/', '.');
  const isOnly = files.filter((file) => nameOf(file.path) === name).length <= 1;
  const namesIt = (text: string, file: string) => hasWord(text, name) && (isOnly || namesPath(text, file, entry.file));
  const scripts = files.filter((file) => file.path.endsWith('.sh') && file.text !== null && namesIt(file.text, file.path));
  const naming = new Set(scripts.map((file) => nameOf(file.path)));
  return launches.filter(({ text, evidence }) => {
    if (namesIt(text, evidence.file)) return true;
    const asModule = /\s-m\s+([\w.]+)/.exec(text)?.[1];
    if (asModule !== undefined && (module === asModule || module.endsWith(`.${asModule}`))) return true;
    return naming.has(/([\w.-]+\.sh)\b/.exec(text)?.[1] ?? '');
  });
}

/** What a script that a command starts asks for in turn. */
function countWithin(main: Launch | undefined, launches: readonly Launch[]): GpuCount | null {
  const script = /([\w.-]+\.(?:sh|bash|sbatch|slurm))\b/.exec(main?.text ?? '')?.[1];
  if (script === undefined) return null;
  const inner = launches.filter((launch) => launch.from === 'script' && nameOf(launch.evidence.file) === script && launch !== main);
  return inner.find((launch) => launch.gpus !== null)?.gpus ?? null;
}

/** Where several files bear the name, the one meant is the one at the written path, seen from the document's folder or the root. */
function namesPath(text: string, from: string, wanted: string): boolean {
  const name = nameOf(wanted);
  for (const written of text.split(/[\s"'`]+/)) {
    // `$(dirname $0)/train.py` lies beside the script.
    const word = written.replace(/^.*[)}]\/?/, '');
    if (!word.endsWith(name)) continue;
    if (joinPath(folderOf(from), word) === wanted || joinPath(word) === wanted) return true;
    if (word.includes('/') && wanted.endsWith(`/${joinPath(word) ?? word}`)) return true;
  }
  return false;
}

function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w.-]/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + name.length] ?? ' ')) return true;
  }
  return false;
}

const OTHER_WORK = /--?(eval|evaluate|eval[_-]only|test|test[_-]only|inference|predict|demo)\b|\b(eval|test|demo|inference)\w*\.(py|sh)\b/;

/** The launch behind the entry's command: the one that the entry cites, else the first that trains. */
function findMain(launches: readonly Launch[], own: readonly Launch[], entry: Entry | undefined): Launch | undefined {
  const cited = entry?.evidence[0];
  const exact = launches.find(
    (launch) =>
      cited !== undefined && launch.evidence.file === cited.file && launch.evidence.line <= cited.line && cited.line <= launch.lastLine,
  );
  return exact ?? own.find((launch) => !OTHER_WORK.test(launch.text));
}

interface Hint extends Reason {
  readonly weight: number;
  readonly gpus?: number | undefined;
}

function collectHints(input: HardwareInput, reached: readonly Source[], own: readonly Launch[], main: Launch | undefined): Hint[] {
  const found = [...hintsOfCommands(own, main), ...hintsOfCode(input, reached, main), ...hintsOfTexts(input, reached, own)];
  return found.sort((a, b) => b.weight - a.weight);
}

function hintsOfCommands(own: readonly Launch[], main: Launch | undefined): Hint[] {
  const hints: Hint[] = [];
  const isMany = (launch: Launch) => launch.gpus === 'many' || (launch.gpus !== null && launch.gpus > 1);
  const other = own.filter((launch) => launch !== main && isMany(launch) && !OTHER_WORK.test(launch.text));
  const shown = other.find((launch) => launch.from !== 'script');
  const scripted = other.find((launch) => launch.from === 'script');
  const countOf = (launch: Launch) => (typeof launch.gpus === 'number' ? launch.gpus : undefined);
  if (shown !== undefined) {
    const isWrapper = /dist(ributed)?_train\w*\.sh/.test(shown.text);
    const isFirst = main !== undefined && own.indexOf(shown) < own.indexOf(main);
    hints.push({
      weight: isWrapper ? 3 : isFirst ? 2 : 1,
      what: 'another documented command uses several GPUs',
      at: shown.evidence,
      gpus: countOf(shown),
    });
  }
  if (scripted !== undefined)
    hints.push({
      weight: main === undefined ? 3 : 1,
      what: 'a script starts it on several GPUs',
      at: scripted.evidence,
      gpus: countOf(scripted),
    });
  return hints;
}

function hintsOfCode({ entry, files }: HardwareInput, reached: readonly Source[], main: Launch | undefined): Hint[] {
  const hints: Hint[] = [];
  const argument = entry?.arguments.find((item) => countsSeveral(item.name, item.default));
  // A list of devices that a switch of its own brings into play is only an option.
  const isSwitched =
    entry?.arguments.some((item) => item.style === 'flag' && /multi_?-?gpu|distributed|parallel|ddp/i.test(item.name)) === true;
  if (argument !== undefined)
    hints.push({ weight: isSwitched ? 1 : 3, what: `${argument.name} names several GPUs by default`, at: argument.evidence });
  const fixed = findLines(reached, NAMES_SEVERAL)[0];
  if (fixed !== undefined) hints.push({ weight: 3, what: 'the code names several GPUs', at: fixed });
  const launching = findLines(reached, LAUNCHES_ITSELF)[0];
  if (launching !== undefined) hints.push({ weight: 3, what: 'starts one process per GPU itself', at: launching });
  const every = findEveryDevice(reached);
  if (every !== undefined) hints.push({ weight: 4, what: 'takes every GPU of the machine by itself', at: every });
  const configured = findConfigured(files, main?.text ?? entry?.command ?? '');
  if (configured !== undefined) hints.push({ weight: 3, what: 'the configuration asks for several GPUs', at: configured });
  // A convention of config files: `8xb64` is eight GPUs with a batch of 64 each.
  const named = /[-_/]([2-9]|\d{2})xb\d/.exec(main?.text ?? '')?.[1];
  if (named !== undefined)
    hints.push({ weight: 1, what: `its configuration is named for ${named} GPUs`, at: main?.evidence, gpus: Number(named) });
  // Mapping over all devices is no option of a JAX program: it takes what is there.
  const mapped = findLines(reached, MAPS_OVER_DEVICES)[0];
  if (mapped !== undefined) hints.push({ weight: 2, what: 'maps its steps over all devices', at: mapped });
  const parallel = findLines(reached, PARALLEL)[0];
  if (parallel !== undefined) hints.push({ weight: 1, what: 'can train on several GPUs', at: parallel });
  return hints;
}

function hintsOfTexts({ entry, files }: HardwareInput, reached: readonly Source[], own: readonly Launch[]): Hint[] {
  const hints: Hint[] = [];
  const readmes = files.filter((file) => file.text !== null && /(^|\/)readme[^/]*$/i.test(file.path) && isNear(file, entry));
  const starting = new Set(own.map((launch) => launch.evidence.file));
  const told = files.filter((file) => readmes.includes(file) || (file.text !== null && starting.has(file.path)));
  const slice = findInTexts(told, /\bTPU ?v\d-\d|\bv[2-5]-\d{1,4}\b[^\n]{0,40}TPU|\baccelerator-type[= ]v\d\w?-\d|\b\d{2,5} TPU cores/);
  if (slice !== undefined && reached.some((source) => /tpu|\bjax\b/i.test(source.text)))
    hints.push({ weight: 2, what: 'the documents name a TPU of several chips', at: slice });
  const trained = findInTexts(told, TRAINED_ON_MANY) ?? findInTexts(told, CHIPS_TIMES);
  if (trained !== undefined) hints.push({ weight: 1, what: 'the documents tell of training on several GPUs', at: trained });
  return hints;
}

/** At the root, or in a folder above the entry's file. */
function isNear(file: RepoFile, entry: Entry | undefined): boolean {
  const folder = file.path.slice(0, Math.max(0, file.path.length - nameOf(file.path).length));
  return folder === '' || entry?.file.startsWith(folder) === true;
}

function countsSeveral(argument: string, value: string | null): boolean {
  const name = argument.replace(/^-+/, '').replaceAll('-', '_').split('.').at(-1) ?? '';
  const plain = (value ?? '').replaceAll(/["'[\]() ]/g, '');
  if (!/^(n_?gpus?|num_gpus?|gpus?|gpu_?ids?|devices?|device_ids?|num_devices|nproc_per_node|gpus_per_node|world_size)$/.test(name))
    return false;
  if (/^\d+(,\d+)+$/.test(plain)) return true;
  return (
    /^\d{1,3}$/.test(plain) &&
    Number(plain) > 1 &&
    /^(n_?gpus?|num_gpus?|gpus|num_devices|nproc_per_node|gpus_per_node|world_size)$/.test(name)
  );
}

/** Configurations that a command names, by file or, as hydra does, by `config=path/without/ending`. */
function findNamedConfigs(files: readonly RepoFile[], command: string): RepoFile[] {
  const values = [...command.matchAll(/=([\w./-]{3,200})/g)].map((match) => `/${match[1] ?? ''}.`);
  const [, folder, name] = /--config-(?:dir|path)[= ]([\w./-]{1,200})\s[^\n]{0,400}?--config-name[= ]([\w.-]{1,100})/.exec(command) ?? [];
  if (folder !== undefined && name !== undefined) values.push(`/${joinPath(folder, name) ?? name}.`);
  return files.filter((file) => {
    if (file.text === null || !/\.(ya?ml|json|toml|gin)$/.test(file.path)) return false;
    return hasWord(command, nameOf(file.path)) || values.some((value) => `/${file.path}`.includes(value));
  });
}

const SEVERAL =
  /^\s*"?(gpus|devices|num_gpus|n_gpus?|num_processes|(?:distributed_)?world_size|gpus_per_node|n?_?(?:num_)?proc(?:esses)?_per_node|nproc_per_node|(?:pipe|pipeline|model|tensor)(?:_model)?[_-]parallel[_-]size)"?\s*[:=]\s*"?(\[?\d+\s*,\s*\d|[2-9]\b|[1-9]\d\b)/i;

/** A line of a configuration that the command names and that asks for more than one device. */
function findConfigured(files: readonly RepoFile[], command: string): Evidence | undefined {
  return findInTexts(findNamedConfigs(files, command), SEVERAL);
}

function findImport(sources: readonly Source[], pattern: RegExp): Evidence | undefined {
  for (const source of sources) {
    const found = source.module.imports.find((item) => item.level === 0 && pattern.test(item.module));
    if (found !== undefined) return cite(source, found.line);
  }
  return undefined;
}

function findInTexts(files: readonly RepoFile[], pattern: RegExp): Evidence | undefined {
  for (const file of files) {
    if (file.text === null) continue;
    for (const [index, line] of linesOf(file.text).entries()) {
      if (pattern.test(cutLine(line))) return citeLine(file.path, file.text, index + 1);
    }
  }
  return undefined;
}
