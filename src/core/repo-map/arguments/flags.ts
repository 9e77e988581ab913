/** Arguments of absl and TensorFlow flags, configuration flags, gin bindings, sacred, docopt and plain `sys.argv`. */
import { citeLine, folderOf, joinPath, lineAt } from '../input.ts';
import { keepPerSource } from '../per-source.ts';
import { lastName } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { cite, type Source } from '../sources.ts';
import { readYamlAt } from './hydra.ts';
import { argumentCalls, entryFolder, helpOf, isPlain, makeArgument, resolveText, textOf, type ArgumentContext } from './parts.ts';
import { roleOf } from './roles.ts';

/** `flags.DEFINE_integer(…)` of the entry and of what it imports; flags of other programs do not count. */
export function readAbslFlags(context: ArgumentContext): EntryArgument[] {
  const sources = listFlagFiles(context);
  const required = new Set(sources.flatMap(readRequired));
  return sources.flatMap((source) =>
    listDefinitions(source).flatMap(({ call, kind }) => {
      const name = call.args[0]?.string ?? call.keywords.get('name')?.string;
      if (name === null || name === undefined) return [];
      const isEnum = kind.startsWith('enum');
      return [
        makeArgument({
          name: `--${name}`,
          type: kind,
          default: resolveText(call.args[1] ?? call.keywords.get('default'), source),
          required: required.has(name) || call.keywords.get('required')?.text === 'True',
          choices: isEnum ? ((call.args[2] ?? call.keywords.get('enum_values'))?.items.flatMap((item) => item.string ?? []) ?? []) : [],
          help: helpOf(call.args[isEnum ? 3 : 2] ?? call.keywords.get('help')),
          style: 'equals',
          evidence: cite(source, call.line),
        }),
      ];
    }),
  );
}

/** `define_flags_with_default(steps=100, …)`: one absl flag a keyword. */
export function readFlagDefaults(context: ArgumentContext): EntryArgument[] {
  const sources = listFlagFiles(context);
  return sources.flatMap((source) =>
    argumentCalls(source)
      .filter((call) => lastName(call.name) === 'define_flags_with_default')
      .flatMap((call) =>
        [...call.keywords].flatMap(([name, value]) =>
          isPlain(value) || value.items.length > 0
            ? [makeArgument({ name: `--${name}`, default: textOf(value), style: 'equals', evidence: cite(source, value.line) })]
            : [],
        ),
      ),
  );
}

/** The entry and what it imports, without programs that have flags of their own. */
function listFlagFiles({ entry, reached }: ArgumentContext): Source[] {
  return [entry, ...reached.filter((source) => source !== entry && source.module.mainLine === null)];
}

const listDefinitions = keepPerSource((source) =>
  argumentCalls(source).flatMap((call) => {
    const kind = /(?:^|\.)(?:DEFINE|define)_(\w+)$/.exec(call.name)?.[1];
    return kind === undefined ? [] : [{ call, kind }];
  }),
);

const readRequired = keepPerSource((source): string[] =>
  argumentCalls(source).flatMap((call) => {
    if (!/\.mark_flags?_as_required$/.test(call.name)) return [];
    return call.args.flatMap((value) => (value.string === null ? value.items.flatMap((item) => item.string ?? []) : [value.string]));
  }),
);

/** `--config.batch=…`: the values that a Python configuration sets, for programs that define a configuration flag. */
export function readConfigFlags(context: ArgumentContext): EntryArgument[] {
  const definer = context.reached.find((source) => source.module.imports.some((item) => item.module.startsWith('ml_collections')));
  if (definer === undefined) return [];
  const call = context.reached.flatMap((source) => argumentCalls(source)).find((item) => /DEFINE_config_(file|dict)$/.test(item.name));
  const flag = call?.args[0]?.string;
  if (call === undefined || flag === null || flag === undefined) return [];
  const named = textOf(call.args[1] ?? call.keywords.get('default'))?.split(':')[0] ?? '';
  const candidates = [named, ...context.configs].flatMap((path) => [joinPath(path), joinPath(entryFolder(context), path)]);
  const first = candidates.find((path) => path !== null && context.byPath.has(path));
  const chosen =
    first ??
    [...context.byPath.keys()].find(
      (path) => /(^|\/)configs?\/(\w+\/)*(default\w*|base|\w+)\.py$/.test(path) && !path.endsWith('__init__.py'),
    );
  const source = context.byPath.get(chosen ?? '');
  if (source === undefined) return [];
  const seen = new Map<string, EntryArgument>();
  for (const item of source.module.assignments) {
    const path = /^(?:config|cfg|c|conf|C)\.([\w.]+)$/.exec(item.target)?.[1];
    if (path === undefined || /ConfigDict/.test(item.value?.call?.name ?? '')) continue;
    seen.set(
      path,
      makeArgument({ name: `--${flag}.${path}`, default: textOf(item.value), style: 'equals', evidence: cite(source, item.line) }),
    );
  }
  return [...seen.values()];
}

const importsGin = keepPerSource(({ module }) => module.imports.some((item) => item.module === 'gin' || item.names.includes('gin')));
const importsSacred = keepPerSource(({ module }) => module.imports.some((item) => item.module.startsWith('sacred')));

