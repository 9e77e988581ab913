/** Lines of documents and scripts that download something or link to it. */
import { citeLine, cutLine, type RepoFile } from '../input.ts';
import type { Asset } from '../schema.ts';
import { listMatchingLines } from '../search-lines.ts';

type Found = Omit<Asset, 'evidence'>;

const WEIGHTS = /\.(pth?|th|pth\.tar|ckpt|safetensors|bin|onnx|h5|hdf5|pkl|npz|caffemodel|t7|gguf|pt\.gz)([?#]|$)/i;
const ARCHIVE = /\.(zip|tar|tgz|tar\.gz|tar\.bz2|tar\.xz|7z|rar|gz|csv|parquet|jsonl?|npy|mat|h5ad|lmdb)([?#]|$)/i;
const SIZE = /(?:^|[\s(~≈[|])(\d{1,4}(?:\.\d{1,2})?\s?[KMGT]i?B)(?=[\s),.;|\]]|$)/;
/** Where nothing but files is kept, so that a link to it is a download. */
const STORES =
  /https?:\/\/(?:www\.)?(?:zenodo\.org\/records?\/\d+|figshare\.com\/\S|(?:www\.)?dropbox\.com\/(?:s|sh|scl)\/|1drv\.ms\/|onedrive\.live\.com\/|[\w-]+\.sharepoint\.com\/|pan\.baidu\.com\/s\/|mega\.nz\/|osf\.io\/\w{5}|s3[\w.-]*\.amazonaws\.com\/|[\w.-]+\.s3[\w.-]*\.amazonaws\.com\/|storage\.googleapis\.com\/|dl\.fbaipublicfiles\.com\/)[^\s)>\]"'`|]{0,400}/g;

const STORE = new RegExp(STORES.source);

/** True for an address that ends in a file of data or weights, or that lies where nothing else is kept. */
export function isDownload(url: string): boolean {
  return !isTool(url) && !/\.json/.test(url) && (WEIGHTS.test(url) || ARCHIVE.test(url) || STORE.test(url));
}

/** A line without any of these downloads nothing. */
const MENTIONS = /http|kaggle|gdown|s3:|gs:|huggingface|\bhf\s|_name/;

/** The assets of a document or script, line by line. */
export function readDownloadLines(file: RepoFile): Asset[] {
  if (
    file.text === null ||
    !/\.(md|mdx|markdown|rst|sh|bash|zsh|slurm|sbatch)$|(^|\/)(readme[^/]*|[^/]*dockerfile[^/]*|makefile)$/i.test(file.path)
  )
    return [];
  if (/(^|\/)(third_party|vendor|external|\.github)\/|(^|\/)changelog/i.test(file.path)) return [];
  const isScript = !/\.(md|mdx|markdown|rst)$|readme/i.test(file.path);
  return [...listMatchingLines(file.text, MENTIONS)].flatMap(({ number, text }) => {
    if (isScript && /^\s*#/.test(text)) return [];
    const found = readDownloadLine(text);
    return found.length === 0 ? [] : found.map((asset) => ({ ...asset, evidence: [citeLine(file.path, file.text, number)] }));
  });
}

/** What one line downloads or links to; a command says more than the links beside it. */
export function readDownloadLine(written: string): Found[] {
  const line = cutLine(written);
  if (!MENTIONS.test(line)) return [];
  const command = readCommand(line);
  const found = command === null ? readLinks(line) : [command];
  const size = SIZE.exec(line)?.[1];
  return found.slice(0, 8).map((asset) => (size === undefined ? asset : { ...asset, size }));
}

function make(kind: Asset['kind'], reference: string, source: Asset['source'], line = ''): Found {
  const at =
    /\s(?:-O|-o|-P|--output|--output-document|--directory-prefix|--local-dir|--dir)[= ]+([^\s"'`$;&|]{1,200})/.exec(line)?.[1] ?? null;
  return { kind, reference: reference.replace(/[.,;:]+$/, ''), source, expectedAt: at === '-' ? null : at, present: false };
}

function readCommand(line: string): Found | null {
  const kaggle = /kaggle\s+(competitions|datasets)\s+download\s+(?:-[cd]\s+|--\w+\s+)?([\w./-]+)/.exec(line);
  if (kaggle !== null) return make('dataset', kaggle[2] ?? '', 'kaggle', line);
  const drive = /\bgdown\s+.*?((?:https?:\S+)|[\w-]{25,})/.exec(line);
  if (drive !== null) return make('other', (drive[1] ?? '').replaceAll(/["'`]/g, ''), 'google-drive', line);
  const hub = /(?:huggingface-cli|\bhf)\s+download\s+(?:--\S+\s+\S+\s+){0,4}([\w.-]+\/[\w.-]+)/.exec(line);
  if (hub !== null) return make(/--repo-type[= ]dataset/.test(line) ? 'dataset' : 'weights', hub[1] ?? '', 'huggingface', line);
  const cloned = /git\s+(?:lfs\s+)?clone\s+.*?https:\/\/huggingface\.co\/(datasets\/)?([\w.-]+\/[\w.-]+)/.exec(line);
  if (cloned !== null) return make(cloned[1] === undefined ? 'weights' : 'dataset', cloned[2] ?? '', 'huggingface', line);
  const isOpen = (address: string): boolean => address.includes('<');
  const cloud = /\b(?:aws\s+s3|gsutil|gcloud\s+storage|s5cmd|azcopy)\b.*?((?:s3|gs|az):\/\/[^\s"'`]+)/.exec(line);
  if (cloud !== null && !isOpen(cloud[1] ?? '')) return make(kindOf(cloud[1] ?? ''), cloud[1] ?? '', 'cloud-storage');
  const url = /\b(?:wget|curl|aria2c|axel)\b.*?(https?:\/\/[^\s"'`)|]+)/.exec(line);
  if (url === null || isTool(url[1] ?? '')) return null;
  const address = url[1] ?? '';
  if (/drive\.google\.com|docs\.google\.com/.test(address)) return make('other', address, 'google-drive', line);
  return make(WEIGHTS.test(address) && !HUB_DATA.test(address) ? 'weights' : 'dataset', address, 'url', line);
}

/** Whatever its ending, a file of a data set on the hub is data. */
const HUB_DATA = /huggingface\.co\/datasets\//;

/** Installers and sources of programs are no data. */
function isTool(url: string): boolean {
  return /miniconda|anaconda|get-pip|install\.sh|\.sh([?#]|$)|\.whl|\.deb([?#]|$)|\.py([?#]|$)|\.run([?#]|$)|\.gpg|\.key|nvidia\.com\/compute|cmake|gpgkey|libnvidia|nvidia\.github\.io|python\.org|python-poetry|rustup|nodejs|deb\.|pypi|mujoco\.org|roboti\.us|archive\/refs|\.ya?ml([?#]|$)|\.html?([?#]|$)|\.elf([?#]|$)|mjkey|\.(png|jpe?g|gif|svg)([?#]|$)|\/(LICENSE|README)([?#.]|$)|sdk\.cloud\.google|aka\.ms\/|mamba\.pm|\/whl\/|169\.254\.|localhost|127\.0\.0/i.test(
    url,
  );
}

function readLinks(line: string): Found[] {
  const found: Found[] = [];
  for (const match of line.matchAll(/https:\/\/(?:drive|docs)\.google\.com\/(?:file|uc|open|drive|folderview)[^\s)>\]"'`|]{1,300}/g))
    found.push(make('other', match[0], 'google-drive'));
  for (const match of line.matchAll(/https:\/\/huggingface\.co\/datasets\/(?!huggingface\/badges)([\w.-]+(?:\/[\w.-]+)?)/g))
    found.push(make('dataset', match[1] ?? '', 'huggingface'));
  for (const match of line.matchAll(
    /https:\/\/huggingface\.co\/(?!(?:datasets|spaces|docs|papers|blog|collections|transformers|settings|login|organizations|new|tasks|learn|chat|nlp)\/|huggingface\/badges|models\b|join\b)([\w.-]+\/[\w.-]+)/g,
  ))
    found.push(make('weights', match[1] ?? '', 'huggingface'));
  for (const match of line.matchAll(/https:\/\/(?:www\.)?kaggle\.com\/(?:datasets\/|c\/|competitions\/)([\w-]+(?:\/[\w-]+)?)/g))
    found.push(make('dataset', (match[1] ?? '').replace(/\/(data|overview|rules|leaderboard)$/, ''), 'kaggle'));
  for (const match of line.matchAll(STORES)) if (!isTool(match[0])) found.push(make(kindOf(match[0]), match[0], 'url'));
  for (const match of line.matchAll(/\b(?:s3|gs):\/\/[\w./-]{3,200}/g)) found.push(make(kindOf(match[0]), match[0], 'cloud-storage'));
  for (const match of line.matchAll(/(?:\]\(|href=["'])(https?:\/\/[^\s)"'<>]{5,400})[)"']/g)) {
    const url = match[1] ?? '';
    if ((WEIGHTS.test(url) || (ARCHIVE.test(url) && !/\.json/.test(url))) && !/github\.com\/[^/]+\/[^/]+\/(blob|tree|archive)/.test(url))
      found.push(make(kindOf(url), url, 'url'));
  }
  const named =
    /--(?:model_name_or_path|pretrained_model_name_or_path|base_model|tokenizer_name|model_id)[= ]+["']?([A-Za-z][\w.-]+\/[A-Za-z][\w.-]+)(?=["'\s\\]|$)/.exec(
      line,
    );
  if (named !== null && !/^(path|output|outputs|models?|checkpoints?|ckpts?|data|results?|runs?|logs?|saved?)\//i.test(named[1] ?? ''))
    found.push(make('weights', named[1] ?? '', 'huggingface'));
  return found.filter((asset, index) => found.findIndex((other) => other.reference === asset.reference) === index);
}

/** What lies behind an address, by its words and its ending. */
export function kindOf(url: string): Asset['kind'] {
  if (HUB_DATA.test(url)) return 'dataset';
  if (/(^|[_/-])code([_.-]|$)/i.test(url)) return 'other';
  if (WEIGHTS.test(url) || /checkpoint|pretrained|weights|models?\//i.test(url)) return 'weights';
  return ARCHIVE.test(url) || /dataset|data/i.test(url) ? 'dataset' : 'other';
}

const GATES: readonly (readonly [RegExp, string])[] = [
  [/^meta-llama\/|^(?:facebook|meta)\/(?:opt-175b|sam3)/i, "Meta's licence must be accepted on Hugging Face"],
  [/^google\/(?:gemma|paligemma|codegemma|recurrentgemma|medgemma|shieldgemma)/i, "Google's licence must be accepted on Hugging Face"],
  [
    /^stabilityai\/(?:stable-diffusion-3|sd3|stable-audio|stable-video-diffusion-img2vid-xt-1-1|stable-cascade|stablelm-2-12b)/i,
    "Stability AI's licence must be accepted on Hugging Face",
  ],
  [/^black-forest-labs\/FLUX\.1-(?!schnell)/i, 'the licence must be accepted on Hugging Face'],
  [
    /^(?:bigcode\/(?:starcoder|the-stack)|tiiuae\/falcon-180B|pyannote\/|CohereForAI\/|CohereLabs\/|databricks\/dbrx|mistralai\/(?:Mistral-Large|Codestral|Ministral|Mixtral-8x22B)|nvidia\/(?:Cosmos|nemotron-4)|mozilla-foundation\/common_voice|Salesforce\/xgen)/i,
    'terms must be accepted on Hugging Face',
  ],
  [/^(?:ILSVRC\/)?imagenet-?1k$|^(?:torchvision|tfds) imagenet|image-net\.org/i, 'ImageNet is given out by its owners on request only'],
  [/^torchvision Cityscapes|cityscapes-dataset\.com/i, 'Cityscapes wants a registration'],
  [/physionet\.org/i, 'PhysioNet wants an account, for some data a training'],
  [
    /nuscenes\.org|waymo\.com\/open|cvlibs\.net\/datasets\/kitti|robots\.ox\.ac\.uk\/~vgg\/data\/voxceleb|smpl\w*\.is\.tue\.mpg\.de/i,
    'its owners want a registration',
  ],
];

/** Says why an asset cannot be had at once, where that is known. */
export function addGate(asset: Asset): Asset {
  if (asset.present) return asset;
  const gate = GATES.find(([pattern]) => pattern.test(asset.reference))?.[1];
  if (gate !== undefined) return { ...asset, gated: gate };
  if (asset.source !== 'kaggle') return asset;
  const isCompetition = !asset.reference.includes('/');
  return { ...asset, gated: isCompetition ? "a Kaggle account that accepted the competition's rules" : 'a Kaggle account' };
}
