/** Whether a file's text can hold a call that names data or weights. A look at the characters spares most files from being parsed. */
import type { Source } from './sources.ts';

/** Calls that fetch something by its name, whatever stands between their brackets. */
const FETCHES =
  /\b(?:load_dataset|from_pretrained|hf_hub_download|snapshot_download|urlretrieve|download_url|load_state_dict_from_url|download_and_extract_archive|get_file|wget|urlopen|load_data|load_(?:iris|digits|wine|breast_cancer|diabetes|boston|linnerud)|fetch_[a-z0-9_]+|SentenceTransformer|CrossEncoder|download|dump|create_model|Planetoid|TUDataset|PygNodePropPredDataset|PygGraphPropPredDataset|WikiText2|WikiText103|PennTreebank|AG_NEWS|IMDB|Multi30k)[\s\\]*\(|\b(?:applications|models|hub|gdown|tfds|tensorflow_datasets|torchaudio|torchtext|nltk|spacy|clip|kagglehub|opendatasets|od|requests)[\s\\]*\.|\btorch[\s\\]*\.[\s\\]*save\b/;
const TORCHVISION = /\btorchvision\b/;
/** Calls that read or write the path that stands first between their brackets. */
const TAKES_PATH =
  /\b(?:open|load|loadtxt|genfromtxt|fromfile|memmap|read|read_\w{1,60}|File|imread|VideoCapture|loadmat|glob|listdir|scandir|walk|ImageFolder|DatasetFolder|GFile|save|savez|savetxt|savez_compressed|to_(?:csv|json|pickle|parquet|hdf|feather))[\s\\]*\(/g;
const FIRST = /\s*(?:([fF][rR]?|[rR][fF])?([rRbBuU]?["'])|([^\W\d][\w.]*)\s*(=(?!=)|\()?|([(#\\]))/y;
const JOINS = /^(?:os\.path\.join|osp\.join|join|Path|pathlib\.Path|open)$/;
const MAX_NESTED = 6;

/** False only where no call of the file can name an asset. */
export function mayNameAssets(source: Source): boolean {
  const { text } = source;
  if (FETCHES.test(text) || TORCHVISION.test(text)) return true;
  for (const match of text.matchAll(TAKES_PATH)) if (mayBePath(source, match.index + match[0].length)) return true;
  return false;
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
