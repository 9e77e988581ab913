/** Arguments of argparse and what imitates it, wherever in the repository they are added. */
import { nameOf } from '../input.ts';
import { keepPerSource } from '../per-source.ts';
import { lastName, type PyCall, type PyLoop, type PyValue } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { defineSign, holdsSign, mayHold } from '../signs/signs.ts';
import { cite, type Source } from '../sources.ts';
import { argumentCalls, helpOf, isPlain, makeArgument, resolveText, textOf, type ArgumentContext } from './parts.ts';

const ARGUMENT_FILE =
  /(^|[_-])(arg|args|arguments|argument|argparser|opt|opts|options|config|configs|configuration|parser|parse|flags|cli|hparams|params|main|train|utils?)([_-]|\.py$)/i;
const FLAG = /^(store_true|store_false|store_const|count)$|BooleanOptionalAction/;

/** Every `add_argument` that the entry's parser receives: its own, those of functions that it calls, and those of option classes. */
export function readArgparse(context: ArgumentContext): EntryArgument[] {
  // All of the entry is asked for first, so that no part of it is parsed besides.
  const called = new Set(context.entry.module.calls.map((call) => lastName(call.name)));
  const own = listCalls(context.entry);
  const isClose = (source: Source, call: PyCall) =>
    own.length === 0 || ARGUMENT_FILE.test(nameOf(source.file.path)) || (call.inFunction !== null && called.has(call.inFunction));
  // Behind hydra nobody reads options; those of what it imports belong to other programs.
  const imported = (own.length === 0 && isHydra(context.entry) ? [] : context.reached)
    .filter((source) => source !== context.entry && parsesNothingItself(source))
    .flatMap((source) => listCalls(source).map((call) => ({ source, call })))
    .filter(({ source, call }) => isShared(context, source, call) && isClose(source, call));
  const all = [...own.map((call) => ({ source: context.entry, call })), ...imported];
  const found = all.flatMap(({ source, call }) => readAdd(source, call));
  const groups = context.reached
    .filter((source) => source === context.entry || parsesNothingItself(source))
    .flatMap((source) => readSubcommands(source).filter(({ call }) => isShared(context, source, call)))
    .map(({ argument }) => argument);
  return applyDefaults(context, [...found, ...groups, ...readDictionaries(context, all), ...readKnownParsers(context)]);
}

const isHydra = (source: Source): boolean => /@[\w.]*hydra[\w.]*\.main\b|@hydra_main\b/.test(source.text);

/** False for the parser of a program that the entry imports for its functions: nobody but that program fills it. */
function isShared(context: ArgumentContext, source: Source, call: PyCall): boolean {
  if (source === context.entry || source.module.mainLine === null) return true;
  const maker = call.inFunction;
  const users = context.reached.filter((other) => other === context.entry || other.module.mainLine === null);
  const imports = (name: RegExp) =>
    users.some((user) => user !== source && user.module.imports.some((item) => item.names.some((word) => name.test(word))));
  if (maker === null) return imports(/pars|arg|opt|conf|flag/i);
  return !/^_*main$/.test(maker) && users.some((user) => user !== source && user.text.includes(maker));
}

const ADDS = defineSign(/add_(arg|bool|flag|option)|configargparse|jsonargparse|configobj/);
const ADDS_ARGUMENT = defineSign(/add_argument/);
const ADDS_SUBPARSERS = defineSign(/add_subparsers/);

/** The calls that add an argument. */
const listCalls = keepPerSource(findCalls);

function findCalls(source: Source): readonly PyCall[] {
  if (!holdsSign(source, ADDS)) return [];
  const aliases = holdsSign(source, GIVES_ALIAS) ? listAliases(source) : NO_ALIASES;
  const isOld = source.text.includes('optparse');
  const isLoose = source.module.imports.some((item) => /^(configargparse|jsonargparse|configobj)$/.test(item.module));
  return (aliases.size > 0 ? source.module.calls : argumentCalls(source)).filter(
    (call) =>
      /(^|\.)(add_argument|add_arg)$/.test(call.name) ||
      aliases.has(call.name) ||
      (isOld && /(^|\.)add_option$/.test(call.name)) ||
      (isLoose && call.name.endsWith('.add') && call.args[0]?.string?.startsWith('-') === true) ||
      (/(^|[._])add_(bool|boolean|flag|bool_flag)(_arg|_argument)?$/.test(call.name) && call.args.some((value) => value.string !== null)),
  );
}

