import type { CallEvent } from './check.ts';
import { asText } from './outside.ts';

const READS =
  /^(pandas\.read_(csv|parquet|excel|feather|json|pickle|table|hdf|fwf|stata)|polars\.(read|scan)_(csv|parquet|json)|numpy\.(load|loadtxt|genfromtxt)|torch\.load|joblib\.load|os\.(listdir|scandir)|shutil\.(copy|copyfile|copytree)|PIL\.Image\.open|cv2\.imread|zipfile\.ZipFile|tarfile\.open|h5py\.File|xgboost\.Booster|(xgboost|catboost|lightgbm)\.\w+\.load_model|keras\.models\.load_model|numpy\.fromfile|pyarrow\.parquet\.read_table)$/;

/** The path that a call reads, where it is written out; null for a call that reads nothing or nobody knows what. */
export function pathRead(event: CallEvent): string | null {
  const [first, mode] = event.args;
  if (event.path === 'builtins.open' || event.path === 'codecs.open' || event.path === 'zipfile.ZipFile') {
    const how = asText(mode ?? event.keywords.get('mode')) ?? (mode === undefined && !event.keywords.has('mode') ? 'r' : 'w');
    return /[wax+]/.test(how) ? null : asText(first ?? event.keywords.get('file'));
  }
  if (/^(pathlib\.)?Path\.(read_text|read_bytes|iterdir|open)$/.test(event.path)) return event.self === null ? null : asText(event.self);
  if (!READS.test(event.path)) return null;
  return asText(first ?? event.keywords.get('filepath_or_buffer') ?? event.keywords.get('path') ?? event.keywords.get('io'));
}

/** Whether a path is an address and no file. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(path);
}
