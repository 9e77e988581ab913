/** Arguments that a program takes although its own source never names them: a framework adds them, or reads overrides of a config. */
import { roleOf } from '../repo-map/arguments/roles.ts';
import { findEntryConfigs, readLeaves, type Leaf } from '../repo-map/config-leaves.ts';
import { citeLine, type RepoFile } from '../repo-map/input.ts';
import type { Entry } from '../repo-map/schema.ts';
import { plainName } from './numbers.ts';
import { CARRIERS, type CarriedArgument, type Carrier } from './words.ts';

interface Program {
  readonly entry: Entry;
  /** The text of the entry's file and of those of the repository that it imports. */
  readonly text: string;
  readonly files: readonly RepoFile[];
}

const MAX_IMPLIED = 60;

/** The entry with all such arguments; without any where the program takes nothing beside the one file that it is given. */
export function completeArguments(program: Program): Entry {
  const { entry, text } = program;
  const isByFile = readsOneFile(entry) && /\bparse_(json|yaml)_file\(/.test(text);
  return { ...entry, arguments: isByFile ? [] : [...entry.arguments, ...listImplied(program)] };
}

/** All such arguments of an entry that it does not list already. */
function listImplied(program: Program): CarriedArgument[] {
  const known = new Set(
    // `--gin_bindings=train.steps` is the map's way to write train.steps.
    program.entry.arguments.flatMap((item) => [item.name, item.name.slice(item.name.indexOf('=') + 1), ...item.aliases]).map(plainName),
  );
  const found = [
    ...listTransformers(program),
    ...listYacs(program),
    ...listLightning(program),
    ...listMmEngine(program),
    ...listDetectron(program),
    ...listGin(program),
    ...listSacred(program),
    ...listConfigDict(program),
    ...listOmegaConf(program),
    ...listTyped(program),
  ];
  const byName = new Map(found.filter((item) => !known.has(plainName(item.name))).map((item) => [plainName(item.name), item]));
  return [...byName.values()].slice(0, MAX_IMPLIED);
}

interface Parts {
  readonly name: string;
  readonly style: CarriedArgument['style'];
  readonly default?: string | null;
  readonly aliases?: readonly string[];
  readonly carrier?: Carrier;
  readonly from?: Leaf;
}

function make(program: Program, parts: Parts): CarriedArgument {
  const { entry } = program;
  const cited = parts.from === undefined ? undefined : program.files.find((file) => file.path === parts.from?.file);
  const evidence =
    parts.from === undefined || cited === undefined
      ? (entry.evidence[0] ?? { file: entry.file, line: entry.line, text: '' })
      : citeLine(cited.path, cited.text, parts.from.line);
  return {
    name: parts.name,
    aliases: [...(parts.aliases ?? [])],
    type: null,
    default: parts.default ?? null,
    required: false,
    choices: [],
    help: null,
    role: roleOf(parts.name),
    style: parts.style,
    evidence,
    ...(parts.carrier === undefined ? {} : { carrier: parts.carrier }),
  };
}

/** Options of Hugging Face's TrainingArguments. A program that reads them from one JSON or YAML file takes no options beside it. */
function listTransformers(program: Program): CarriedArgument[] {
  const { text, entry } = program;
  if (!/HfArgumentParser|TrlParser/.test(text) || !/\b(Seq2Seq)?TrainingArguments\b|\b\w{1,20}(Config|Arguments)\b/.test(text)) return [];
  if (!/TrainingArguments\b|SFTConfig|DPOConfig|GRPOConfig|PPOConfig/.test(text) || readsOneFile(entry)) return [];
  const options: readonly (readonly [string, string | null])[] = [
    ['--max_steps', '-1'],
    ['--num_train_epochs', '3'],
    ['--logging_steps', '500'],
    ['--warmup_steps', '0'],
  ];
  const listed = options.map(([name, value]) => make(program, { name, default: value, style: 'space' }));
  const output = { ...make(program, { name: '--output_dir', style: 'space' }), required: true };
  const halves = ['--bf16', '--fp16', '--tf32'].filter((name) => entry.argv.includes(name));
  const precision = halves.map((name) => make(program, { name, default: 'False', style: 'space' }));
  const mustAsk = /\.do_train\b/.test(text) ? [make(program, { name: DO_TRAIN, default: 'False', style: 'flag' })] : [];
  return [...listed, output, ...precision, ...mustAsk];
}

/** The switch without which such a program only checks its arguments. */
export const DO_TRAIN = '--do_train';

function readsOneFile(entry: Entry): boolean {
  const script = entry.argv.findIndex((word) => word.endsWith('.py'));
  const rest = entry.argv.slice((script < 0 ? 1 : script) + 1);
  return rest.length === 1 && /\.(json|ya?ml)$/.test(rest[0] ?? '');
}

/** Options that the documented command gives although nothing was found that declares them: a parser made in a loop, a shell script. */
function listTyped(program: Program): CarriedArgument[] {
  const { argv } = program.entry;
  return argv.flatMap((word, index): CarriedArgument[] => {
    const found = /^(--[A-Za-z][\w.-]{1,60})(=.*)?$/.exec(word);
    const next = argv[index + 1];
    if (index === 0 || found === null || (found[2] === undefined && (next === undefined || next.startsWith('--')))) return [];
    const made = make(program, { name: found[1] ?? '', style: found[2] === undefined ? 'space' : 'equals' });
    return made.role === 'other' ? [] : [made];
  });
}

/** Options of Lightning's Trainer: under its own command line, under argparse, and as keys that hydra hands to it. */
function listLightning(program: Program): CarriedArgument[] {
  const { text, entry, files } = program;
  const list = (prefix: string, style: CarriedArgument['style'], aliases: (name: string) => string[]) =>
    ['max_steps', 'limit_val_batches', 'log_every_n_steps'].map((name) =>
      make(program, { name: `${prefix}${name}`, aliases: aliases(name), default: name === 'log_every_n_steps' ? '50' : null, style }),
    );
  if (/\bLightningCLI\s*\(/.test(text)) return list('--trainer.', 'equals', () => []);
  if (/\bTrainer\.(add_argparse_args|from_argparse_args)\b/.test(text)) {
    const devices = ['--gpus', '--devices', '--accelerator', '--num_nodes'].filter((name) => entry.argv.includes(name));
    return [...list('--', 'space', () => []), ...devices.map((name) => make(program, { name, style: 'space' }))];
  }
  const group = entry.arguments.find(
    (item) => item.style === 'assignment' && /(^|\.)trainer\.(max_epochs|devices|gpus|accelerator|_target_)$/.test(item.name),
  );
  if (group === undefined || !/lightning/i.test(text + (group.default ?? ''))) return [];
  const prefix = group.name.slice(0, group.name.lastIndexOf('.') + 1);
  // A plus sign adds a key and refuses one that another chosen config file brings; two of them do either.
  const isElsewhere = (name: string) =>
    files.some((file) => /\.ya?ml$/.test(file.path) && (file.text ?? '').slice(0, 100_000).includes(`${name}:`));
  return list('', 'assignment', (name) => [`+${prefix}${name}`, `++${prefix}${name}`, `${prefix}${name}`]).map((item) => ({
    ...item,
    name: `${isElsewhere(item.name) ? '++' : '+'}${prefix}${item.name}`,
    role: roleOf(item.name),
  }));
}

/** `--cfg-options key=value` over a Python config, as the OpenMMLab tools take it. */
function listMmEngine(program: Program): CarriedArgument[] {
  const option = program.entry.arguments.find((item) => /^--(cfg[-_]options|options)$/.test(item.name));
  const word = option?.name ?? (/--cfg-options/.test(program.text) ? '--cfg-options' : null);
  if (word === null) return [];
  const carrier: Carrier = { word, join: '=', isRepeated: false };
  const found = new Map<string, CarriedArgument>();
  for (const config of findEntryConfigs(program.entry, program.files).filter((file) => file.path.endsWith('.py'))) {
    for (const leaf of readLeaves(config)) {
      const isWhole = /^(runner|train_cfg)\.max_(epochs|iters)$|^total_(epochs|iters)$|^(log_config|default_hooks\.logger)\.interval$/.test(
        leaf.name,
      );
      if (isWhole && !found.has(leaf.name)) {
        const made = make(program, { name: leaf.name, default: leaf.value, style: 'assignment', carrier, from: leaf });
        found.set(leaf.name, leaf.name.endsWith('interval') ? { ...made, role: 'logging' } : made);
      }
    }
  }
  return [...found.values()];
}

/** Keys of detectron2's own config, which is in no file of the repository. */
function listDetectron(program: Program): CarriedArgument[] {
  if (!/\bfrom detectron2\.|\bimport detectron2\b/.test(program.text) || !/default_argument_parser|merge_from_list/.test(program.text))
    return [];
  return [make(program, { name: 'SOLVER.MAX_ITER', default: '40000', style: 'space' })];
}

/** `KEY VALUE` behind an option for them, over the defaults that a yacs config has in the source. */
function listYacs(program: Program): CarriedArgument[] {
  const { entry, text } = program;
  const hasOption = entry.arguments.some((item) => CARRIERS.test(item.name));
  if (!hasOption || !/\.merge_from_list\(/.test(text) || entry.arguments.some((item) => /^[A-Z]\w*\.[A-Z]/.test(item.name))) return [];
  const found = text.matchAll(/^_?(?:C|CFG|cfg)\.([A-Z][\w.]{1,80})\s{0,4}=\s{0,4}([\w.+-]{1,40})\s{0,4}(?:#.{0,200})?$/gm);
  return Array.from(found, (match) => make(program, { name: match[1] ?? '', default: match[2] ?? '', style: 'space' })).filter(
    (item) => item.role !== 'other',
  );
}

/** Bindings of the .gin files that the command names. */
function listGin(program: Program): CarriedArgument[] {
  if (!/\bgin\.(parse_config|configurable|parse_config_files_and_bindings)/.test(program.text)) return [];
  const option = /['"]-{0,2}(gin_bindings?|gin_params?|gin_override|gin)['"]/.exec(program.text)?.[1];
  if (option === undefined) return [];
  const carrier: Carrier = { word: `--${option}`, join: '=', isRepeated: true };
  const leaves = findEntryConfigs(program.entry, program.files)
    .filter((file) => file.path.endsWith('.gin'))
    .flatMap((file) => readLeaves(file));
  return keepUseful(leaves).map((leaf) =>
    make(program, { name: leaf.name, default: leaf.value, style: 'assignment', carrier, from: leaf }),
  );
}

/** `with key=value` over the local variables of a sacred config function. */
function listSacred(program: Program): CarriedArgument[] {
  const { entry, files } = program;
  const file = files.find((item) => item.path === entry.file);
  if (file?.text === null || file === undefined || !/\bsacred\b/.test(file.text)) return [];
  const carrier: Carrier = { word: 'with', join: '=', isRepeated: false };
  const lines = file.text.split('\n');
  const leaves: Leaf[] = [];
  let inside = false;
  for (const [index, line] of lines.entries()) {
    if (/^@\w{1,40}\.(config|named_config)\b/.test(line)) inside = line.includes('.config');
    else if (/^\S/.test(line) && !/^def\b/.test(line)) inside = false;
    const found = inside ? /^\s{1,8}(\w{1,60})\s?=\s?([\w.+-]{1,40})\s*(?:#.*)?$/.exec(line) : null;
    if (found !== null) leaves.push({ name: found[1] ?? '', value: found[2] ?? '', file: file.path, line: index + 1, column: 0 });
  }
  return keepUseful(leaves).map((leaf) =>
    make(program, { name: leaf.name, default: leaf.value, style: 'assignment', carrier, from: leaf }),
  );
}

/** `--config.key=value` over the Python config that absl's config flag names. */
function listConfigDict(program: Program): CarriedArgument[] {
  const flag = /DEFINE_config_(?:file|dict)\(\s{0,20}['"](\w{1,40})['"]/.exec(program.text)?.[1];
  if (flag === undefined) return [];
  const leaves = findEntryConfigs(program.entry, program.files)
    .filter((file) => file.path.endsWith('.py') && file.path !== program.entry.file)
    .flatMap((file) => readLeaves(file));
  return keepUseful(leaves).map((leaf) => {
    const name = leaf.name.replace(/^(config|c|cfg)\./, '');
    return make(program, { name: `--${flag}.${name}`, default: leaf.value, style: 'equals', from: leaf });
  });
}

/** `key=value` over a YAML file, where the program merges its own command line with it. */
function listOmegaConf(program: Program): CarriedArgument[] {
  if (!/OmegaConf\.from_(cli|dotlist)\s*\(/.test(program.text)) return [];
  const leaves = findEntryConfigs(program.entry, program.files)
    .filter((file) => /\.ya?ml$/.test(file.path))
    .flatMap((file) => readLeaves(file));
  return keepUseful(leaves).map((leaf) => make(program, { name: leaf.name, default: leaf.value, style: 'assignment', from: leaf }));
}

/** Only what a sample may set. */
function keepUseful(leaves: readonly Leaf[]): Leaf[] {
  return leaves.filter((leaf) => roleOf(leaf.name) !== 'other');
}