/** `add = parser.add_argument`. */
const GIVES_ALIAS = defineSign(/\.add_argument\b(?![\s\\]{0,9}\()/);
const NO_ALIASES: ReadonlySet<string> = new Set();

function listAliases(source: Source): ReadonlySet<string> {
  const given = source.module.assignments.filter((item) => item.value?.text.endsWith('.add_argument') === true);
  return new Set(given.map((item) => item.target));
}

/** A file with its own main block parses its arguments for itself; only its functions are shared. */
const parsesNothingItself = keepPerSource((source: Source): boolean => {
  const main = source.module.mainLine;
  return (
    main === null ||
    !mayHold(source, ADDS_ARGUMENT) ||
    !argumentCalls(source).some((call) => call.line > main && call.name.endsWith('add_argument'))
  );
});

function readAdd(source: Source, call: PyCall): EntryArgument[] {
  const isHelper = /(^|[._])add_(bool|boolean|flag|bool_flag)(_arg|_argument)?$/.test(call.name);
  const texts = call.args.flatMap((value) => (value.string === null ? [] : [value.string]));
  if (isHelper) return texts.slice(0, 1).map((name) => describe(source, call, [name.startsWith('-') ? name : `--${name}`], true));
  if (texts.length > 0) return [describe(source, call, texts, false)];
  return readLoopNames(source, call).map((name) => describe(source, call, [name], false));
}

function describe(source: Source, call: PyCall, names: readonly string[], isHelper: boolean): EntryArgument {
  const long = names.filter((name) => name.startsWith('--')).sort((a, b) => b.length - a.length)[0];
  const name = long ?? names[0] ?? '';
  const action = textOf(call.keywords.get('action')) ?? '';
  const isPositional = !name.startsWith('-');
  const isFlag = isHelper || FLAG.test(action);
  const wantsNone = /^(\?|\*)$|REMAINDER/.test(textOf(call.keywords.get('nargs')) ?? '');
  const given = resolveText(call.keywords.get('default'), source);
  const parts = {
    name,
    aliases: names.filter((other) => other !== name && other !== ''),
    type: textOf(call.keywords.get('type')),
    default: isFlag && given === null ? (action === 'store_false' ? 'True' : 'False') : given,
    required: isPositional ? !wantsNone && given === null : call.keywords.get('required')?.text === 'True',
    choices: readChoices(call.keywords.get('choices'), source),
    help: helpOf(call.keywords.get('help')),
    style: isPositional ? ('positional' as const) : isFlag ? ('flag' as const) : ('space' as const),
    evidence: cite(source, call.line),
  };
  return makeArgument(parts, call.keywords.get('dest')?.string ?? null);
}

function readChoices(value: PyValue | undefined, source: Source): string[] {
  if (value === undefined) return [];
  const list = value.kind === 'name' ? (source.module.assignments.find((item) => item.target === value.text)?.value ?? value) : value;
  return list.items.map((item) => item.string ?? item.text);
}

/** `for name in ['a', 'b']: parser.add_argument('--' + name)`. */
function readLoopNames(source: Source, call: PyCall): string[] {
  const text = call.args[0]?.text ?? '';
  const loop = source.module.loops.find(
    (item) => item.line <= call.line && call.line <= item.lastLine && item.inFunction === call.inFunction,
  );
  if (loop === undefined) return [];
  const dashes = /["'](-{1,2}[\w-]*)/.exec(text)?.[1] ?? '';
  const ending = /\}([\w-]*)["']$/.exec(text)?.[1] ?? '';
  return namesOfLoop(loop)
    .map((name) => (name.startsWith('-') ? name : dashes + name + ending))
    .filter((name) => name !== '');
}

function namesOfLoop(loop: PyLoop): string[] {
  return loop.iterable.items.flatMap((item) => item.string ?? item.items[0]?.string ?? []);
}

/** `add_parser('train')`: which word chooses the part of the program. */
const readSubcommands = keepPerSource((source: Source): { readonly call: PyCall; readonly argument: EntryArgument }[] => {
  if (!mayHold(source, ADDS_SUBPARSERS)) return [];
  const parsers = argumentCalls(source).filter(
    (call) => call.name.endsWith('.add_parser') && call.args[0]?.string !== null && call.args[0] !== undefined,
  );
  const first = parsers[0];
  const group = argumentCalls(source).find((call) => call.name.endsWith('.add_subparsers'));
  if (first === undefined || group === undefined) return [];
  const argument = makeArgument({
    name: textOf(group.keywords.get('dest')) ?? 'command',
    default: null,
    required: true,
    choices: [...new Set(parsers.flatMap((call) => call.args[0]?.string ?? []))],
    style: 'positional',
    role: 'other',
    evidence: cite(source, group.line),
  });
  return [{ call: group, argument }];
});

/** `for name, value in defaults().items(): parser.add_argument(f'--{name}', default=value)`: the dictionaries of functions that make defaults. */
function readDictionaries(context: ArgumentContext, all: readonly { source: Source; call: PyCall }[]): EntryArgument[] {
  const fromItems = all.some(
    ({ source, call }) =>
      call.args[0]?.string === null &&
      source.module.loops.some((loop) => loop.line <= call.line && call.line <= loop.lastLine && loop.iterable.text.includes('.items(')),
  );
  const calledHelper = context.reached.some(takesDictionary);
  if (!fromItems && !calledHelper) return [];
  const isMaker = (name: string | null) => name !== null && /default|arg|option|param|config|parser/i.test(name);
  return context.reached.flatMap((source) =>
    argumentCalls(source)
      .filter((call) => call.name === 'dict' && isMaker(call.inFunction) && call.keywords.size > 2)
      .flatMap((call) =>
        [...call.keywords].flatMap(([name, value]) =>
          isPlain(value)
            ? [makeArgument({ name: `--${name}`, default: textOf(value), style: 'space', evidence: cite(source, value.line) })]
            : [],
        ),
      ),
  );
}

const takesDictionary = keepPerSource((source) => argumentCalls(source).some((call) => call.name.endsWith('add_dict_to_argparser')));

/** `parser.set_defaults(epochs=3)` speaks last. */
function applyDefaults(context: ArgumentContext, found: readonly EntryArgument[]): EntryArgument[] {
  const changes = new Map<string, string | null>();
  for (const source of context.reached.slice(0, 40)) {
    for (const call of argumentCalls(source)) {
      if (call.name.endsWith('.set_defaults')) for (const [name, value] of call.keywords) changes.set(name, textOf(value));
    }
  }
  return found.map((item) => {
    const key = item.name.replace(/^-+/, '').replaceAll('-', '_');
    return changes.has(key) && item.style !== 'positional' ? { ...item, default: changes.get(key) ?? null } : item;
  });
}

/** Options that a library adds to a parser: known from its documentation, with the defaults that it states. */
const KNOWN_PARSERS: readonly (readonly [RegExp, readonly (readonly [string, string | null])[]])[] = [
  [
    /(^|\.)add_argparse_args$/,
    [
      ['--max_epochs', null],
      ['--max_steps', '-1'],
      ['--limit_train_batches', '1.0'],
      ['--limit_val_batches', '1.0'],
      ['--devices', null],
      ['--gpus', null],
      ['--accelerator', null],
      ['--precision', '32'],
      ['--log_every_n_steps', '50'],
      ['--check_val_every_n_epoch', '1'],
      ['--default_root_dir', null],
    ],
  ],
  [
    /(^|\.)default_argument_parser$/,
    [
      ['--config-file', ''],
      ['--num-gpus', '1'],
      ['--num-machines', '1'],
      ['--machine-rank', '0'],
    ],
  ],
];

function readKnownParsers(context: ArgumentContext): EntryArgument[] {
  const { calls } = context.entry.module;
  return KNOWN_PARSERS.flatMap(([pattern, options]) => {
    const call = calls.find((item) => pattern.test(item.name));
    if (call === undefined) return [];
    return options.map(([name, given]) =>
      makeArgument({ name, default: given, style: 'space', help: `added by ${call.name}`, evidence: cite(context.entry, call.line) }),
    );
  });
}
