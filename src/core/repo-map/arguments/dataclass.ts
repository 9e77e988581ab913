/** Arguments that come from the fields of dataclasses: HfArgumentParser, tyro, simple_parsing, pyrallis, draccus, Tap. */
import { linesOf } from '../input.ts';
import { lastName, type PyAssignment, type PyCall } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { defineSign, holdsSign, mayHold } from '../signs/signs.ts';
import { cite, type Source } from '../sources.ts';
import { listFields, makeArgument, textOf, type ArgumentContext } from './parts.ts';

const PARSERS =
  /^(?:\w+\.)?(HfArgumentParser|TrlParser|H4ArgumentParser|DataClassArgumentParser)$|^(tyro\.cli|tyro\.extras\.\w+|(?:\w+\.)?parse|simple_parsing\.parse|draccus\.parse|pyrallis\.parse|datargs\.parse|argparse_dataclass\.\w+)$|\.add_arguments$/;
/** Without any of these in its text a file calls none of them. */
const NAMES_PARSER = defineSign(/(?:Hf|H4|DataClass)ArgumentParser|TrlParser|tyro|argparse_dataclass|add_arguments/);
const PARSES = defineSign(/(?<!\w)parse[\s\\]*\(/);
const WRAPS = defineSign(/\.wrap\b/);
const LIBRARIES = /^(transformers|trl|tyro|simple_parsing|draccus|pyrallis|datargs|tap|argparse_dataclass|alignment|chz)(\.|$)/;
/** Classes of transformers and trl whose fields every script that uses them takes. */
const KNOWN_BASE = /(TrainingArguments|TrainingArgs)$|^(SFT|DPO|PPO|GRPO|ORPO|KTO|Reward|CPO|RLOO|OnlineDPO|BCO)(v2)?Config$/;
const TRAINING_ARGUMENTS = [
  ['--output_dir', null],
  ['--max_steps', '-1'],
  ['--num_train_epochs', '3.0'],
  ['--per_device_train_batch_size', '8'],
  ['--per_device_eval_batch_size', '8'],
  ['--learning_rate', '5e-5'],
  ['--logging_steps', '500'],
  ['--save_steps', '500'],
  ['--eval_steps', null],
  ['--dataloader_num_workers', '0'],
  ['--seed', '42'],
  ['--fp16', 'False'],
  ['--bf16', 'False'],
  ['--report_to', 'all'],
] as const;

/** Fields of the dataclasses that the entry hands to a parser. */
export function readDataclassArguments(context: ArgumentContext): EntryArgument[] {
  const found: EntryArgument[] = [];
  const uses = context.reached.slice(0, 12).filter((source) => source.module.imports.some((item) => LIBRARIES.test(item.module)));
  for (const source of uses) {
    if (source !== context.entry && found.length > 0) break;
    const calls = holdsSign(source, NAMES_PARSER) || holdsSign(source, PARSES) ? source.module.calls : [];
    for (const call of calls) if (PARSERS.test(call.name)) found.push(...readCallFields(context, source, call));
    if (mayHold(source, WRAPS)) found.push(...readWrapped(context, source));
    found.push(...readTap(context, source));
  }
  return found;
}

function readCallFields(context: ArgumentContext, source: Source, call: PyCall): EntryArgument[] {
  const isTyro = call.name.startsWith('tyro.');
  const given = [
    ...call.args,
    ...[...call.keywords].filter(([name]) => /^(config_class|dataclass_types|cls|dataclass)$/.test(name)).map(([, value]) => value),
  ];
  const names = given
    .flatMap((value) => (value.kind === 'list' ? value.items : [value]))
    .flatMap((value) => (value.kind === 'name' ? [lastName(value.text)] : []));
  const isNested = /pyrallis|draccus|tyro/.test(call.name);
  return names.flatMap((name) => readClass(context, source, name, { dashes: isTyro, isNested, style: 'space', call }));
}

/** `@pyrallis.wrap()` and `@draccus.wrap()`: the annotation of the first parameter is the configuration. */
function readWrapped(context: ArgumentContext, source: Source): EntryArgument[] {
  return source.module.functions.flatMap((item) => {
    const call = item.decorators.find((decorator) => /^(pyrallis|draccus|parser)\.wrap$/.test(decorator.name));
    const type = item.parameters[0]?.annotation;
    if (call === undefined || type === null || type === undefined) return [];
    return readClass(context, source, lastName(type), { dashes: false, isNested: true, style: 'equals', call });
  });
}

/** `class Arguments(Tap)` and `Arguments().parse_args()`. */
function readTap(context: ArgumentContext, source: Source): EntryArgument[] {
  return source.module.classes.flatMap((item) => {
    if (!item.bases.some((base) => /^(Tap|TypedArgs|tap\.Tap)$/.test(base))) return [];
    const call = source.module.calls.find((candidate) => candidate.name.startsWith(`${item.name}()`) || candidate.name === item.name);
    if (call === undefined) return [];
    return readClass(context, source, item.name, { dashes: false, isNested: false, style: 'space', call });
  });
}

interface Writing {
  readonly dashes: boolean;
  readonly isNested: boolean;
  readonly style: 'space' | 'equals' | 'assignment';
  readonly call: PyCall;
}

function readClass(context: ArgumentContext, source: Source, name: string, writing: Writing): EntryArgument[] {
  const own = readFields(context, name, '', writing, 0);
  const bases = context.reached
    .flatMap((file) => file.module.classes.filter((item) => item.name === name))
    .flatMap((item) => item.bases.map((base) => lastName(base)));
  const isKnown = own.length === 0 ? KNOWN_BASE.test(name) : bases.some((base) => KNOWN_BASE.test(base));
  if (!isKnown) return own;
  const taken = new Set(own.map((item) => item.name));
  const known = TRAINING_ARGUMENTS.filter(([option]) => !taken.has(option)).map(([option, given]) =>
    makeArgument({
      name: option,
      default: given,
      style: 'space',
      required: option === '--output_dir',
      help: `field of ${name}`,
      evidence: cite(source, writing.call.line),
    }),
  );
  return [...own, ...known];
}

/** The fields as arguments; those that are dataclasses themselves as dotted names where the parser nests. */
export function readFields(context: ArgumentContext, name: string, prefix: string, writing: Writing, depth: number): EntryArgument[] {
  if (depth > 4) return [];
  return listFields(context, name).flatMap(({ source, item }) => {
    const type = /^(?:Optional\[)?([\w.]+)\]?$/.exec(item.annotation ?? '')?.[1] ?? '';
    const inner = writing.isNested && depth < 4 ? readFields(context, lastName(type), `${prefix}${item.target}.`, writing, depth + 1) : [];
    return inner.length > 0 ? inner : [readField(source, item, prefix, writing)];
  });
}

function readField(source: Source, item: PyAssignment, prefix: string, writing: Writing): EntryArgument {
  const call = item.value?.call;
  const isField = call !== null && call !== undefined && /(field|arg|flag|Arg|HfArg|argument|choice)$/.test(lastName(call.name));
  const given = isField ? textOf(call.keywords.get('default') ?? call.args[0]) : textOf(item.value);
  const isMade = isField && call.keywords.has('default_factory');
  const path = prefix + item.target;
  const isFlag = writing.style === 'space' && item.annotation === 'bool' && (given === 'False' || writing.dashes);
  const plain = writing.dashes ? path.replaceAll('_', '-') : path;
  return makeArgument({
    name: writing.style === 'assignment' ? plain : `--${plain}`,
    type: item.annotation,
    default: given ?? (isMade ? textOf(call.keywords.get('default_factory')) : null),
    required: item.value === null || (isField && !isMade && !call.keywords.has('default') && call.args.length === 0),
    choices: readChoices(item.annotation),
    help: readHelp(call?.keywords.get('metadata')?.text) ?? textOf(call?.keywords.get('help')) ?? readDocstring(source, item),
    style: isFlag ? 'flag' : writing.style,
    evidence: cite(source, item.line),
  });
}

function readChoices(annotation: string | null): string[] {
  const inner = /^(?:Optional\[)?(?:\w+\.)?Literal\[([^[\]]{1,300})\]/.exec(annotation ?? '')?.[1];
  return inner === undefined ? [] : inner.split(',').map((word) => word.trim().replaceAll(/^['"]|['"]$/g, ''));
}

function readHelp(metadata: string | undefined): string | null {
  return /['"]help['"]\s*:\s*\(?\s*['"]([^'"]*)/.exec(metadata ?? '')?.[1] ?? null;
}

/** The line of text under or behind a field, as tyro and simple_parsing show it. */
function readDocstring(source: Source, item: PyAssignment): string | null {
  const lines = linesOf(source.text);
  const under = /^\s*"""(.{1,300}?)(?:"""|$)/.exec(lines[item.line] ?? '')?.[1];
  return under ?? /#\s*(.{3,200})$/.exec(lines[item.line - 1] ?? '')?.[1] ?? null;
}
