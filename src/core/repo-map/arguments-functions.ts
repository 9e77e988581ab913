/** Arguments that come from functions and classes: click, fire, typer, and dataclasses handed to a parser. */
import { makeArgument, textOf, type ArgumentContext } from './argument-parts.ts';
import { lastName, type PyFunction } from './python.ts';
import type { EntryArgument } from './schema.ts';
import { cite, type Source } from './sources.ts';

/** `@click.option` and `@click.argument` above functions of the entry. */
export function readClickOptions(context: ArgumentContext): EntryArgument[] {
  const decorators = context.entry.module.functions.flatMap((item) => item.decorators);
  return decorators.flatMap((call) => {
    const kind = lastName(call.name);
    if (kind !== 'option' && kind !== 'argument') return [];
    const names = call.args.flatMap((value) => (value.string === null ? [] : value.string.split('/').slice(0, 1)));
    const name = names.find((candidate) => candidate.startsWith('--')) ?? names[0];
    if (name === undefined) return [];
    const isFlag = call.keywords.get('is_flag')?.text === 'True' || call.args[0]?.string?.includes('/') === true;
    const given = textOf(call.keywords.get('default'));
    return [
      makeArgument({
        name,
        aliases: names.filter((other) => other !== name && other.startsWith('-')),
        type: textOf(call.keywords.get('type')),
        default: given,
        required: kind === 'argument' ? given === null : call.keywords.get('required')?.text === 'True',
        help: textOf(call.keywords.get('help')),
        style: kind === 'argument' ? 'positional' : isFlag ? 'flag' : 'space',
        evidence: cite(context.entry, call.line),
      }),
    ];
  });
}

/** Parameters of the function that the entry hands to `fire.Fire`. */
export function readFireArguments(context: ArgumentContext): EntryArgument[] {
  const call = context.entry.module.calls.find((item) => /^(fire\.)?Fire$/.test(item.name));
  const target = call?.args[0];
  if (target?.kind !== 'name') return [];
  const found = findFunction(context, lastName(target.text));
  if (found === null) return [];
  return found.item.parameters.map((parameter) =>
    makeArgument({
      name: `--${parameter.name}`,
      type: parameter.annotation,
      default: textOf(parameter.default),
      required: parameter.default === null,
      style: 'equals',
      evidence: cite(found.source, parameter.default?.line ?? found.item.line),
    }),
  );
}

/** Parameters of the function that typer runs: an option where there is a default, else a position. */
export function readTyperArguments(context: ArgumentContext): EntryArgument[] {
  const { module } = context.entry;
  if (!module.imports.some((item) => item.module === 'typer')) return [];
  const run = module.calls.find((item) => item.name === 'typer.run')?.args[0]?.text;
  const commands = module.functions.filter(
    (item) => item.name === run || item.decorators.some((call) => lastName(call.name) === 'command'),
  );
  return commands.slice(0, 1).flatMap((item) =>
    item.parameters.map((parameter) => {
      const call = parameter.default?.call;
      const inner = call === null || call === undefined ? parameter.default : (call.args[0] ?? call.keywords.get('default') ?? null);
      const isPosition = parameter.default === null || call?.name.endsWith('Argument') === true;
      const isFlag = parameter.annotation === 'bool' && !isPosition;
      const isMissing = inner === null || inner.text === '...';
      return makeArgument({
        name: isPosition ? parameter.name : `--${parameter.name.replaceAll('_', '-')}`,
        type: parameter.annotation,
        default: isMissing ? null : textOf(inner),
        required: isMissing,
        style: isPosition ? 'positional' : isFlag ? 'flag' : 'space',
        evidence: cite(context.entry, parameter.default?.line ?? item.line),
      });
    }),
  );
}

const PARSERS = /^(?:transformers\.)?(HfArgumentParser|TrlParser)$|^(tyro\.cli|simple_parsing\.parse|draccus\.parse)$/;
const TRAINING_ARGUMENTS = [
  ['--max_steps', '-1'],
  ['--num_train_epochs', '3.0'],
  ['--per_device_train_batch_size', '8'],
  ['--logging_steps', '500'],
  ['--save_steps', '500'],
  ['--dataloader_num_workers', '0'],
] as const;

/** Fields of the dataclasses that HfArgumentParser, tyro and their relatives turn into options. */
export function readDataclassArguments(context: ArgumentContext): EntryArgument[] {
  const call = context.entry.module.calls.find((item) => PARSERS.test(item.name));
  if (call === undefined) return [];
  const withDashes = call.name === 'tyro.cli';
  const named = call.args.flatMap((value) => (value.kind === 'list' ? value.items : [value])).map((value) => lastName(value.text));
  return named.flatMap((name) => {
    if (/TrainingArguments$|^SFTConfig$/.test(name) && findClass(context, name) === null) {
      return TRAINING_ARGUMENTS.map(([option, given]) =>
        makeArgument({ name: option, default: given, style: 'space', help: `field of ${name}`, evidence: cite(context.entry, call.line) }),
      );
    }
    const source = findClass(context, name);
    return source === null ? [] : readFields(source, name, withDashes);
  });
}

function readFields(source: Source, name: string, withDashes: boolean): EntryArgument[] {
  const fields = source.module.assignments.filter((item) => item.inClass === name && item.inFunction === null && item.annotation !== null);
  return fields.map((item) => {
    const call = item.value?.call;
    const isField = call?.name.endsWith('field') === true;
    const given = isField ? textOf(call?.keywords.get('default')) : textOf(item.value);
    const isFlag = item.annotation === 'bool' && (given === 'False' || withDashes);
    return makeArgument({
      name: `--${withDashes ? item.target.replaceAll('_', '-') : item.target}`,
      type: item.annotation,
      default: given,
      required: item.value === null,
      help: readHelp(call?.keywords.get('metadata')?.text),
      style: isFlag ? 'flag' : 'space',
      evidence: cite(source, item.line),
    });
  });
}

function readHelp(metadata: string | undefined): string | null {
  return /['"]help['"]\s*:\s*\(?\s*['"]([^'"]*)/.exec(metadata ?? '')?.[1] ?? null;
}

function findClass(context: ArgumentContext, name: string): Source | null {
  return context.reached.find((source) => source.module.classes.some((item) => item.name === name)) ?? null;
}

function findFunction(context: ArgumentContext, name: string): { source: Source; item: PyFunction } | null {
  for (const source of context.reached) {
    const item = source.module.functions.find((candidate) => candidate.name === name && candidate.inClass === null);
    if (item !== undefined) return { source, item };
  }
  return null;
}
