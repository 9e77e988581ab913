/** What a program reads that is no code: data sets, weights, and the programs of the repository that make them. */
import { isPlaceholder } from '../commands/shell-words.ts';
import { asWord } from '../entries/entry-start.ts';
import { folderOf, joinPath, type RepoFile, type RepoInput } from '../input.ts';
import { findNotebookLine } from '../notebook.ts';
import type { PyCall } from '../python.ts';
import type { Asset, Entry, EntryArgument, Evidence } from '../schema.ts';
import { cite, type Source, type Sources } from '../sources.ts';
import { readCalledAsset, readPathRead, readPathWritten } from './asset-calls.ts';
import { readConfiguredAssets } from './asset-configs.ts';
import { addGate, readDownloadLine, readDownloadLines } from './asset-lines.ts';
import { findAssetSigns } from './asset-signs.ts';
import { readWrittenUrls } from './asset-urls.ts';

const MAX_ASSETS = 150;
const MAX_EVIDENCE = 4;
/** Commands whose configuration and values are looked into. */
const MAX_CONFIGURED = 6;

/** Every asset that the sources and documents name; each reference once. */
export function findAssets(input: RepoInput, sources: Sources, entries: readonly Entry[]): Asset[] {
  const files = listPlaces(input.files);
  const speaking = sources.all.map((source) => ({ source, calls: source.module.callsAt(findAssetSigns(source)) }));
  const written = collectWritten(speaking);
  const found: Asset[] = [];
  for (const { source, calls } of speaking.filter((item) => isRelevant(item.source.file.path))) {
    for (const call of calls) {
      const known = readCalledAsset(call, source);
      if (known !== null)
        found.push(withPresence({ ...known, present: false, evidence: [cite(source, call.line)] }, source, files, input, written));
      const path = readPathRead(call, source);
      if (path === null) continue;
      const kind = /\.(pth?|ckpt|safetensors|h5|onnx|bin)$/i.test(path) && /load/.test(call.name) ? 'weights' : 'dataset';
      const asset: Asset = { kind, reference: path, source: 'path', expectedAt: path, present: false, evidence: [cite(source, call.line)] };
      found.push(withPresence(asset, source, files, input, written));
    }
  }
  found.push(...readDefaults(entries, input, sources, files, written));
  for (const entry of entries.slice(0, MAX_CONFIGURED)) {
    const source = sources.byPath.get(entry.file);
    // What another command is given to measure was made by the training.
    const given = entry.kind === 'train' ? readGiven(entry) : [];
    for (const asset of [...readConfiguredAssets(entry, input.files), ...given])
      found.push(source === undefined ? asset : withPresence(asset, source, files, input, written));
  }
  for (const { source } of speaking.filter((item) => isRelevant(item.source.file.path))) found.push(...readWrittenUrls(source));
  for (const file of input.files) found.push(...readDownloadLines(file));
  for (const source of sources.all) {
    for (const line of source.notebook?.shellLines ?? []) {
      found.push(...readDownloadLine(line).map((asset) => ({ ...asset, evidence: [citeShell(source, line)] })));
    }
  }
  return merge(found).slice(0, MAX_ASSETS).map(addGate);
}

/** Programs that must run first because this entry reads what they write and the repository does not ship. */
export function findPreparations(entry: Entry, assets: readonly Asset[], sources: Sources): NonNullable<Entry['preparations']> {
  const makers = new Map<string, string>();
  for (const asset of assets) {
    const isRead = asset.evidence.some((item) => entry.files?.includes(item.file) === true);
    if (!asset.present && isRead && asset.madeBy !== undefined && asset.madeBy !== entry.file) makers.set(asset.madeBy, asset.reference);
  }
  return [...makers].flatMap(([file, path]) => {
    const source = sources.byPath.get(file);
    // A maker that asks for arguments of its own is a decision for a person.
    const isRunnable = source !== undefined && source.notebook === null && (source.module.mainLine !== null || source.module.worksAtTop);
    const isSameFolder = folderOf(file) === entry.cwd;
    return isRunnable && isSameFolder
      ? [{ argv: ['python', asWord(file.slice(entry.cwd === '' ? 0 : entry.cwd.length + 1))], cwd: entry.cwd, why: `writes ${path}` }]
      : [];
  });
}

