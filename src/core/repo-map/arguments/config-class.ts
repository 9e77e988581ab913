/** Arguments that come from configuration objects: dotted config nodes, yacs, configurations in Python, and globals that a configurator overrides. */
import { folderOf, joinPath } from '../input.ts';
import { keepPerSource } from '../per-source.ts';
import type { PyAssignment, PyCall, PyValue } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { defineSign, holdsSign } from '../signs/signs.ts';
import { cite, type Source } from '../sources.ts';
import { readYamlAt } from './hydra.ts';
import { argumentCalls, isPlain, makeArgument, textOf, type ArgumentContext } from './parts.ts';

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

const MAKES_NODE = defineSign(
  /\b(?:CN|CfgNode|ConfigNode|ConfigDict|EasyDict|edict|Config|Namespace|SimpleNamespace)\s*\(|OmegaConf\s*\.\s*create/,
);
const SETS_NODE = /\b_{0,2}[cC](?:[fF][gG])?\s{0,9}\.\s{0,9}\w[^=\n]{0,200}=(?!=)/;

/** What a file assigns to parts of a configuration that it makes, or of one that is called as yacs' own are. */
const listNodeValues = keepPerSource((source): readonly Leaf[] => {
  if (!holdsSign(source, MAKES_NODE) && !SETS_NODE.test(source.text)) return [];
  const roots = new Set(source.module.assignments.filter((item) => isNode(item) && /^\w+$/.test(item.target)).map((item) => item.target));
  return source.module.assignments.flatMap((item) => {
    const [root = '', ...path] = item.target.split('.');
    if (path.length === 0 || isNode(item) || !(roots.has(root) || /^_{0,2}C(FG)?$/i.test(root))) return [];
    return [{ path: path.join('.'), source, item }];
  });
});

/** `TRAIN.EPOCHS 10` after the options: yacs configurations that merge a list from the command line. */
export function readYacsConfig(context: ArgumentContext): EntryArgument[] {
  const calls = context.reached.flatMap((source) => argumentCalls(source));
  const merges = calls.some((call) => /(^|\.)(merge_from_list|cfg_from_list|merge_cfg_from_list)$/.test(call.name));
  const after = findRest(calls);
  if (!merges || after === undefined) return [];
  const found = context.reached.flatMap((source) =>
    listNodeValues(source).map(({ path, item }) =>
      makeArgument({
        name: path,
        default: textOf(item.value),
        style: 'space',
        ...(after === '' ? {} : { after }),
        evidence: cite(source, item.line),
      }),
    ),
  );
  return [...found, ...readDetectron(context, after)];
}

/** The option that takes the list, or an empty text when the rest of the line is taken; undefined when nothing takes it. */
function findRest(calls: readonly PyCall[]): string | undefined {
  for (const call of calls) {
    if (/(^|\.)default_argument_parser$/.test(call.name)) return '';
    if (!call.name.endsWith('add_argument')) continue;
    const names = call.args.flatMap((value) => value.string ?? []);
    const takes = /REMAINDER|^['"]?[+*]/.test(call.keywords.get('nargs')?.text ?? '');
    const name = names.find((word) => /^(-{0,2})(opts?|options?|set|cfgs?|set_cfgs|override|overrides|cfg[_-]options)$/.test(word));
    if (takes && name !== undefined) return name.startsWith('-') ? name : '';
  }
  return undefined;
}

/** What detectron2 lets a command line set, for programs that start from its own defaults. */
function readDetectron(context: ArgumentContext, after: string): EntryArgument[] {
  const source = context.reached.find((item) => item.module.imports.some((found) => found.module.startsWith('detectron2')));
  const line = source?.module.imports.find((found) => found.module.startsWith('detectron2'))?.line ?? 1;
  if (source === undefined || after !== '') return [];
  const known = [
    ['SOLVER.MAX_ITER', '40000'],
    ['SOLVER.IMS_PER_BATCH', '16'],
    ['DATALOADER.NUM_WORKERS', '4'],
    ['TEST.EVAL_PERIOD', '0'],
    ['MODEL.WEIGHTS', null],
    ['MODEL.DEVICE', 'cuda'],
    ['OUTPUT_DIR', './output'],
    ['SEED', '-1'],
  ] as const;
  return known.map(([name, given]) =>
    makeArgument({ name, default: given, style: 'space', help: 'setting of detectron2', evidence: cite(source, line) }),
  );
}

/** `--cfg-options train_cfg.max_epochs=1`: the values of a configuration in Python or YAML that the entry loads from a path. */
export function readConfigOptions(context: ArgumentContext): EntryArgument[] {
  const calls = context.reached.slice(0, 30).flatMap((source) => argumentCalls(source));
  const option = calls
    .filter((call) => call.name.endsWith('add_argument'))
    .flatMap((call) => call.args.flatMap((value) => value.string ?? []))
    .find((name) => /^--(cfg[-_]options|options|override|set|update_config)$/.test(name));
  if (option === undefined || !calls.some((call) => /(^|\.)(Config\.fromfile|merge_from_dict)$/.test(call.name))) return [];
  const path = context.configs.find((item) => /\.(py|ya?ml)$/.test(item));
  if (path === undefined) return [];
  const found = path.endsWith('.py') ? readPythonConfig(context, path, 0) : readYamlAt(context, path);
  const last = new Map(found.map((item) => [item.name, item]));
  return [...last.values()].map((item) => ({ ...item, after: option }));
}

/** The plain values of `name = dict(…)` at the top of a configuration, after those of the files that it builds on. */
function readPythonConfig(context: ArgumentContext, path: string, depth: number): EntryArgument[] {
  const source = context.byPath.get(path);
  if (source === undefined || depth > MAX_DEPTH) return [];
  return source.module.assignments.flatMap((item) => {
    if (item.inFunction !== null || item.inClass !== null || item.value === null) return [];
    if (item.target !== '_base_') return readDict(source, item.target, item.value, 0);
    const bases = item.value.kind === 'list' ? item.value.items : [item.value];
    return bases.flatMap((base) => readPythonConfig(context, joinPath(folderOf(path), base.string ?? '') ?? '', depth + 1));
  });
}

function readDict(source: Source, name: string, value: PyValue, depth: number): EntryArgument[] {
  if (isPlain(value)) return [makeArgument({ name, default: textOf(value), style: 'assignment', evidence: cite(source, value.line) })];
  if (value.call?.name !== 'dict' || depth > 3) return [];
  return [...value.call.keywords].flatMap(([key, inner]) => readDict(source, `${name}.${key}`, inner, depth + 1));
}

/** `--max_iters=…` for globals of the entry that an executed configurator file overrides. */
export function readConfigurator(context: ArgumentContext): EntryArgument[] {
  const { module } = context.entry;
  if (!module.calls.some((call) => call.name === 'exec' && /configurator\w*\.py/.test(call.args[0]?.text ?? ''))) return [];
  return module.assignments.flatMap((item) => {
    if (item.value === null || !isPlain(item.value) || item.inFunction !== null || item.inClass !== null || !/^\w+$/.test(item.target))
      return [];
    return [
      makeArgument({ name: `--${item.target}`, default: textOf(item.value), style: 'equals', evidence: cite(context.entry, item.line) }),
    ];
  });
}
