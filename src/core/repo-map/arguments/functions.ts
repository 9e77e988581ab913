/** Arguments that come from the parameters and decorators of functions: click, typer, fire, and their relatives. */
import { keepPerSource } from '../per-source.ts';
import { lastName, type PyCall, type PyFunction } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { cite, type Source } from '../sources.ts';
import { argumentCalls, findClass, findConstructor, findFunction, helpOf, makeArgument, textOf, type ArgumentContext } from './parts.ts';

const importsClick = keepPerSource(({ module }) => module.imports.some((item) => /^(rich_)?click$/.test(item.module)));

/** `@click.option` and `@click.argument` above functions of the entry; of what it imports when it has none. */
export function readClickOptions(context: ArgumentContext): EntryArgument[] {
  const own = readClick(context.entry);
  if (own.length > 0) return own;
  const others = context.reached.filter((source) => source !== context.entry && importsClick(source));
  return others.slice(0, 3).flatMap((source) => readClick(source));
}

function readClick(source: Source): EntryArgument[] {
  return source.module.functions
    .flatMap((item) => item.decorators)
    .flatMap((call) => {
      const kind = lastName(call.name);
      if (kind !== 'option' && kind !== 'argument') return [];
      const names = call.args.flatMap((value) => (value.string === null ? [] : value.string.split('/').slice(0, 1)));
      const name = names.find((candidate) => candidate.startsWith('--')) ?? names[0];
      if (name === undefined) return [];
      const isFlag = call.keywords.get('is_flag')?.text === 'True' || call.args.some((value) => value.string?.includes('/-') === true);
      const given = textOf(call.keywords.get('default'));
      const type = call.keywords.get('type');
      return [
        makeArgument({
          name,
          aliases: names.filter((other) => other !== name && other.startsWith('-')),
          type: textOf(type),
          default: isFlag && given === null ? 'False' : given,
          required:
            kind === 'argument'
              ? given === null && !/-1/.test(call.keywords.get('nargs')?.text ?? '')
              : call.keywords.get('required')?.text === 'True',
          choices:
            type?.call?.name.endsWith('Choice') === true ? (type.call.args[0]?.items.flatMap((item) => item.string ?? []) ?? []) : [],
          help: helpOf(call.keywords.get('help')),
          style: kind === 'argument' ? 'positional' : isFlag ? 'flag' : 'space',
          evidence: cite(source, call.line),
        }),
      ];
    });
}

