/** Where a file's text can hold a call that names data or weights. A look at the characters spares the rest from being parsed. */
import { defineSign, listMatches, mayHold } from '../signs/signs.ts';
import type { Source } from '../sources.ts';

const DOT = String.raw`[\s\\]*\.[\s\\]*`;
const OPENS = String.raw`[\s\\]*\(`;
/** Calls that fetch something, whatever stands first between their brackets. Each is a sign of its own: few files hold any of their words. */
const FETCHES = [
  String.raw`(?:applications|models)${DOT}[\w.]{1,80}${OPENS}`,
  String.raw`api${DOT}(?:dataset|competition)_download_files\b`,
  String.raw`(?:clip|hub|spacy)${DOT}load${OPENS}`,
  String.raw`download(?:_url|_and_extract_archive)?${OPENS}`,
  String.raw`fetch_(?:20newsgroups\w*|california_housing|covtype|kddcup99|lfw_\w+|olivetti_faces|openml|rcv1|species_distributions)${OPENS}`,
  String.raw`(?:gdown|kagglehub|tfds|tensorflow_datasets)[\s\\]*\.`,
  String.raw`(?:get_file|urlretrieve|urlopen|wget)${OPENS}`,
  String.raw`(?:joblib${DOT}dump|requests${DOT}get|torch(?:audio|text)${DOT}datasets|(?:od|opendatasets)${DOT}download|openml${DOT}datasets)\b`,
  String.raw`shutil${DOT}(?:copy|copyfile|copy2|move)${OPENS}`,
  // Nearly every file holds the word torch.
  String.raw`save\b(?<=\btorch${DOT}save)`,
  String.raw`load_(?:state_dict_from_url|data|iris|digits|wine|breast_cancer|diabetes|boston|linnerud)${OPENS}`,
  String.raw`(?:Planetoid|TUDataset|Pyg(?:Node|Graph)PropPredDataset|WikiText2|WikiText103|PennTreebank|AG_NEWS|IMDB|Multi30k)${OPENS}`,
].map((source) => defineSign(new RegExp(String.raw`\b${source}`, 'g')));
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
  const places = FETCHES.flatMap((sign) => [...listMatches(source, sign)].map((match) => match.index));
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
