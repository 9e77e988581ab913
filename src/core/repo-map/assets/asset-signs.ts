/** Where a file's text can hold a call that names data or weights. A look at the characters spares the rest from being parsed. */
import { defineSign, listMatches, mayHold } from '../signs/signs.ts';
import type { Source } from '../sources.ts';

/** Calls that fetch something, whatever stands first between their brackets; sorted by first letter, which halves the search. */
const FETCHES = defineSign(
  new RegExp(
    [
      String.raw`\b(?:applications[\s\\]*\.[\s\\]*[\w.]{1,80}[\s\\]*\(`,
      String.raw`api[\s\\]*\.[\s\\]*(?:dataset|competition)_download_files\b`,
      String.raw`clip[\s\\]*\.[\s\\]*load[\s\\]*\(`,
      String.raw`download(?:_url|_and_extract_archive)?[\s\\]*\(`,
      String.raw`fetch_(?:20newsgroups\w*|california_housing|covtype|kddcup99|lfw_\w+|olivetti_faces|openml|rcv1|species_distributions)[\s\\]*\(`,
      String.raw`g(?:down[\s\\]*\.|et_file[\s\\]*\()`,
      String.raw`hub[\s\\]*\.[\s\\]*load[\s\\]*\(`,
      String.raw`joblib[\s\\]*\.[\s\\]*dump\b`,
      String.raw`kagglehub[\s\\]*\.`,
      String.raw`load_(?:state_dict_from_url|data|iris|digits|wine|breast_cancer|diabetes|boston|linnerud)[\s\\]*\(`,
      String.raw`models[\s\\]*\.[\s\\]*[\w.]{1,80}[\s\\]*\(`,
      String.raw`o(?:d|pendatasets)[\s\\]*\.`,
      String.raw`requests[\s\\]*\.[\s\\]*get\b`,
      String.raw`spacy[\s\\]*\.[\s\\]*load[\s\\]*\(`,
      String.raw`t(?:fds[\s\\]*\.|ensorflow_datasets[\s\\]*\.|orch(?:audio|text)[\s\\]*\.[\s\\]*datasets\b|orch[\s\\]*\.[\s\\]*save\b)`,
      String.raw`url(?:retrieve|open)[\s\\]*\(`,
      String.raw`wget[\s\\]*\(`,
      String.raw`(?:Planetoid|TUDataset|Pyg(?:Node|Graph)PropPredDataset|WikiText2|WikiText103|PennTreebank|AG_NEWS|IMDB|Multi30k)[\s\\]*\()`,
    ].join('|'),
    'g',
  ),
);
const TORCHVISION = defineSign(
  /\b(?:\w*MNIST|CIFAR10|CIFAR100|SVHN|STL10|CelebA|VOCDetection|VOCSegmentation|CocoDetection|CocoCaptions|ImageNet|Omniglot|LSUN|USPS|Caltech101|Caltech256|Flowers102|Food101|StanfordCars|OxfordIIITPet|Places365|Cityscapes|SBDataset|PCAM|EuroSAT|DTD|GTSRB|Country211)[\s\\]*\(/g,
);
const USES_TORCHVISION = defineSign(/torchvision/);
/** Calls that take the path, or the name on a hub, that stands first between their brackets. */
const TAKES_PATH = defineSign(
  /\b(?:open|load|loadtxt|genfromtxt|fromfile|memmap|read|read_\w{1,60}|File|imread|VideoCapture|loadmat|glob|listdir|scandir|walk|ImageFolder|DatasetFolder|GFile|save|savez|savetxt|savez_compressed|to_(?:csv|json|pickle|parquet|hdf|feather)|load_dataset|from_pretrained|hf_hub_download|snapshot_download|SentenceTransformer|CrossEncoder|create_model)[\s\\]*\(/g,
);
const FIRST = /\s*(?:([fF][rR]?|[rR][fF])?([rRbBuU]?["'])|([^\W\d][\w.]*)\s*(=(?!=)|\()?|([(#\\]))/y;
const JOINS = /^(?:os\.path\.join|osp\.join|join|Path|pathlib\.Path|open)$/;
const MAX_NESTED = 6;

/** The places of all calls that can name an asset, and of some that do not. */
export function findAssetSigns(source: Source): number[] {
  const places = [...listMatches(source, FETCHES)].map((match) => match.index);
  if (mayHold(source, USES_TORCHVISION)) for (const match of listMatches(source, TORCHVISION)) places.push(match.index);
  for (const match of listMatches(source, TAKES_PATH)) if (mayBePath(source, match.index + match[0].length)) places.push(match.index);
  return places.sort((a, b) => a - b);
}

/** False where the expression that begins here is computed, so that no reading of the file tells its value. */
function mayBePath(source: Source, start: number): boolean {
  let at = start;
  for (let depth = 0; depth < MAX_NESTED; depth += 1) {
    FIRST.lastIndex = at;
    const found = FIRST.exec(source.text);
    if (found === null) return false;
    const [, formatted, quoted, name, follows] = found;
    if (name === undefined) return quoted === undefined || formatted === undefined || !hasHole(source.text, FIRST.lastIndex);
    if (follows === '=') return true;
    if (follows === undefined) return source.module.boundAtTop.has(name);
    if (!JOINS.test(name)) return false;
    at = FIRST.lastIndex;
  }
  return true;
}

function hasHole(text: string, from: number): boolean {
  return /^[^"'\n]{0,300}\{/.test(text.slice(from, from + 301));
}
