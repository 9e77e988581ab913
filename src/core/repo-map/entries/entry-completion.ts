import { readHoles } from '../commands/path-holes.ts';
import { isPlaceholder } from '../commands/shell-words.ts';
/** A command for a program that no document shows: with the arguments that it insists on, where the repository says what they may be. */
import { folderOf, nameOf, relativePath, type RepoFile } from '../input.ts';
import type { Entry, EntryArgument } from '../schema.ts';
import type { Source } from '../sources.ts';

type Start = Pick<Entry, 'argv' | 'cwd' | 'launcher' | 'runs'>;

const CONFIG_NAME = /^-{0,2}(\w+[_-])?(config|cfg|conf|opt|options|yaml|yml|params|hparams|hyp|args)([_-](file|path|name|yaml|yml))?$|^-c$/;
const CONFIG_FILE =
  /(^|\/)(configs?|conf|cfgs?|options?|experiments?|recipes|yamls?|hparams|params|settings|exps?)\/.*\.(ya?ml|json|toml|py|gin|txt|cfg|ini)$|(^|\/)[^/]*(config|cfg|options?|hparams|params)[^/]*\.(ya?ml|json|toml|gin)$/i;
/** What a run is called: any word does. */
const RUN_NAME = /^--?((exp|experiment|run|job|project)[_-]?)?(name|id|tag)$/;
const GOOD_CONFIG = /(train|default|base|example|small|tiny|mnist|cifar)/i;

