/** Arguments that come from configuration objects: dotted config nodes, yacs, hydra, and globals that a configurator overrides. */
import { parse as parseYaml } from 'yaml';
import { entryFolder, makeArgument, textOf, type ArgumentContext } from './argument-parts.ts';
import { citeLine, joinPath, lineAt, type RepoFile } from './input.ts';
import type { PyAssignment } from './python.ts';
import type { EntryArgument } from './schema.ts';
import { cite, type Source } from './sources.ts';

const MAX_DEPTH = 5;
const MERGES = /\.(merge_from_args|merge_from_cli|update_from_args|from_cli)$/;

interface Leaf {
  readonly path: string;
  readonly source: Source;
  readonly item: PyAssignment;
}

/** `--trainer.max_iters=…`: config objects that are filled by attribute and then merged with the command line. */
export function readConfigNodes(context: ArgumentContext): EntryArgument[] {
  const { module } = context.entry;
  if (!module.calls.some((call) => MERGES.test(call.name))) return [];
  const builders = [null, ...module.functions.filter((item) => item.inClass === null).map((item) => item.name)];
  const leaves = builders.flatMap((name) => readBuilder(context, context.entry, name, null, '', 0));
  const last = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  return [...last.values()].map(({ path, source, item }) =>
    makeArgument({ name: `--${path}`, default: textOf(item.value), style: 'equals', evidence: cite(source, item.line) }),
  );
}

/** Follows one function that fills a config object; attributes that come from another such function are followed too. */
function readBuilder(
  context: ArgumentContext,
  source: Source,
  inFunction: string | null,
  inClass: string | null,
  prefix: string,
  depth: number,
): Leaf[] {
  if (depth > MAX_DEPTH) return [];
  const items = source.module.assignments.filter((item) => item.inFunction === inFunction && item.inClass === inClass);
  const roots = new Set(items.filter((item) => isNode(item) && /^\w+$/.test(item.target)).map((item) => item.target));
  return items.flatMap((item) => {
    const [root = '', ...rest] = item.target.split('.');
    if (!roots.has(root) || rest.length === 0 || isNode(item)) return [];
    const path = [prefix, ...rest].filter((word) => word !== '').join('.');
    const call = item.value?.call;
    if (call === null || call === undefined) return [{ path, source, item }];
    const owner = call.name.split('.').at(-2) ?? null;
    const method = call.name.split('.').at(-1) ?? '';
    const target = context.reached.find((other) =>
      other.module.functions.some((candidate) => candidate.name === method && candidate.inClass === owner),
    );
    return target === undefined ? [] : readBuilder(context, target, method, owner, path, depth + 1);
  });
}

function isNode(item: PyAssignment): boolean {
  return /(^|\.)(CN|CfgNode|ConfigNode|ConfigDict|EasyDict|edict|Config|Namespace|SimpleNamespace|OmegaConf\.create)$/.test(
    item.value?.call?.name ?? '',
  );
}

/** `TRAIN.EPOCHS 10` after the options: yacs configurations that merge a list from the command line. */
export function readYacsConfig(context: ArgumentContext): EntryArgument[] {
  const merges = context.reached.some((source) => source.module.calls.some((call) => call.name.endsWith('.merge_from_list')));
  const takesRest = context.reached.some((source) =>
    source.module.calls.some((call) => call.name.endsWith('add_argument') && /REMAINDER/.test(call.keywords.get('nargs')?.text ?? '')),
  );
  if (!merges || !takesRest) return [];
  return context.reached.flatMap((source) =>
    source.module.assignments.flatMap((item) => {
      const name = /^_?C(?:FG)?\.([A-Z][\w.]*)$/.exec(item.target)?.[1];
      if (name === undefined || item.inFunction !== null || isNode(item)) return [];
      return [makeArgument({ name, default: textOf(item.value), style: 'space', evidence: cite(source, item.line) })];
    }),
  );
}

/** `--max_iters=…` for globals of the entry that an executed configurator file overrides. */
export function readConfigurator(context: ArgumentContext): EntryArgument[] {
  const { module } = context.entry;
  if (!module.calls.some((call) => call.name === 'exec' && /configurator\w*\.py/.test(call.args[0]?.text ?? ''))) return [];
  return module.assignments.flatMap((item) => {
    const isPlain = item.value !== null && ['number', 'string', 'boolean', 'none'].includes(item.value.kind);
    if (!isPlain || item.inFunction !== null || item.inClass !== null || !/^\w+$/.test(item.target)) return [];
    return [
      makeArgument({ name: `--${item.target}`, default: textOf(item.value), style: 'equals', evidence: cite(context.entry, item.line) }),
    ];
  });
}

/** `name=value`: the leaves of the YAML files that hydra composes for the entry. */
export function readHydraConfig(context: ArgumentContext): EntryArgument[] {
  const decorator = context.entry.module.functions.flatMap((item) => item.decorators).find((call) => call.name.endsWith('hydra.main'));
  if (decorator === undefined) return [];
  const folder = joinPath(entryFolder(context), textOf(decorator.keywords.get('config_path')) ?? 'conf');
  const name = textOf(decorator.keywords.get('config_name')) ?? 'config';
  return folder === null ? [] : readHydraFile(context.files, folder, name.replace(/\.ya?ml$/, ''), '', 0);
}

function readHydraFile(files: readonly RepoFile[], folder: string, name: string, prefix: string, depth: number): EntryArgument[] {
  const file = files.find((item) => item.path === joinPath(folder, `${name}.yaml`) || item.path === joinPath(folder, `${name}.yml`));
  if (file?.text === null || file === undefined || depth > MAX_DEPTH) return [];
  const data = readYaml(file.text);
  const groups = Array.isArray(data['defaults']) ? data['defaults'] : [];
  const included = groups.flatMap((group: unknown) => {
    if (typeof group === 'string') return group === '_self_' ? [] : readHydraFile(files, folder, group, prefix, depth + 1);
    return Object.entries(group ?? {}).flatMap(([key, choice]) => {
      const place = key.replace(/^(override\s+)?\/?/, '');
      if (typeof choice !== 'string' || place.startsWith('hydra')) return [];
      return readHydraFile(
        files,
        `${folder}/${place}`,
        choice.replace(/\.ya?ml$/, ''),
        join(prefix, place.replaceAll('/', '.')),
        depth + 1,
      );
    });
  });
  return [...readLeaves(file, data, prefix, 0), ...included];
}

function readLeaves(file: RepoFile, data: Readonly<Record<string, unknown>>, prefix: string, depth: number): EntryArgument[] {
  if (depth > MAX_DEPTH) return [];
  return Object.entries(data).flatMap(([key, value]) => {
    if (key === 'defaults' || key === 'hydra') return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return readLeaves(file, value as Record<string, unknown>, join(prefix, key), depth + 1);
    }
    const at = (file.text ?? '').search(new RegExp(`^\\s*${key.replaceAll(/[^\w]/g, '.')}\\s*:`, 'm'));
    const shown = value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
    const line = at < 0 ? 1 : lineAt(file.text ?? '', at + 1);
    return [makeArgument({ name: join(prefix, key), default: shown, style: 'assignment', evidence: citeLine(file.path, file.text, line) })];
  });
}

function readYaml(text: string): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = parseYaml(text, { logLevel: 'silent' });
    return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
