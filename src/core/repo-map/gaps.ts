/** What a reader would still have to find out, each with the reason why the map does not say it. */
import { PYTHON_2 } from './hardware/signals.ts';
import type { RepoFile } from './input.ts';
import type { RepoMap } from './schema.ts';
import { showPlace } from './search-lines.ts';

type Known = Omit<RepoMap, 'gaps' | 'keyFiles'>;
/** Words of a command that stand for something only the reader knows. */
const HOLE = /<[\w ./-]|\$\{?[A-Za-z_](?!\w*:-)|\.\.\.|^\/?path\/to|\/path\/|your[_-]/i;
/** What stands in a configuration where its reader has to write. */
const LEFT_OPEN = /^(SET|PUT|INSERT|YOUR|PATH|ADD)_[A-Z_]+$|_HERE$/;
const OTHER_LANGUAGES: readonly (readonly [string, RegExp])[] = [
  ['Lua (Torch 7)', /\.lua$/],
  ['Julia', /\.jl$/],
  ['R', /\.[rR]$/],
  ['MATLAB', /\.m$/],
  ['C++', /\.(cpp|cc|cxx)$/],
  ['Swift', /\.swift$/],
  ['Rust', /\.rs$/],
  ['Go', /\.go$/],
];

/** Where an agent acts there is no data to be had. */
const ENVIRONMENTS =
  /^(gym|gymnasium|dm-control|procgen|mujoco|mujoco-py|pettingzoo|envpool|crafter|metaworld|multiagent|atari-py|ale-py|minigrid|gym-minigrid)$/;

/** The gaps of a map that is complete otherwise. */
export function findGaps(map: Known, files: readonly RepoFile[]): RepoMap['gaps'] {
  return [...findCommandGaps(map), ...findSetupGaps(map), ...findDataGaps(map), ...findReadingGaps(map, files)];
}

function findCommandGaps(map: Known): RepoMap['gaps'] {
  const [best] = map.entries;
  if (best === undefined) return [{ what: 'How anything is started', why: 'no program, notebook or documented command was found' }];
  const gaps: RepoMap['gaps'] = [];
  if (!map.entries.some((entry) => entry.kind === 'train' || entry.kind === 'notebook'))
    gaps.push({ what: 'How it is trained', why: 'no program with a training loop was found; what can be started does something else' });
  const cited = best.evidence[0];
  // Between angle brackets stands one hole, whatever spaces are in it.
  const words = (cited?.text ?? '').match(/[^\s<]{0,60}<[^<>\n]{1,60}>[^\s<]{0,20}|\S+/g) ?? [];
  const holes = words.filter((word) => HOLE.test(word) && !/\$\{\w+:-/.test(word) && word.length < 80);
  if (cited !== undefined && holes.length > 0)
    gaps.push({ what: `What stands for ${holes.slice(0, 4).join(', ')}`, why: `${showPlace(cited)} leaves it to the reader` });
  const argv = [...best.argv, ...(best.runs?.argv ?? [])];
  const isByFile = /\.(json|ya?ml)$/.test(best.argv.at(-1) ?? '') && !best.argv.some((word) => word.startsWith('--'));
  const required = best.arguments.filter(
    (item) => item.required && !isByFile && !argv.some((word) => word.startsWith(item.name)) && item.style !== 'positional',
  );
  if (required.length > 0)
    gaps.push({
      what: `Values for ${required
        .slice(0, 5)
        .map((item) => item.name)
        .join(', ')}`,
      why: 'the program insists on them and no default exists',
    });
  const left = best.arguments.filter(
    (item) => LEFT_OPEN.test(item.default ?? '') && !best.argv.some((word) => word.startsWith(`${item.name}=`)),
  );
  if (left.length > 0)
    gaps.push({
      what: `Values for ${left
        .slice(0, 5)
        .map((item) => item.name)
        .join(', ')}`,
      why: `the settings hold stand-ins such as ${left[0]?.default ?? ''} (${showPlace(left[0]?.evidence ?? { file: best.file, line: 1, text: '' })})`,
    });
  if (best.arguments.length === 0 && best.launcher !== 'notebook')
    gaps.push({ what: `Which arguments ${best.file} takes`, why: 'no known way of declaring them was found in it or in what it imports' });
  return gaps;
}

function findSetupGaps(map: Known): RepoMap['gaps'] {
  const gaps: RepoMap['gaps'] = [];
  const declared = map.dependencies.filter((item) => item.declared);
  const isTold = map.versions.some((hint) => /^(torch|tensorflow|jax)$/.test(hint.of));
  if (!isTold && map.dependencies.length > 0 && declared.length === 0)
    gaps.push({ what: 'Which versions it needs', why: 'no file declares its dependencies; the list is read from imports' });
  else if (!isTold && declared.length > 2 && declared.every((item) => item.specifier === ''))
    gaps.push({ what: 'Which versions it needs', why: 'its dependencies are declared without any version' });
  const isOld = map.redFlags.some((flag) => flag.what === PYTHON_2);
  if (map.files.python + map.files.notebooks > 0 && !map.versions.some((hint) => hint.of === 'python') && !isOld)
    gaps.push({ what: 'Which Python it was written for', why: 'no manifest, image, CI file or README says it' });
  if (map.hardware.class === 'multi-gpu' && map.hardware.gpus === null)
    gaps.push({ what: 'How many GPUs the training takes', why: 'the documented command leaves the number to the reader' });
  if (map.hardware.class !== 'cpu' && map.hardware.memory.length === 0)
    gaps.push({ what: 'How much GPU memory it takes', why: 'no document says it' });
  return gaps;
}

function findDataGaps(map: Known): RepoMap['gaps'] {
  const gaps: RepoMap['gaps'] = [];
  const [best] = map.entries;
  const fetched = map.assets.some((asset) => asset.kind !== 'weights' && asset.source !== 'path' && asset.source !== 'in-repository');
  const missing = map.assets.filter(
    (asset) => asset.source === 'path' && !asset.present && asset.madeBy === undefined && asset.kind !== 'weights',
  );
  if (missing.length > 0 && !fetched)
    gaps.push({
      what: `Where ${missing
        .slice(0, 3)
        .map((asset) => asset.reference)
        .join(', ')} comes from`,
      why: 'the code reads it, and nothing says how to get it',
    });
  const acts = map.dependencies.some((item) => ENVIRONMENTS.test(item.name));
  if (best?.kind === 'train' && map.assets.length === 0 && !acts)
    gaps.push({ what: 'Which data it trains on', why: 'no path, download or data set was found in the code' });
  const bare = map.claims.filter((claim) => claim.command === null).length;
  if (bare > 0)
    gaps.push({
      what: `Which command gives ${String(bare)} of ${String(map.claims.length)} claimed numbers`,
      why: 'no command stands near their tables',
    });
  return gaps;
}

function findReadingGaps(map: Known, files: readonly RepoFile[]): RepoMap['gaps'] {
  const gaps: RepoMap['gaps'] = [];
  const unread = map.warnings.filter((warning) => /too large|not read|cannot be|no notebook|not listed/.test(warning.what));
  if (unread.length > 0)
    gaps.push({
      what: `What ${String(unread.length)} files hold`,
      why: `they were not read, among them ${unread[0]?.file === '' ? 'whole folders' : (unread[0]?.file ?? '')}`,
    });
  for (const [language, pattern] of OTHER_LANGUAGES) {
    const count = files.filter((file) => pattern.test(file.path) && !/(^|\/)(third_party|vendor|external)\//.test(file.path)).length;
    if (count > map.files.python && count >= 3)
      gaps.push({ what: `What its ${String(count)} ${language} files do`, why: 'only Python is parsed' });
  }
  return gaps;
}
