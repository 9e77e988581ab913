/** `name=value`: what hydra composes for an entry, and what OmegaConf merges with the command line. */
import { citeLine, folderOf, joinPath, lineAt, nameOf, type RepoFile } from '../input.ts';
import { lastName, type PyCall } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { defineSign, holdsSign, mayHold } from '../signs/signs.ts';
import type { Source } from '../sources.ts';
import { parseYaml } from '../yaml-text.ts';
import { readFields } from './dataclass.ts';
import { argumentCalls, entryFolder, makeArgument, textOf, type ArgumentContext } from './parts.ts';

const MAX_DEPTH = 6;
const MAX_LEAVES = 500;

/** The leaves of the YAML files that hydra composes for the entry, or the fields of the dataclass that it has been given. */
export function readHydraConfig(context: ArgumentContext): EntryArgument[] {
  const { call, source } = findDecorator(context);
  if (call === undefined || source === undefined) return [];
  const given = textOf(call.keywords.get('config_path') ?? call.args[0]);
  const name = (textOf(call.keywords.get('config_name') ?? call.args[1]) ?? 'config').replace(/\.ya?ml$/, '');
  // Before version 1 the path named the file itself.
  const old = /^(.*?)([^/]+)\.ya?ml$/.exec(given ?? '');
  const home = folderOf(source.file.path);
  const root = old === null ? joinPath(home, given ?? '') : joinPath(home, old[1] ?? '');
  const wanted = old === null ? name : (old[2] ?? '');
  const byPath = new Map(context.files.map((file) => [file.path, file]));
  const places = [root, joinPath(home, 'conf'), joinPath(home, 'configs'), joinPath(home, 'config'), 'conf', 'configs', 'config', ''];
  for (const place of places) {
    const found = place === null ? [] : readHydraFile({ byPath, root: place }, place, wanted, '', 0);
    if (found.length > 0) return found;
  }
  return readStored(context, wanted, call);
}

const NAMES_HYDRA = defineSign(/hydra(?:_runner|_main|\.main)/);

function findDecorator(context: ArgumentContext): { call?: PyCall; source?: Source } {
  for (const source of context.reached.slice(0, 30)) {
    if (!mayHold(source, NAMES_HYDRA)) continue;
    const call = source.module.functions
      .flatMap((item) => item.decorators)
      .find((item) => /(^|\.)hydra(_runner|\.main)$|^hydra_main$/.test(item.name));
    if (call !== undefined) return { call, source };
  }
  return {};
}

/** `ConfigStore.instance().store(name='config', node=Config)`. */
function readStored(context: ArgumentContext, name: string, call: PyCall): EntryArgument[] {
  const stores = context.reached.flatMap((source) => argumentCalls(source).filter((item) => /(^|\.)store$/.test(item.name)));
  const found = stores.find((item) => textOf(item.keywords.get('name') ?? item.args[0]) === name) ?? stores[0];
  const node = found?.keywords.get('node') ?? found?.args[1];
  if (node === undefined) return [];
  return readFields(context, lastName(node.call?.name ?? node.text), '', { dashes: false, isNested: true, style: 'assignment', call }, 0);
}

interface Tree {
  readonly byPath: ReadonlyMap<string, RepoFile>;
  readonly root: string;
}

function readHydraFile(tree: Tree, folder: string, name: string, prefix: string, depth: number): EntryArgument[] {
  const file = tree.byPath.get(joinPath(folder, `${name}.yaml`) ?? '') ?? tree.byPath.get(joinPath(folder, `${name}.yml`) ?? '');
  if (file?.text === null || file === undefined || depth > MAX_DEPTH) return [];
  const data = readYaml(file.text);
  const at = /^#\s*@package\s+(\S+)/m.exec(file.text.slice(0, 500))?.[1];
  // Before Hydra 1.1 a group's file holds the group's name itself.
  const isWhole = prefix !== '' && Object.keys(data).join() === prefix;
  const place = at === undefined ? (isWhole ? '' : prefix) : at === '_global_' ? '' : at.replace(/^_group_/, prefix);
  const groups = Array.isArray(data['defaults']) ? data['defaults'] : [];
  const included = groups.flatMap((group: unknown) => {
    if (typeof group === 'string') return group === '_self_' ? [] : readGroup(tree, folder, group, null, prefix, depth);
    return Object.entries(group ?? {}).flatMap(([key, choice]) =>
      typeof choice === 'string' ? readGroup(tree, folder, key, choice, prefix, depth) : [],
    );
  });
  return [...readLeaves(file, data, place, 0), ...included];
}

