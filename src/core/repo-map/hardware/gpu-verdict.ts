/** Whether a program uses a GPU at all, by its code, its libraries and what documents say. */
import { cutLine, linesOf, type RepoFile } from '../input.ts';
import type { Entry, Evidence } from '../schema.ts';
import { findLines } from '../search-lines.ts';
import { defineSign } from '../signs/signs.ts';
import { cite, type Source } from '../sources.ts';
import { readGuard } from './every-device.ts';
import { findImport, findInTexts } from './find-in.ts';
import { findNamedConfigs } from './named-configs.ts';
import type { Commands, HardwareInput, Reason } from './weighing.ts';

/** Libraries that put their work on a GPU by themselves where there is one. */
export const AUTOMATIC =
  /^(tensorflow|keras|jax|flax|haiku|mxnet|cupy|pytorch_lightning|lightning|accelerate|stable_baselines3|fastai|detectron2|mmcv|mmengine|mmdet|paddle|ultralytics|tianshou|spacy|sentence_transformers|deepspeed|trl|rapids|cuml|nnabla|chainer|catalyst|ignite|composer|torchrl|tensorpack|t2t|tensor2tensor)(\.|$)/;
/** TensorFlow, Keras and their like also serve small programs; whoever takes these has something larger in mind. */
const ALWAYS_ACCELERATED =
  /^(jax|flax|haiku|optax|equinox|pytorch_lightning|lightning|accelerate|stable_baselines3|fastai|detectron2|mmcv|mmengine|mmdet|mmseg|ultralytics|deepspeed|trl|composer|torchrl|tensorpack|tensor2tensor|cupy|cuml|sentence_transformers)(\.|$)/;
/** Libraries that compute where they are told to. */
export const FRAMEWORK =
  /^(torch|torchvision|torchaudio|torch_geometric|dgl|transformers|diffusers|timm|caffe2?|monai|allennlp|fairseq)(\.|$)/;
/** TensorFlow and JAX take a GPU without a word in the code; these alone tell a small program from one that needs it. */
const HEAVY_LAYERS =
  /\b(conv(olution)?_?[123]d\w*|conv_?2d_?transpose|deconv\w*|[A-Z]?LSTM\w*|GRU\w*|multi_?head\w*|attention|transformer|resnet\w*|unet|embedding_lookup|nn\.Conv|hk\.Conv|GradientTape)\b/i;
