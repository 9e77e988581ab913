/** Calls that read, write or download files, and what they name. */
import { lastName, type PyCall, type PyValue } from '../python.ts';
import type { Asset } from '../schema.ts';
import type { Source } from '../sources.ts';

const READS =
  /^(open|io\.open|codecs\.open|gzip\.open|np\.(load|loadtxt|genfromtxt|fromfile|memmap)|numpy\.(load|loadtxt|genfromtxt|fromfile)|pd\.read_\w+|pandas\.read_\w+|torch\.load|joblib\.load|h5py\.File|Image\.open|cv2\.(imread|VideoCapture)|librosa\.load|sf\.read|soundfile\.read|torchaudio\.load|scipy\.io\.loadmat|sio\.loadmat|loadmat|glob\.glob|glob|os\.listdir|os\.scandir|os\.walk|(?:\w+\.)*ImageFolder|(?:\w+\.)*DatasetFolder|nib\.load|tf\.io\.gfile\.GFile|pickle\.load|json\.load)$/;
const TORCHVISION =
  /^(?:(?:torchvision\.)?datasets\.|dset\.|dsets\.|tv_datasets\.|torchvision_datasets\.)?(MNIST|FashionMNIST|KMNIST|EMNIST|QMNIST|CIFAR10|CIFAR100|SVHN|STL10|CelebA|VOCDetection|VOCSegmentation|CocoDetection|CocoCaptions|ImageNet|Omniglot|LSUN|USPS|Caltech101|Caltech256|Flowers102|Food101|StanfordCars|OxfordIIITPet|Places365|Cityscapes|SBDataset|PCAM|EuroSAT|DTD|GTSRB|Country211)$/;
const DATA_HUBS =
  /^(Planetoid|TUDataset|PygNodePropPredDataset|PygGraphPropPredDataset|WikiText2|WikiText103|PennTreebank|AG_NEWS|IMDB|Multi30k)$/;

/** The asset behind a call that downloads or loads by name; null for every other call. */
export function readCalledAsset(call: PyCall, source: Source): Omit<Asset, 'present' | 'evidence'> | null {
  const name = lastName(call.name);
  const first = evaluate(call.args[0] ?? call.keywords.get('path'), source);
  const vision = TORCHVISION.exec(call.name)?.[1];
  if (vision !== undefined && source.module.imports.some((item) => /torchvision/.test(item.module))) {
    const root = evaluate(call.keywords.get('root') ?? call.args[0], source);
    return { kind: 'dataset', reference: `torchvision ${vision}`, source: 'torchvision', expectedAt: root };
  }
  if (name === 'load_dataset' && first !== null && isOfDatasets(call, source)) return named('dataset', first, 'huggingface');
  if (name === 'from_pretrained' && first !== null && isHubName(first, call, source)) return named('weights', first, 'huggingface');
  if (/^(hf_hub_download|snapshot_download)$/.test(name)) {
    const repo = evaluate(call.keywords.get('repo_id') ?? call.args[0], source);
    return repo === null ? null : named('weights', repo, 'huggingface');
  }
  const library = readLibraryAsset(call, name, first, source);
  if (library !== null) return library;
  if (/^(timm\.)?create_model$/.test(call.name) && call.keywords.get('pretrained')?.text === 'True' && first !== null)
    return named('weights', first, 'huggingface');
  if (/^(torchvision\.)?models\.\w+$/.test(call.name) && isPretrained(call)) return named('weights', `torchvision ${name}`, 'torchvision');
  if (
    /^(urlretrieve|download_url|load_state_dict_from_url|download_and_extract_archive|get_file|wget|requests\.get|urlopen)$/.test(name) ||
    call.name === 'requests.get'
  ) {
    const url = call.args.map((value) => evaluate(value, source)).find((text) => text?.startsWith('http') === true);
    return url === undefined || url === null || /localhost|127\.0|169\.254\.|metadata\.google|\binternal\b/.test(url)
      ? null
      : named(/state_dict/.test(name) ? 'weights' : 'other', url, 'url');
  }
  if (call.name.startsWith('gdown.')) {
    const drive = first ?? evaluate(call.keywords.get('id') ?? call.keywords.get('url'), source);
    return drive === null ? null : named('other', drive, 'google-drive');
  }
  if (DATA_HUBS.test(name)) return named('dataset', name, 'other');
  return null;
}