/** One entry of a defaults list: `trainer: small`, `override /model: big`, `base`, `net@encoder: small`. */
function readGroup(tree: Tree, folder: string, key: string, choice: string | null, prefix: string, depth: number): EntryArgument[] {
  const plain = key.replace(/^(override|optional)\s+/, '');
  const [group = '', target] = plain.split('@');
  if (/^\/?hydra(\/|$)/.test(group)) return [];
  const base = group.startsWith('/') ? tree.root : folder;
  const inner = group.replace(/^\//, '');
  if (choice === null)
    return readHydraFile(tree, joinPath(base, folderOf(inner)) ?? base, inner.split('/').at(-1) ?? inner, prefix, depth + 1);
  const start = group.startsWith('/') ? '' : prefix;
  const place =
    target === undefined
      ? join(start, inner.replaceAll('/', '.'))
      : target === '_global_'
        ? ''
        : join(start, target.replace(/^_here_\.?/, ''));
  return readHydraFile(tree, joinPath(base, inner) ?? base, choice.replace(/\.ya?ml$/, ''), place, depth + 1);
}

/** The values of YAML files that a program loads and merges with what is typed as `name=value`. */
export function readOmegaConf(context: ArgumentContext): EntryArgument[] {
  const calls = context.reached.slice(0, 30).flatMap((source) => argumentCalls(source));
  if (!calls.some((call) => /OmegaConf\.(from_cli|from_dotlist)$/.test(call.name))) return [];
  const loaded = calls.flatMap((call) => (call.name.endsWith('OmegaConf.load') ? [call.args[0]?.string ?? ''] : []));
  const defaults = calls.flatMap((call) => (call.name.endsWith('add_argument') ? [call.keywords.get('default')?.string ?? ''] : []));
  const wanted = [...context.configs, ...loaded, ...defaults].filter((path) => /\.ya?ml$/.test(path));
  const files = wanted.flatMap(
    (path) =>
      context.files.find(
        (file) => file.path === path || file.path === joinPath(path) || file.path === joinPath(entryFolder(context), path),
      ) ?? [],
  );
  return files.slice(0, 2).flatMap((file) => readLeaves(file, readYaml(file.text ?? ''), '', 0));
}

const ASKS_DEFAULTS = defineSign(/\[['"]defaults['"]\]|\.get\(['"]defaults['"]/);

/** `--run.steps 100`: a YAML file beside the entry whose `defaults` become options, as agents of reinforcement learning often have it. */
export function readDefaultsFile(context: ArgumentContext): EntryArgument[] {
  const asks = context.reached.slice(0, 20).some((source) => holdsSign(source, ASKS_DEFAULTS));
  if (!asks) return [];
  const home = entryFolder(context);
  const file = context.files.find(
    (item) => /^configs?\.ya?ml$/.test(nameOf(item.path)) && (folderOf(item.path) === home || folderOf(item.path) === ''),
  );
  const defaults = file === undefined ? undefined : readYaml(file.text ?? '')['defaults'];
  if (file === undefined || typeof defaults !== 'object' || defaults === null || Array.isArray(defaults)) return [];
  return readLeaves(file, defaults as Record<string, unknown>, '', 0).map((item) => ({
    ...item,
    name: `--${item.name}`,
    style: 'space' as const,
  }));
}

/** Every value of a YAML tree under its dotted name. */
export function readLeaves(
  file: RepoFile,
  data: Readonly<Record<string, unknown>>,
  prefix: string,
  depth: number,
  budget = { left: MAX_LEAVES },
): EntryArgument[] {
  if (depth > MAX_DEPTH) return [];
  return Object.entries(data).flatMap(([key, value]) => {
    if (budget.left-- <= 0) return [];
    if (key === 'defaults' || key === 'hydra' || key === '_target_') return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return readLeaves(file, value as Record<string, unknown>, join(prefix, key), depth + 1, budget);
    }
    const at = (file.text ?? '').search(new RegExp(`^\\s*${key.replaceAll(/[^\w]/g, '.')}\\s*:`, 'm'));
    const shown = value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
    const line = at < 0 ? 1 : lineAt(file.text ?? '', (file.text ?? '').indexOf(key, at));
    return [makeArgument({ name: join(prefix, key), default: shown, style: 'assignment', evidence: citeLine(file.path, file.text, line) })];
  });
}

/** The values of one YAML file of the repository; none when it is not there. */
export function readYamlAt(context: ArgumentContext, path: string | null): EntryArgument[] {
  const file = context.files.find((item) => item.path === path && /\.ya?ml$/.test(item.path));
  return file === undefined ? [] : readLeaves(file, readYaml(file.text ?? ''), '', 0);
}

/** A YAML mapping; empty for anything else. */
export function readYaml(text: string): Readonly<Record<string, unknown>> {
  if (text.length > 500_000 || text.split(/[[{]/, 5001).length > 5000) return {};
  try {
    const data: unknown = parseYaml(text);
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