/** The line of the notebook that holds a shell line. */
function citeShell(source: Source, line: string): Evidence {
  const at = findNotebookLine(source.file.text ?? '', line);
  return { file: source.file.path, line: at, text: line.slice(0, 300) };
}

function isRelevant(path: string): boolean {
  return !/(^|\/)(tests?|docs?)\/|(^|\/)(test_[^/]*|conftest|setup|versioneer)\.py$/.test(path);
}

interface Speaking {
  readonly source: Source;
  /** Those of its calls that can name an asset. */
  readonly calls: readonly PyCall[];
}

function collectWritten(speaking: readonly Speaking[]): ReadonlyMap<string, Source[]> {
  const written = new Map<string, Source[]>();
  for (const { source, calls } of speaking) {
    for (const call of calls) {
      const path = readPathWritten(call, source);
      const key = path === null ? null : placeOf(path, source);
      if (key !== null) written.set(key, [...(written.get(key) ?? []), source]);
    }
  }
  return written;
}

function placeOf(path: string, source: Source): string | null {
  return joinPath(folderOf(source.file.path), path);
}

function withPresence(
  asset: Asset,
  source: Source,
  files: ReadonlySet<string>,
  input: RepoInput,
  written: ReadonlyMap<string, Source[]>,
): Asset {
  const path = asset.expectedAt;
  if (path === null) return asset;
  const places = [folderOf(source.file.path), input.subfolder, ''].map((folder) => joinPath(folder, path));
  const present = !path.startsWith('/') && places.some((place) => place !== null && files.has(place));
  const makers = written.get(placeOf(path, source) ?? '') ?? [];
  const maker = makers.find((item) => item === source) ?? makers[0];
  return {
    ...asset,
    present,
    source: present && asset.source === 'path' ? 'in-repository' : asset.source,
    ...(maker === undefined || present ? {} : { madeBy: maker.file.path }),
  };
}

/** Every file and every folder that holds one. */
function listPlaces(files: readonly RepoFile[]): ReadonlySet<string> {
  const places = new Set<string>();
  for (const { path } of files) {
    for (let place = path; place !== '' && !places.has(place); place = folderOf(place)) places.add(place);
  }
  return places;
}

/** `owner/name` behind an argument that takes names rather than paths. */
function isHubName(argument: string, value: string): boolean {
  const takesNames = /model_?(name|id)|pretrained|hub|repo|base_?model|tower|tokenizer|dataset_?name/i.test(argument);
  return takesNames && /^[A-Za-z][\w.-]*\/[A-Za-z][\w.-]*$/.test(value) && !/\.(pth?|ckpt|bin|h5|safetensors|zip)$/.test(value);
}

/** Defaults of data and weight arguments that look like paths. */
function readDefaults(
  entries: readonly Entry[],
  input: RepoInput,
  sources: Sources,
  files: ReadonlySet<string>,
  written: ReadonlyMap<string, Source[]>,
): Asset[] {
  return entries.flatMap((entry) =>
    entry.arguments.flatMap((argument): Asset[] => {
      const path = argument.default ?? '';
      const isPath =
        /^[\w.~/-]*[/.][\w./-]+$/.test(path) && !/^[\d.e+-]+$/.test(path) && !/^\w+(\.[A-Za-z_]\w*)+$/.test(path.replace(/\.\w{1,5}$/, ''));
      const source = sources.byPath.get(entry.file);
      // A bare name in a settings file is taken from a folder that only the program knows.
      if (argument.style === 'assignment' && !path.includes('/')) return [];
      if (!isPath || source === undefined || (argument.role !== 'data' && argument.role !== 'weights')) return [];
      // A default that the command replaces is read by nobody.
      if (valueGiven(entry, argument) !== null) return [];
      const kind = argument.role === 'data' ? ('dataset' as const) : ('weights' as const);
      if (isHubName(argument.name, path) && !files.has(path))
        return [{ kind, reference: path, source: 'huggingface', expectedAt: null, present: false, evidence: [argument.evidence] }];
      const asset: Asset = { kind, reference: path, source: 'path', expectedAt: path, present: false, evidence: [argument.evidence] };
      return [withPresence(asset, source, files, input, written)];
    }),
  );
}