/** False for a function of the repository that is called alike. */
function isOfDatasets(call: PyCall, source: Source): boolean {
  const from = source.module.imports.find((item) => item.names.includes(call.name));
  return from === undefined
    ? !source.module.definitions.some((item) => item.name === call.name)
    : /datasets|hugging/.test(from.module) && from.level === 0;
}

/** The libraries whose `from_pretrained` looks on the hub. */
const HUB_LIBRARIES =
  /transformers|diffusers|peft|hugging|sentence|pretrained_bert|optimum|trl|timm|open_clip|clip|tokenizers|adapters|setfit|gliner/i;

/** True for a name of the hub; a plain word handed to a class of somebody else's is a name of theirs. */
function isHubName(name: string, call: PyCall, source: Source): boolean {
  if (!/^[\w-][\w.-]*(\/[\w.-]+)?$/.test(name) || /^(todo|xxx|your)/i.test(name)) return false;
  const [owner = ''] = call.name.split('.');
  const from = source.module.imports.find((item) => item.names.includes(owner));
  return name.includes('/') || from === undefined || HUB_LIBRARIES.test(from.module);
}

/** Data sets and models that a library fetches by name. */
function readLibraryAsset(call: PyCall, name: string, first: string | null, source: Source): Omit<Asset, 'present' | 'evidence'> | null {
  const imports = (pattern: RegExp) => source.module.imports.some((item) => pattern.test(item.module));
  if (/^openml\.datasets\.get_dataset$/.test(call.name)) return named('dataset', `openml ${first ?? '(by an id)'}`, 'library');
  if (call.name === 'torch.hub.load' && first !== null) {
    const model = evaluate(call.args[1] ?? call.keywords.get('model'), source);
    return named('weights', model === null ? first : `${first} ${model}`, 'torch-hub');
  }
  const keras = /(?:^|\.)(mnist|fashion_mnist|cifar10|cifar100|imdb|reuters|boston_housing|california_housing)\.load_data$/.exec(
    call.name,
  )?.[1];
  if (keras !== undefined && imports(/keras|tensorflow/)) return named('dataset', `keras ${keras}`, 'library');
  if (/^(tf\.|tensorflow\.)?(keras\.)?applications\./.test(call.name) && call.keywords.get('weights')?.kind !== 'none')
    return named('weights', `keras ${name}`, 'library');
  if (/^(tfds|tensorflow_datasets)\.(load|builder)$/.test(call.name) && first !== null) return named('dataset', `tfds ${first}`, 'library');
  if (
    /^(load_(iris|digits|wine|breast_cancer|diabetes|boston|linnerud)|fetch_(20newsgroups\w*|california_housing|covtype|kddcup99|lfw_\w+|olivetti_faces|openml|rcv1|species_distributions))$/.test(
      name,
    ) &&
    imports(/^sklearn/)
  ) {
    const id = name === 'fetch_openml' && first !== null ? ` ${first}` : '';
    return named('dataset', `scikit-learn ${name}${id}`, 'library');
  }
  const audio = /^torchaudio\.datasets\.(\w+)$/.exec(call.name)?.[1];
  if (audio !== undefined) return named('dataset', `torchaudio ${audio}`, 'library');
  const text = /^torchtext\.datasets\.(\w+)/.exec(call.name)?.[1];
  if (text !== undefined) return named('dataset', `torchtext ${text}`, 'library');
  if (call.name === 'nltk.download' && first !== null) return named('dataset', `nltk ${first}`, 'library');
  if (call.name === 'spacy.load' && first !== null && !/[/\\]/.test(first)) return named('weights', `spacy ${first}`, 'library');
  if (call.name === 'clip.load' && first !== null) return named('weights', `clip ${first}`, 'library');
  if (/^kagglehub\.(dataset_download|competition_download)$/.test(call.name) && first !== null) return named('dataset', first, 'kaggle');
  if (call.name === 'kagglehub.model_download' && first !== null) return named('weights', first, 'kaggle');
  if (/\bapi\.(dataset_download_files|competition_download_files)$/.test(call.name) && first !== null)
    return named('dataset', first, 'kaggle');
  if (/^(od|opendatasets)\.download$/.test(call.name) && first !== null)
    return named('dataset', first, first.includes('kaggle') ? 'kaggle' : 'url');
  if (/^(SentenceTransformer|CrossEncoder)$/.test(name) && first !== null && !/^[./]/.test(first))
    return named('weights', first, 'huggingface');
  return null;
}

