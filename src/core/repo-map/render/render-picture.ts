/** A mermaid picture of how the parts of a repository work together, from what is started to what it leaves behind. */
import { isReadBy } from '../assets/assets.ts';
import { isNamedBy } from '../configs.ts';
import type { Asset, Entry, ModuleRole, RepoMap } from '../schema.ts';
import { codeBlock, pictureLabel } from './render-text.ts';

const MAX_LINES = 4;

interface Box {
  readonly id: string;
  readonly lines: readonly string[];
  /** Opening and closing marks of the box's shape. */
  readonly shape: readonly [string, string];
}

/** The picture, or null where there is too little to draw. */
export function drawParts(map: RepoMap): string | null {
  const [entry] = map.entries;
  if (entry === undefined) return null;
  const boxes = [...listInputs(map, entry), ...listParts(map, entry)].filter((item) => item.lines.length > 1);
  if (boxes.length < 3) return null;
  const named = boxes.map(({ id, lines, shape }) => `  ${id}${shape[0]}${pictureLabel(lines)}${shape[1]}`);
  return codeBlock('mermaid', ['flowchart LR', ...named, ...listArrows(boxes)]);
}

function listInputs(map: RepoMap, entry: Entry): Box[] {
  const read = map.assets.filter((asset) => isReadBy(asset, entry));
  // Paths of other programs say nothing of this one; what is downloaded may still be for it.
  const assets = read.length === 0 ? map.assets.filter((asset) => asset.source !== 'path' && asset.source !== 'in-repository') : read;
  const ofKind = (kind: Asset['kind']) => assets.filter((asset) => asset.kind === kind).map((asset) => asset.reference);
  const isNamed = (config: RepoMap['configs'][number]) =>
    config.file !== entry.file && (config.usedBy.includes(entry.file) || isNamedBy(config.file, entry));
  return [
    box('entry', ['starts', entry.command], ['([', '])']),
    box(
      'config',
      title(
        'settings',
        map.configs.filter(isNamed).map((config) => config.file),
      ),
    ),
    box('data', title('data', ofKind('dataset')), ['[(', ')]']),
    box('weights', title('weights', ofKind('weights')), ['[(', ')]']),
  ];
}

function listParts(map: RepoMap, entry: Entry): Box[] {
  const reached = new Set(entry.files ?? []);
  const ofRole = (...roles: readonly ModuleRole[]) =>
    map.modules
      .filter((module) => roles.includes(module.role) && reached.has(module.file) && module.file !== entry.file)
      .map((module) => module.file);
  return [
    box('loading', title('reads data', ofRole('data'))),
    box('model', title('model', ofRole('model', 'kernel'))),
    box('training', title('training loop', ofRole('training'))),
    box('evaluation', title('measures', ofRole('evaluation'))),
    box('output', title('leaves behind', listOutputs(map)), ['[/', '/]']),
  ];
}

function listArrows(boxes: readonly Box[]): string[] {
  const has = (id: string) => boxes.some((item) => item.id === id);
  const loop = has('training') ? 'training' : 'entry';
  const arrows: readonly (readonly [string, string])[] = [
    ['config', 'entry'],
    ['entry', 'training'],
    ['data', has('loading') ? 'loading' : loop],
    ['loading', loop],
    ['weights', has('model') ? 'model' : loop],
    ['model', loop],
    [loop, 'evaluation'],
    [loop, 'output'],
  ];
  return arrows.filter(([from, to]) => from !== to && has(from) && has(to)).map(([from, to]) => `  ${from} --> ${to}`);
}

function box(id: string, lines: readonly string[], shape: readonly [string, string] = ['[', ']']): Box {
  return { id, lines, shape };
}

function title(what: string, items: readonly string[]): string[] {
  const unique = [...new Set(items)];
  const more = unique.length > MAX_LINES ? [`… and ${String(unique.length - MAX_LINES)} more`] : [];
  return unique.length === 0 ? [what] : [`${what}:`, ...unique.slice(0, MAX_LINES), ...more];
}

/** Where the entry writes, by its arguments, and to whom it reports. */
function listOutputs(map: RepoMap): string[] {
  const places = (map.entries[0]?.arguments ?? [])
    .filter((argument) => argument.role === 'output')
    .map((argument) =>
      argument.default === null || /^(|None|\?{3})$/.test(argument.default) ? argument.name : `${argument.name} ${argument.default}`,
    );
  const trackers = map.findings.filter((finding) => finding.kind === 'experiment-tracking').map((finding) => finding.what);
  return [...places, ...trackers];
}