/** Places of data and weights that a documented command gives. */
function readGiven(entry: Entry): Asset[] {
  const [cited] = entry.evidence;
  return entry.arguments.flatMap((argument): Asset[] => {
    if ((argument.role !== 'data' && argument.role !== 'weights') || argument.style === 'flag' || cited === undefined) return [];
    const path = valueGiven(entry, argument);
    if (path === null || !/^[\w.~/-]+$/.test(path) || !path.includes('/') || isPlaceholder(path)) return [];
    const kind = argument.role === 'data' ? ('dataset' as const) : ('weights' as const);
    if (isHubName(argument.name, path))
      return [{ kind, reference: path, source: 'huggingface', expectedAt: null, present: false, evidence: [cited] }];
    return [{ kind, reference: path, source: 'path', expectedAt: path, present: false, evidence: [cited] }];
  });
}

/** The value that the words of a command give to an argument; null where they give none. */
export function valueGiven({ argv }: Entry, { name, aliases }: EntryArgument): string | null {
  for (const [index, word] of argv.entries()) {
    if (name !== word && !aliases.includes(word)) {
      const [key, ...rest] = word.split('=');
      if (rest.length > 0 && (key === name || aliases.includes(key ?? ''))) return rest.join('=');
    } else if (word.startsWith('-')) return argv[index + 1] ?? null;
  }
  return null;
}

/** What the given entry reads first, then what the root's documents name, then the rest; within each in the order in which it was found. */
export function sortAssets(assets: readonly Asset[], entry: Entry | undefined): Asset[] {
  const rank = (asset: Asset): number => {
    if (entry !== undefined && isReadBy(asset, entry)) return 0;
    return asset.evidence.some((item) => /^readme/i.test(item.file)) ? 1 : 2;
  };
  return [...assets].sort((a, b) => rank(a) - rank(b));
}

const CONFIG = /\.(ya?ml|json|toml|gin|py)$/;

/** True where an entry's sources, its words or the configuration that they name give an asset away. */
export function isReadBy(asset: Asset, entry: Entry): boolean {
  const named = entry.argv.map((word) => word.slice(word.indexOf('=') + 1).replace(/^(\.{1,2}\/)+/, ''));
  return (
    named.includes(asset.reference.replace(/^(\.{1,2}\/)+/, '')) ||
    entry.arguments.some(
      (item) => asset.reference.includes('/') && item.default === asset.reference && (item.role === 'data' || item.role === 'weights'),
    ) ||
    asset.evidence.some(
      ({ file }) =>
        entry.files?.includes(file) === true || named.some((word) => CONFIG.test(word) && file !== entry.file && file.endsWith(word)),
    )
  );
}

function merge(assets: readonly Asset[]): Asset[] {
  const byReference = new Map<string, Asset>();
  for (const asset of assets) {
    const key = `${asset.source}:${asset.reference}`;
    const known = byReference.get(key);
    const evidence = [...(known?.evidence ?? []), ...asset.evidence].slice(0, MAX_EVIDENCE);
    const size = known?.size ?? asset.size;
    const whole = { ...(known ?? asset), present: known?.present === true || asset.present, evidence };
    byReference.set(key, size === undefined ? whole : { ...whole, size });
  }
  return [...byReference.values()];
}