function isPretrained(call: PyCall): boolean {
  const weights = call.keywords.get('weights');
  return (
    call.keywords.get('pretrained')?.text === 'True' || call.args[0]?.text === 'True' || (weights !== undefined && weights.kind !== 'none')
  );
}

function named(kind: Asset['kind'], reference: string, source: Asset['source']): Omit<Asset, 'present' | 'evidence'> {
  return { kind, reference, source, expectedAt: null };
}

/** The path that a call reads, when it is written in the source; null for writes, for code files and for what is computed. */
export function readPathRead(call: PyCall, source: Source): string | null {
  if (!READS.test(call.name) || isWriteMode(call)) return null;
  const isSetup = /(^|\/)(setup|conf)\.py$/.test(source.file.path);
  const path = evaluate(call.args[0] ?? call.keywords.get('root') ?? call.keywords.get('file'), source);
  return path === null || isSetup || !looksLikePath(path) ? null : path;
}

/** The path that a call writes, when it is written in the source. */
export function readPathWritten(call: PyCall, source: Source): string | null {
  const name = lastName(call.name);
  if (/^(open|GFile)$/.test(name)) return isWriteMode(call) ? evaluate(call.args[0], source) : null;
  if (/^(torch\.save|joblib\.dump)$/.test(call.name)) return evaluate(call.args[1], source);
  if (/^(np|numpy)\.(save|savez|savetxt|savez_compressed)$/.test(call.name)) return evaluate(call.args[0], source);
  if (/^to_(csv|json|pickle|parquet|hdf|feather)$/.test(name)) return evaluate(call.args[0], source);
  if (/^shutil\.(copy|copyfile|copy2|move)$/.test(call.name)) return evaluate(call.args[1], source);
  if (/^(urlretrieve|download)$/.test(name)) return evaluate(call.args[1] ?? call.keywords.get('filename'), source);
  return null;
}

function isWriteMode(call: PyCall): boolean {
  const mode = call.args[1]?.string ?? call.keywords.get('mode')?.string ?? '';
  return /open|GFile|File/.test(lastName(call.name)) && /[wax]/.test(mode);
}

function looksLikePath(path: string): boolean {
  if (/^(https?|s3|gs|ftp):|[*?{}\n]|^\/(dev|proc|etc|sys|usr)\//.test(path) || path.length > 300) return false;
  // The folder itself, what a run left behind, and settings are no data.
  if (
    /^[./\\]*$|^(\.\/)?(results?|outputs?|logs?|runs|checkpoints?|ckpts?|experiments?)\/?$|(^|\/)(config|settings|args|params|hparams|opts?)[\w-]*\.json$/.test(
      path,
    )
  )
    return false;
  return (
    /[/\\]|\.\w{1,8}$/.test(path) && !/\.(py|md|rst|ya?ml|toml|cfg|log)$/i.test(path) && !/requirements[\w-]*\.txt$|readme/i.test(path)
  );
}

/** The text of an expression made of literals, constants of the module, joins and Path(); null when it is computed. */
function evaluate(value: PyValue | undefined, source: Source, depth = 0): string | null {
  if (value === undefined || depth > 5) return null;
  if (value.kind === 'string') return value.string;
  if (value.kind === 'name') {
    const assigned = source.module.assignedAtTop(value.text);
    return assigned.length === 1 ? evaluate(assigned[0]?.value ?? undefined, source, depth + 1) : null;
  }
  if (value.call === null) return null;
  if (/^(os\.path\.join|osp\.join|join|Path|pathlib\.Path)$/.test(value.call.name)) {
    const parts = value.call.args.map((item) => evaluate(item, source, depth + 1));
    return parts.length === 0 || parts.some((part) => part === null) ? null : parts.join('/').replaceAll(/\/{2,}/g, '/');
  }
  return value.call.name === 'open' ? evaluate(value.call.args[0], source, depth + 1) : null;
}