/** Bindings of gin files for programs that take them on the command line. */
export function readGinBindings(context: ArgumentContext): EntryArgument[] {
  if (!context.reached.some(importsGin)) return [];
  const calls = context.reached.flatMap((source) => argumentCalls(source));
  const usesGin = calls.some((call) => /gin\.parse_config_files_and_bindings$|gin\.parse_config$|gin_utils\.parse/.test(call.name));
  const flags = calls.flatMap((call) => [call.args[0]?.string ?? '', call.args[1]?.string ?? '']);
  const flag = flags.find((name) => /^-{0,2}(gin_?(bindings?|params?)|gin\.?param|bindings|gin_b)$/.test(name));
  if (!usesGin || flag === undefined) return [];
  const file =
    context.files.find((item) => context.configs.includes(item.path) && item.path.endsWith('.gin')) ??
    context.files.find((item) => item.path.endsWith('.gin'));
  return (file?.text ?? '').split('\n').flatMap((line, index) => {
    const found = /^([\w./]{1,120})\s*=\s*(\S.{0,200})$/.exec(line);
    if (found === null || file === undefined || !found[1]?.includes('.')) return [];
    const name = `--${flag.replace(/^-+/, '')}=${found[1]}`;
    const given = (found[2] ?? '').replace(/\s+#.*$/, '');
    return [makeArgument({ name, default: given, style: 'equals', evidence: citeLine(file.path, file.text, index + 1) })];
  });
}

/** `--hparams=epochs=3`: what bounds the work among the values of an HParams object. One option takes all, so only bounds are named. */
export function readHparams(context: ArgumentContext): EntryArgument[] {
  const takes = context.reached
    .slice(0, 20)
    .some((source) => argumentCalls(source).some((call) => call.args.some((value) => value.string === '--hparams')));
  if (!takes) return [];
  return context.reached.flatMap((source) =>
    source.module.calls
      .filter((call) => lastName(call.name) === 'HParams')
      .flatMap((call) =>
        [...call.keywords].flatMap(([name, value]) => {
          const argument = makeArgument({
            name: `--hparams=${name}`,
            default: textOf(value),
            style: 'equals',
            role: roleOf(name),
            evidence: cite(source, value.line),
          });
          return argument.role === 'steps' || argument.role === 'epochs' ? [argument] : [];
        }),
      ),
  );
}

/** `with epochs=3`: the values of functions that sacred calls its configuration. */
export function readSacredConfig(context: ArgumentContext): EntryArgument[] {
  return context.reached.flatMap((source) => {
    if (!importsSacred(source)) return [];
    const makers = new Set(
      source.module.functions.filter((item) => item.decorators.some((call) => lastName(call.name) === 'config')).map((item) => item.name),
    );
    const files = source.module.calls.flatMap((call) => (call.name.endsWith('.add_config') ? [call.args[0]?.string ?? ''] : []));
    const loaded = files
      .flatMap((path) => readYamlAt(context, joinPath(folderOf(source.file.path), path)))
      .map((item) => ({ ...item, after: 'with' }));
    const own = source.module.assignments.flatMap((item) => {
      if (item.inFunction === null || !makers.has(item.inFunction) || !/^\w+$/.test(item.target)) return [];
      return [
        makeArgument({
          name: item.target,
          default: textOf(item.value),
          style: 'assignment',
          after: 'with',
          evidence: cite(source, item.line),
        }),
      ];
    });
    return [...own, ...loaded];
  });
}

/** The options that a docopt usage text documents. */
export function readDocopt(context: ArgumentContext): EntryArgument[] {
  const { module, file, text } = context.entry;
  if (module.docstring === null || !module.calls.some((call) => lastName(call.name) === 'docopt')) return [];
  return module.docstring.split('\n').flatMap((line) => {
    const found = /^\s{1,20}(?:-\w(?:[ ,=]\s?<?\w{0,40}>?,?\s?)?)?(--[\w-]{1,60})([= ]<?[\w-]{1,40}>?)?(?:\s{2,}(.{0,300}))?$/.exec(line);
    if (found === null) return [];
    const given = /\[default:\s*([^\]]{0,100})\]/.exec(found[3] ?? '')?.[1] ?? null;
    const at = text.indexOf(line.trim());
    return [
      makeArgument({
        name: found[1] ?? '',
        default: found[2] === undefined ? 'False' : given,
        help: found[3] ?? null,
        style: found[2] === undefined ? 'flag' : 'equals',
        evidence: citeLine(file.path, text, at < 0 ? 1 : lineAt(text, at)),
      }),
    ];
  });
}

/** `path = sys.argv[1]`: what a program takes by position. */
export function readPlainArguments(context: ArgumentContext): EntryArgument[] {
  const found = new Map<string, EntryArgument>();
  for (const item of context.entry.module.assignments) {
    const place = /\bsys\.argv\[(\d)\]/.exec(item.value?.text ?? '')?.[1];
    if (place === undefined || place === '0' || found.has(place)) continue;
    const isGuarded = /\bif\b/.test(item.value?.text ?? '');
    found.set(
      place,
      makeArgument({
        name: item.target,
        default: null,
        required: !isGuarded,
        style: 'positional',
        evidence: cite(context.entry, item.line),
      }),
    );
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, argument]) => argument);
}