/** Adds a value to each argument that must be given and whose value the repository shows: a configuration, or the first of its choices. */
export function completeStart(start: Start, taken: readonly EntryArgument[], source: Source, files: readonly RepoFile[]): Start {
  const words = [...start.argv];
  const calls = source.module.calls;
  const isCli = calls.some((call) => /(^|\.)LightningCLI$/.test(call.name));
  if (isCli) words.push('fit');
  const sacred = taken.find((argument) => argument.after === 'with' && argument.default !== null);
  if (sacred !== undefined) words.push('with', `${sacred.name}=${sacred.default ?? ''}`);
  for (const argument of taken) {
    const isConfig = CONFIG_NAME.test(argument.name);
    const isWanted = argument.required || (isConfig && argument.default === null && /\bopen\(|load|from_file|merge/.test(source.text));
    if (!isWanted) continue;
    const value = valueOf(argument, isConfig, start, source, files);
    if (value === null) {
      // Without its data the program stops at once: the reader fills them in.
      if (argument.style === 'positional') words.push(`<${argument.name}>`);
      else if (argument.role === 'data' && argument.style === 'space') words.push(argument.name, `<${argument.name.replace(/^-+/, '')}>`);
      continue;
    }
    if (argument.style === 'positional') words.push(value);
    else if (argument.style === 'equals') words.push(`${argument.name}=${value}`);
    else if (argument.style === 'space') words.push(argument.name, value);
  }
  if (isCli && !words.some((word) => word.startsWith('--config'))) {
    const config = pickConfig(start, source, files);
    if (config !== null) words.push('--config', config);
  }
  return { ...start, argv: words };
}

/** Puts in what a placeholder can only stand for: `configs/<name>.yaml` is a file that is there, `--config <file>` one of the configurations. */
export function fillPlaceholders(words: readonly string[], cwd: string, source: Source, files: readonly RepoFile[]): string[] {
  const start = { argv: ['python'], cwd, launcher: 'python' as const };
  return words.map((word, index) => {
    if (index === 0 || !isPlaceholder(word)) return word;
    const [, name = '', value = ''] = /^(-{0,2}[\w.-]+=)?(.*)$/s.exec(word) ?? [];
    const option = name === '' ? (words[index - 1] ?? '') : name.slice(0, -1);
    const isConfig =
      CONFIG_NAME.test(option) ||
      /^[<[{$]*\{?(path.to.)?(your.)?(\w+[_-])?(config|cfg)([_-]?(file|path|yaml|yml))?(\.\w{1,5})?[>\]}]*$/i.test(value);
    const found = findLike(value, cwd, files) ?? (isConfig ? pickConfig(start, source, files) : null);
    return found === null ? word : name + found;
  });
}

/** `--config-dir` and `--config-name` of a program that only hydra knows, filled in with a configuration of the repository where they are left open. */
export function fillHydra(words: readonly string[], cwd: string, files: readonly RepoFile[]): string[] {
  const valueAt = (option: RegExp) => words.findIndex((word, index) => option.test(words[index - 1] ?? '') && !word.startsWith('-'));
  const [folder, name] = [valueAt(/^--config-(dir|path)$/), valueAt(/^--config-name$/)];
  if (folder < 0 || name < 0 || !isPlaceholder(words[folder] ?? '')) return [...words];
  const prefix = cwd === '' ? '' : `${cwd}/`;
  const told = words.join(' ').toLowerCase();
  // Folders that the command's other words speak of come first: `run.dir=…/pretrain`.
  const isTold = (path: string) => told.includes(nameOf(folderOf(path)).toLowerCase());
  const found = files
    .map((file) => file.path)
    .filter((path) => path.startsWith(prefix) && /(^|\/)conf(igs?)?\/.*\.ya?ml$/.test(path))
    .sort((a, b) => Number(isTold(b)) - Number(isTold(a)) || (a < b ? -1 : 1))[0];
  if (found === undefined) return [...words];
  const filled = [...words];
  filled[folder] = relativePath(cwd, folderOf(found));
  filled[name] = nameOf(found).replace(/\.ya?ml$/, '');
  return filled;
}

/** The first file whose path fits a path with holes. */
function findLike(value: string, cwd: string, files: readonly RepoFile[]): string | null {
  const holes = /\.\w{1,8}$/.test(value) && value.includes('/') ? readHoles(value.replace(/^\.\//, '')) : null;
  if (holes === null || holes.before.length < 3) return null;
  const prefix = cwd === '' ? '' : `${cwd}/`;
  const path = files.find((file) => file.path.startsWith(prefix) && holes.pattern.test(file.path.slice(prefix.length)))?.path;
  return path === undefined ? null : path.slice(prefix.length);
}

function valueOf(argument: EntryArgument, isConfig: boolean, start: Start, source: Source, files: readonly RepoFile[]): string | null {
  if (argument.choices.length > 0)
    return argument.choices.find((choice) => /^(train|fit|run)$/.test(choice)) ?? argument.choices[0] ?? null;
  if (isConfig) return pickConfig(start, source, files);
  if (RUN_NAME.test(argument.name) && argument.style !== 'positional') return 'sample';
  // Where results go is for the person who starts it to say: any new folder does.
  return argument.role === 'output' ? 'output' : null;
}

/** The configuration that a newcomer would take: close to the program, plainly named, high in its folder. */
function pickConfig(start: Start, source: Source, files: readonly RepoFile[]): string | null {
  const home = folderOf(source.file.path);
  const wanted = /\.(ya?ml|json|toml|py|gin|ini)\b/.exec(
    source.text.match(/(?:help|default)\s{0,3}=\s{0,3}['"][^'"\n]{0,120}/)?.[0] ?? '',
  )?.[1];
  const { paths, readmes, bases } = listConfigFiles(files);
  const rank = (path: string) =>
    path.split('/').length * 4 +
    (path.startsWith(home === '' ? '' : `${home}/`) ? 0 : 3) +
    (/(^|_)(default|base)\w*\.py$/.test(nameOf(path)) ? 8 : GOOD_CONFIG.test(nameOf(path)) ? 0 : 2) +
    // What other configurations are built on, or the program adds to whichever is given, is seldom complete itself.
    (bases.has(nameOf(path)) || source.text.includes(`'${relativePath(start.cwd, path)}'`) ? 8 : 0) +
    (readmes.some((text) => text.includes(nameOf(path))) ? -6 : 0) +
    (/test|eval|infer|demo|deploy|docker|accelerate|deepspeed|zero\d|env/i.test(path) ? 20 : 0) +
    (wanted !== undefined && !path.endsWith(wanted) ? 6 : 0);
  const isNear = (path: string) =>
    home === '' || path.startsWith(`${home}/`) || !path.includes('/') || path.startsWith('conf') || path.startsWith(folderOf(home));
  const ranked = paths.filter((path) => isNear(path)).map((path) => ({ path, rank: rank(path) }));
  const found = ranked.sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1))[0]?.path;
  return found === undefined ? null : relativePath(start.cwd, found);
}

interface ConfigFiles {
  readonly paths: readonly string[];
  /** Names of files on which others are built. */
  readonly bases: ReadonlySet<string>;
  readonly readmes: readonly string[];
}

const known = new WeakMap<readonly RepoFile[], ConfigFiles>();
const MAX_CONFIGS = 2000;

/** The configuration files of a repository. They are asked for once an entry, so the answer is kept with the list of files. */
function listConfigFiles(files: readonly RepoFile[]): ConfigFiles {
  const kept = known.get(files);
  if (kept !== undefined) return kept;
  const isOther = /(^|\/)(\.|__init__|tests?\/|docs?\/)|package(-lock)?\.json|tsconfig|setup\.cfg|pyproject/;
  const paths = files.map((file) => file.path).filter((path) => CONFIG_FILE.test(path) && !isOther.test(path));
  const readmes = files.filter((file) => /^readme/i.test(file.path)).map((file) => file.text ?? '');
  const shown = new Set(paths.slice(0, MAX_CONFIGS));
  const bases = new Set(files.filter((file) => shown.has(file.path)).flatMap((file) => listBases(file.text ?? '')));
  const found = { paths: [...shown], bases, readmes };
  known.set(files, found);
  return found;
}

/** `inherit_from: configs/default.yaml`, `_base_ = ['../base.py']`: what the head of a configuration says that it is built on. */
function listBases(text: string): string[] {
  const said = text
    .slice(0, 1500)
    .matchAll(
      /^\s{0,8}["']?(?:inherit\w{0,20}|extends?|_?base\w{0,10}_?|parent\w{0,10}|includes?)["']?\s{0,4}[:=]\s{0,4}([^\n]{1,200})/gim,
    );
  return [...said].flatMap((match) => [...(match[1] ?? '').matchAll(/[\w.-]{1,80}\.(?:ya?ml|json|toml|py|gin)\b/g)].map(([name]) => name));
}