const GPU_WORD = /\b(gpus?|cuda|cudnn|nvidia|tpus?|rocm)\b/i;
/** Lines of code that speak of devices. */
export const GPU_CODE =
  /cuda(?!\.(?:manual_)?seed)|\bgpu|accelerator\(|\.to\((self\.)?(args\.)?device|device\s*=(?!\s*(?:theano|device)\b)(?!\s*(?!(?:self\.)?(?:args|opts?|cfg|config|conf|flags|hparams|params|accelerator)\.)[\w.]{1,80}\.device\b)|device_map|\bmps\b|\btpu|torch\.distributed|DataParallel/i;
/** Libraries whose trainers choose the device. */
const TRAINERS = /^(transformers|trl|setfit|adapters|peft|flair|sentence_transformers)(\.|$)/;
const TRAINER = /\w{0,60}Trainer\(/;
const NO_GPU =
  /\bno GPUs? (is |are )?(required|needed|necessary)|(does not|doesn.t|don.t|do not) (need|require) (a |any )?GPU|\bdisable (the )?GPUs?\b|\bCUDA_VISIBLE_DEVICES=(?:""|''|-1)?\s+python/i;
/** What a command says that wants a GPU, whatever library takes it. */
const ASKS_GPU =
  /CUDA_VISIBLE_DEVICES=["']?\d|\s--?(?:num[_-]|n[_-]?)?gpus[= ]+["']?[1-9]|(?:^|\s)docker run [^|;]{0,200}--gpus\b|\b(?:all|available) (?:the |available |visible )?GPUs\b/i;
const BOOSTED = defineSign(
  /gpu_hist|tree_method\s*=\s*['"]gpu|device(_type)?['"]?\s*[=:]\s*['"](gpu|cuda)|import cupy|numba import cuda|task_type\s*=\s*['"]GPU/,
);
const HIDES_GPU = /['"]CUDA_VISIBLE_DEVICES=['" ]|CUDA_VISIBLE_DEVICES['"]\]?\s*[=:,]\s*['"](?:-1)?['"]/;
const LUA_GPU = /\brequire\s{0,4}\(?\s{0,4}['"](?:cutorch|cunn|cudnn|cltorch)['"]|:cuda\(\)/;

interface GpuVerdict {
  readonly uses: boolean;
  readonly reasons: readonly Reason[];
}

/** Lines that name CUDA outright, and whether nothing asks first if it is there. */
export interface CudaUse {
  readonly always: Evidence | undefined;
  readonly needsGpu: boolean;
}

const yes = (what: string, at: Evidence | undefined): GpuVerdict => ({ uses: true, reasons: [{ what, at }] });
const no = (what: string, at: Evidence | undefined): GpuVerdict => ({ uses: false, reasons: [{ what, at }] });

/** Whether the entry uses a GPU, with the one reason that decides. */
export function judgeGpu(input: HardwareInput, reached: readonly Source[], commands: Commands, cuda: CudaUse): GpuVerdict {
  const { files, entry } = input;
  const chosen = findChosenModel(files, entry);
  if (chosen !== undefined) return no('its configuration chooses a model that needs no GPU', chosen);
  if (cuda.always !== undefined)
    return yes(cuda.needsGpu ? 'uses CUDA without asking whether it is there' : 'uses CUDA where it is there', cuda.always);
  const hidden = findHidden(reached, entry);
  if (hidden !== undefined) return no('hides the GPUs from what it runs', hidden);
  const configured = findCpuConfigured(files, entry);
  if (configured !== undefined) return no('its configuration runs it on the CPU', configured);
  const boosted = findLines(reached, BOOSTED)[0];
  const framework = findImport(reached, FRAMEWORK);
  if (boosted !== undefined && framework === undefined) return yes('asks its library for a GPU', boosted);
  const automatic = findImport(reached, AUTOMATIC);
  const told = findImport(reached, /^theano(\.|$)/);
  if (automatic === undefined && framework === undefined && told === undefined) return judgeUnknown(input, reached, commands);
  const word =
    findLines(reached, GPU_CODE)[0] ?? (findImport(reached, TRAINERS) === undefined ? undefined : findLines(reached, TRAINER)[0]);
  if (word !== undefined) return yes('uses a GPU where there is one', word);
  const asked = findAsked(commands);
  if (asked !== undefined) return yes('the documented command gives it a GPU', asked);
  const denied = findInTexts(listReadmes(files), NO_GPU);
  if (denied !== undefined) return no('the documents say that no GPU is needed', denied);
  if (automatic === undefined && framework !== undefined)
    return no('nothing in the code asks for a GPU; PyTorch then stays on the CPU', framework);
  return judgeAutomatic(files, reached, automatic ?? told, automatic === undefined);
}

/** A program whose libraries tell nothing: another language, or a framework that is not known here. */
function judgeUnknown({ files, entry }: HardwareInput, reached: readonly Source[], commands: Commands): GpuVerdict {
  if (entry?.kind !== 'train' || !/\.(?:py|ipynb)$/.test(entry.file)) {
    const lua = findInTexts(
      files.filter((file) => file.path.endsWith('.lua')),
      LUA_GPU,
    );
    if (lua !== undefined) return yes('its Lua code puts its work on a GPU', lua);
  }
  const asked = findAsked(commands);
  if (asked !== undefined) return yes('the documented command gives it a GPU', asked);
  if (reached.length > 0) return no('nothing in the code asks for a GPU', entry?.evidence[0]);
  const told = findInTexts(listReadmes(files), GPU_WORD);
  if (told !== undefined) return yes('its code is no Python, and the documents speak of a GPU', told);
  return no('no code was found that could use a GPU', entry?.evidence[0]);
}

/** A library that takes a GPU by itself, or as Theano does only when its settings say so: what else speaks of one decides. */
function judgeAutomatic(files: readonly RepoFile[], reached: readonly Source[], at: Evidence | undefined, waits: boolean): GpuVerdict {
  const own = findImport(reached, ALWAYS_ACCELERATED);
  if (own !== undefined) return yes('its library takes a GPU where there is one', own);
  const said = findInTexts(listReadmes(files), GPU_WORD) ?? findInTexts(files.filter(isManifest), GPU_WORD);
  if (said !== undefined) return yes('its library takes a GPU where there is one, and the documents speak of it', said);
  if (waits) return no('Theano stays on the CPU unless it is told otherwise, and nothing speaks of a GPU', at);
  const heavy = findLines(reached, HEAVY_LAYERS)[0];
  if (heavy !== undefined) return yes('its library takes a GPU where there is one, and such layers want it', heavy);
  return no('its library would take a GPU, but the model is small and nothing speaks of one', at);
}

function listReadmes(files: readonly RepoFile[]): RepoFile[] {
  return files.filter((file) => file.text !== null && /(^|\/)readme[^/]*$/i.test(file.path) && file.path.split('/').length <= 2);
}

/** The documented command of the entry that names GPUs. */
function findAsked({ main, own }: Commands): Evidence | undefined {
  if (main !== undefined && ASKS_GPU.test(main.text)) return main.evidence;
  return own.find((launch) => launch.from !== 'script' && ASKS_GPU.test(launch.text))?.evidence;
}

/** The line of the entry's own file that takes the GPUs away from everything it starts, whatever was asked. */
function findHidden(reached: readonly Source[], entry: Entry | undefined): Evidence | undefined {
  const source = reached.find((item) => item.file.path === entry?.file);
  if (source === undefined || !HIDES_GPU.test(source.text)) return undefined;
  const lines = linesOf(source.text).map((line) => cutLine(line));
  const index = lines.findIndex((line, at) => !/^\s*#/.test(line) && HIDES_GPU.test(line) && readGuard(lines, at).guard === 'none');
  return index < 0 ? undefined : cite(source, index + 1);
}

/** The value of a composed configuration that names the CPU, where the command chooses no other. */
function findCpuConfigured(files: readonly RepoFile[], entry: Entry | undefined): Evidence | undefined {
  if (entry === undefined || /\b(?:trainer|fabric|accelerator)[\w.]{0,60}=/.test(entry.command)) return undefined;
  const found = entry.arguments.find(
    (item) =>
      item.style === 'assignment' &&
      /(^|\.)accelerator$|^(?:\w{1,40}\.)?(?:train(?:ing)?_)?device$/.test(item.name) &&
      /^["']?cpu["']?$/.test(item.default ?? ''),
  );
  if (found === undefined) return undefined;
  const others = findNamedConfigs(files, entry.command);
  return findInTexts(others, /\b(?:gpu|cuda|ddp)\b|\baccelerator:/i) === undefined ? found.evidence : undefined;
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
