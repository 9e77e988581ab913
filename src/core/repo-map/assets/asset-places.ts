/** Where the code says that its data must lie: `DATASET_PATH = './data/moons/'`, in a module or as an attribute of its settings. */
import { roleOf } from '../arguments/roles.ts';
import { citeLine, cutLine, folderOf, joinPath, type RepoFile } from '../input.ts';
import type { Asset } from '../schema.ts';
import { listMatchingLines } from '../search-lines.ts';
import type { Source } from '../sources.ts';

const MAX_PLACES = 12;
/** So many lines of a file are compared with the rest of it and with the files of the repository. */
const MAX_TRIED = 60;
const NAMED = /^\s{0,24}(?:self\.)?([A-Za-z_]\w{0,30}(?:path|dir|root|folder)s?)\s{0,4}=\s{0,4}["']([\w.~/-]{3,120})["']\s{0,9}(?:#.*)?$/i;
const OF_DATA = /data|feat|img|image|anno|corpus|video|audio/i;

/** The places that are not there, each once; those that the same file makes or fills itself are left out. */
export function findNamedPlaces(sources: readonly Source[], files: readonly RepoFile[], known: readonly Asset[]): Asset[] {
  const told = new Set(known.flatMap((asset) => [asset.reference, asset.expectedAt ?? '']).map(plain));
  const found = new Map<string, Asset>();
  for (const source of sources) {
    if (source.notebook !== null || /(^|\/)(tests?|docs?)\//.test(source.file.path)) continue;
    let tried = 0;
    for (const { number, text } of listMatchingLines(source.text, NAMED)) {
      if (found.size >= MAX_PLACES || tried >= MAX_TRIED) break;
      const [, name = '', value = ''] = NAMED.exec(cutLine(text)) ?? [];
      const key = plain(value);
      const isPlace = value.includes('/') && !/^\.{0,2}\/?$/.test(value) && OF_DATA.test(name) && roleOf(name) === 'data';
      if (!isPlace || value.startsWith('/') || told.has(key) || found.has(key)) continue;
      tried += 1;
      if (isFilled(source, name) || isThere(value, source, files)) continue;
      const evidence = [citeLine(source.file.path, source.text, number)];
      found.set(key, { kind: 'dataset', reference: value, source: 'path', expectedAt: value, present: false, evidence });
    }
  }
  return [...found.values()];
}

/** One spelling of a folder. */
const plain = (path: string): string => path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');

function isFilled({ text }: Source, name: string): boolean {
  const made = new RegExp(String.raw`(makedirs|mkdir|ensure_dir)\([^)\n]{0,40}\b${name}\b`).test(text);
  return made || /download\s{0,3}=\s{0,3}True|urlretrieve|def download|snapshot_download/.test(text);
}

function isThere(value: string, source: Source, files: readonly RepoFile[]): boolean {
  const places = [folderOf(source.file.path), ''].flatMap((folder) => joinPath(folder, plain(value)) ?? []);
  return files.some((file) => places.some((place) => file.path === place || file.path.startsWith(`${place}/`)));
}