/** Parameters of what the entry hands to `fire.Fire`: a function, a dictionary of them, or a class. */
export function readFireArguments(context: ArgumentContext): EntryArgument[] {
  const call = context.entry.module.calls.find((item) => /^(fire\.)?Fire$/.test(item.name));
  if (call === undefined) return [];
  const target = call.args[0] ?? call.keywords.get('component');
  if (target === undefined) {
    const all = context.entry.module.functions.filter((item) => item.inClass === null && !item.name.startsWith('_'));
    const main = all.find((item) => /^(main|train|run|fit)/.test(item.name)) ?? (all.length === 1 ? all[0] : undefined);
    return main === undefined ? [] : readParameters(context.entry, main, { prefix: '--', style: 'equals' });
  }
  const name =
    target.kind === 'name' ? lastName(target.text) : (/['"]?(?:train|fit|run|main)['"]?\s*:\s*([\w.]{1,80})/.exec(target.text)?.[1] ?? '');
  const found = findFunction(context, lastName(name)) ?? findConstructor(context, lastName(name));
  return found === null ? [] : readParameters(found.source, found.item, { prefix: '--', style: 'equals' });
}

/** Parameters of functions that `tyro.cli`, `jsonargparse.CLI`, `defopt.run`, `plac.call` or `argh` run. */
export function readFunctionParsers(context: ArgumentContext): EntryArgument[] {
  const call = context.entry.module.calls.find((item) =>
    /^(tyro\.cli|(jsonargparse\.)?(CLI|auto_cli)|defopt\.run|plac\.call|argh\.dispatch_command)$/.test(item.name),
  );
  const target = call?.args[0];
  if (call === undefined || target?.kind !== 'name') return [];
  const found = findFunction(context, lastName(target.text));
  if (found === null) return [];
  const isTyro = call.name === 'tyro.cli';
  return readParameters(found.source, found.item, { prefix: '--', style: 'space', dashes: isTyro });
}

/** What LightningCLI makes of the model's and the data module's parameters, with the trainer's own. */
export function readLightningCli(context: ArgumentContext): EntryArgument[] {
  const call = context.reached
    .flatMap((source) => argumentCalls(source))
    .find((item) => /(^|\.)(LightningCLI|\w+CLI)$/.test(item.name) && isCli(context, item));
  if (call === undefined) return [];
  const evidence = cite(context.entry, call.line);
  const own = (['model', 'data'] as const).flatMap((part, index) => {
    const value = call.args[index] ?? call.keywords.get(part === 'model' ? 'model_class' : 'datamodule_class');
    const found = value?.kind === 'name' ? findFunction(context, '__init__', lastName(value.text)) : null;
    return found === null ? [] : readParameters(found.source, found.item, { prefix: `--${part}.`, style: 'equals' });
  });
  const known = [
    ['--trainer.max_epochs', null],
    ['--trainer.max_steps', '-1'],
    ['--trainer.limit_train_batches', null],
    ['--trainer.limit_val_batches', null],
    ['--trainer.devices', 'auto'],
    ['--trainer.accelerator', 'auto'],
    ['--trainer.precision', null],
    ['--trainer.log_every_n_steps', '50'],
    ['--seed_everything', 'True'],
    ['--config', null],
  ] as const;
  return [
    ...known.map(([name, given]) => makeArgument({ name, default: given, style: 'equals', help: 'added by LightningCLI', evidence })),
    ...own,
  ];
}

function isCli(context: ArgumentContext, call: PyCall): boolean {
  if (lastName(call.name) === 'LightningCLI') return true;
  const source = findClass(context, lastName(call.name));
  return (
    source?.module.classes.some(
      (item) => item.name === lastName(call.name) && item.bases.some((base) => lastName(base) === 'LightningCLI'),
    ) === true
  );
}

interface Writing {
  readonly prefix: string;
  readonly style: 'space' | 'equals';
  readonly dashes?: boolean;
}

function readParameters(source: Source, item: PyFunction, { prefix, style, dashes = false }: Writing): EntryArgument[] {
  return item.parameters.flatMap((parameter) => {
    if (/^(self|cls)$/.test(parameter.name)) return [];
    return [
      makeArgument({
        name: prefix + (dashes ? parameter.name.replaceAll('_', '-') : parameter.name),
        type: parameter.annotation,
        default: textOf(parameter.default),
        required: parameter.default === null,
        style,
        evidence: cite(source, parameter.default?.line ?? item.line),
      }),
    ];
  });
}

/** Parameters of the function that typer runs: an option where there is a default, else a position. */
export function readTyperArguments(context: ArgumentContext): EntryArgument[] {
  const { module } = context.entry;
  if (!module.imports.some((item) => item.module === 'typer')) return [];
  const run = module.calls.find((item) => item.name === 'typer.run')?.args[0]?.text;
  const commands = module.functions.filter(
    (item) => item.name === run || item.decorators.some((call) => lastName(call.name) === 'command'),
  );
  const main = commands.find((item) => /^(main|train|fit|run)/.test(item.name)) ?? commands[0];
  return main === undefined ? [] : main.parameters.map((parameter) => readTyperParameter(context, main, parameter));
}

function readTyperParameter(context: ArgumentContext, item: PyFunction, parameter: PyFunction['parameters'][number]): EntryArgument {
  // `Annotated[int, typer.Option('--steps', help='…')]` says the same as a default of that call.
  const annotated = /^(?:\w+\.)?Annotated\[\s*([\w.[\] |]{1,80}?)\s*,([\s\S]{0,300})/.exec(parameter.annotation ?? '');
  const extra = annotated?.[2] ?? '';
  const call = parameter.default?.call;
  const isWrapped = call !== null && call !== undefined && /(Option|Argument)$/.test(call.name);
  const inner = isWrapped ? (call.args[0] ?? call.keywords.get('default') ?? null) : parameter.default;
  const isPosition =
    /\bArgument\(/.test(extra) || call?.name.endsWith('Argument') === true || (parameter.default === null && !/\bOption\(/.test(extra));
  const type = annotated?.[1] ?? parameter.annotation;
  const isMissing = inner === null || inner.text === '...';
  const named =
    (isWrapped ? call.args.slice(1).find((value) => value.string?.startsWith('--'))?.string : undefined) ??
    /['"](--[\w-]+)['"]/.exec(extra)?.[1];
  return makeArgument({
    name: isPosition ? parameter.name : (named?.split('/')[0] ?? `--${parameter.name.replaceAll('_', '-')}`),
    type,
    default: isMissing ? null : textOf(inner),
    required: isMissing,
    help: (isWrapped ? helpOf(call.keywords.get('help')) : null) ?? /help\s*=\s*['"]([^'"]{0,200})/.exec(extra)?.[1] ?? null,
    style: isPosition ? 'positional' : type === 'bool' ? 'flag' : 'space',
    evidence: cite(context.entry, parameter.default?.line ?? item.line),
  });
}
