/** What can be set on a program's command line, read from its source in the ways that people write it. */
import { makeArgument, textOf, type ArgumentContext } from './argument-parts.ts';
import { readConfigNodes, readConfigurator, readHydraConfig, readYacsConfig } from './arguments-config.ts';
import { readClickOptions, readFireArguments, readTyperArguments, readDataclassArguments } from './arguments-functions.ts';
import { nameOf } from './input.ts';
import type { PyCall } from './python.ts';
import { roleOf } from './roles.ts';
import type { EntryArgument } from './schema.ts';
import { cite, type Source } from './sources.ts';

const ARGUMENT_FILE =
  /(^|[_-])(arg|args|arguments|opt|opts|options|config|configs|configuration|parser|flags|cli|hparams|params|main|train|utils?)([_-]|\.py$)/i;
const MAX_ARGUMENTS = 400;

/** Every argument of an entry, in the order of the source; each name once. */
export function readArguments(context: ArgumentContext): EntryArgument[] {
  const found = [
    ...readArgparse(context),
    ...readAbslFlags(context),
    ...readClickOptions(context),
    ...readFireArguments(context),
    ...readTyperArguments(context),
    ...readDataclassArguments(context),
    ...readConfigNodes(context),
    ...readYacsConfig(context),
    ...readConfigurator(context),
    ...readHydraConfig(context),
  ];
  const byName = new Map<string, EntryArgument>();
  for (const argument of found) if (!byName.has(argument.name)) byName.set(argument.name, argument);
  return [...byName.values()].slice(0, MAX_ARGUMENTS);
}

function readArgparse(context: ArgumentContext): EntryArgument[] {
  const calls = (source: Source) => source.module.calls.filter((call) => /(^|\.)add_argument$/.test(call.name));
  const own = calls(context.entry).map((call) => ({ source: context.entry, call }));
  const isClose = (source: Source) => own.length === 0 || ARGUMENT_FILE.test(nameOf(source.file.path));
  const imported = context.reached.filter((source) => source !== context.entry && isClose(source) && parsesNothingItself(source));
  return [...own, ...imported.flatMap((source) => calls(source).map((call) => ({ source, call })))].flatMap(({ source, call }) => {
    const argument = readAddArgument(source, call);
    return argument === null ? [] : [argument];
  });
}

/** A file with its own main block parses its arguments for itself; only its functions are shared. */
function parsesNothingItself(source: Source): boolean {
  const main = source.module.mainLine;
  return main === null || !source.module.calls.some((call) => call.line > main && call.name.endsWith('add_argument'));
}

function readAddArgument(source: Source, call: PyCall): EntryArgument | null {
  const names = call.args.flatMap((value) => (value.string === null ? [] : [value.string]));
  const long = names.filter((name) => name.startsWith('--')).sort((a, b) => b.length - a.length)[0];
  const name = long ?? names[0];
  if (name === undefined || name === '') return null;
  const action = textOf(call.keywords.get('action')) ?? '';
  const isPositional = !name.startsWith('-');
  const isFlag = /^(store_true|store_false|store_const|count)$|BooleanOptionalAction/.test(action);
  const wantsNone = /^(\?|\*)$|REMAINDER/.test(textOf(call.keywords.get('nargs')) ?? '');
  const given = textOf(call.keywords.get('default'));
  return makeArgument({
    name,
    aliases: names.filter((other) => other !== name),
    type: textOf(call.keywords.get('type')),
    default: isFlag && given === null ? (action === 'store_false' ? 'True' : 'False') : given,
    required: isPositional ? !wantsNone && given === null : call.keywords.get('required')?.text === 'True',
    choices: call.keywords.get('choices')?.items.map((item) => item.string ?? item.text) ?? [],
    help: textOf(call.keywords.get('help')),
    style: isPositional ? 'positional' : isFlag ? 'flag' : 'space',
    evidence: cite(source, call.line),
  });
}

function readAbslFlags(context: ArgumentContext): EntryArgument[] {
  const sources = [context.entry, ...context.reached.filter((source) => source !== context.entry && source.module.mainLine === null)];
  return sources.flatMap((source) =>
    source.module.calls.flatMap((call) => {
      const kind = /(?:^|\.)DEFINE_(\w+)$/.exec(call.name)?.[1];
      const name = call.args[0]?.string ?? call.keywords.get('name')?.string;
      if (kind === undefined || name === null || name === undefined) return [];
      return [
        makeArgument({
          name: `--${name}`,
          type: kind,
          default: textOf(call.args[1] ?? call.keywords.get('default')),
          help: textOf(call.args[kind.startsWith('enum') ? 3 : 2] ?? call.keywords.get('help')),
          style: 'equals',
          evidence: cite(source, call.line),
        }),
      ];
    }),
  );
}

/** Numbers in the source itself that lengthen the work, for programs without arguments. */
export function readConstants(source: Source): { name: string; value: string; line: number; column: number; role: 'steps' | 'epochs' }[] {
  const found = [];
  for (const item of source.module.assignments) {
    const role = roleOf(item.target);
    if (item.value?.kind !== 'number' || item.inClass !== null || !isCount(item.value.text)) continue;
    if (role === 'steps' || role === 'epochs')
      found.push({ name: item.target, value: item.value.text, line: item.line, column: item.value.column, role });
  }
  const lines = source.text.split('\n');
  for (const loop of source.module.loops) {
    const limit = loop.iterable.call?.args.at(loop.iterable.call.args.length > 1 ? 1 : 0);
    if (!/^(range|trange|tqdm)$/.test(loop.iterable.call?.name ?? '') || limit === undefined || !isCount(limit.text)) continue;
    const body = lines.slice(loop.line, loop.lastLine).join('\n');
    if (!/\.backward\(|\.step\(|train_on_batch|apply_gradients/.test(body)) continue;
    const role = /epoch/.test(loop.variable) ? 'epochs' : 'steps';
    found.push({ name: `for ${loop.variable}`, value: limit.text, line: limit.line, column: limit.column, role } as const);
  }
  return found;
}

/** A whole number worth bounding; 0 and 1 are where counters start. */
function isCount(text: string): boolean {
  return /^[\d_]+$/.test(text) && Number(text.replaceAll('_', '')) > 1;
}
