/** What the readers of arguments share. */
import { folderOf, type RepoFile } from '../input.ts';
import { keepPerSource } from '../per-source.ts';
import { lastName, type PyAssignment, type PyCall, type PyFunction, type PyValue } from '../python.ts';
import type { EntryArgument } from '../schema.ts';
import { defineSign, holdsSign, listMatches, mayHold } from '../signs/signs.ts';
import type { Source } from '../sources.ts';
import { roleOf } from './roles.ts';

/** Where the readers look: the entry itself, and it with the files of the repository that it imports, nearest first. */
export interface ArgumentContext {
  readonly entry: Source;
  readonly reached: readonly Source[];
  readonly files: readonly RepoFile[];
  /** All Python of the repository, for configurations that are loaded by path. */
  readonly byPath: ReadonlyMap<string, Source>;
  /** Configuration files that commands hand to the entry, first the likeliest. */
  readonly configs: readonly string[];
}

/** The decoded text of a string, else the source text; null for None and for no value. */
export function textOf(value: PyValue | null | undefined): string | null {
  if (value === null || value === undefined || value.kind === 'none') return null;
  return value.string ?? value.text;
}

/** The words of a help text; of a sum only the pieces that are written out. Null where none are. */
export function helpOf(value: PyValue | null | undefined): string | null {
  if (value === null || value === undefined || value.kind === 'none') return null;
  const pieces = value.string ?? Array.from(value.text.slice(0, 2000).matchAll(/(["'])(.*?)\1/g), (match) => match[2] ?? '').join('');
  const words = pieces.replaceAll(/\\?\s+/g, ' ').trim();
  return words === '' ? null : words;
}

/** Like `textOf`, and a name that the same file binds to a plain value at its top stands for that value. */
export function resolveText(value: PyValue | null | undefined, source: Source): string | null {
  if (value?.kind !== 'name' || value.text.includes('.')) return textOf(value);
  const bound = source.module.assignedAtTop(value.text).find((item) => item.inClass === null);
  return bound?.value !== null && bound !== undefined && isPlain(bound.value) ? textOf(bound.value) : textOf(value);
}

/** True for a value that can be read without running anything. */
export function isPlain(value: PyValue): boolean {
  return ['string', 'number', 'boolean', 'none'].includes(value.kind);
}

/** Endings of files that hold data. */
const DATA_FILE = /\.(csv|tsv|parquet|npy|npz|h5|hdf5|nc|jsonl?|pkl|feather|zarr|lmdb|mat|tfrecords?|arrow)(\.gz)?$/i;

/** Fills what readers leave out. The name by which the program itself knows the value (`dest`) speaks where the option's says nothing. */
export function makeArgument(
  parts: Pick<EntryArgument, 'name' | 'style' | 'default' | 'evidence'> & Partial<EntryArgument>,
  dest: string | null = null,
): EntryArgument {
  const said = roleOf(parts.name, parts.help ?? null);
  const role = said === 'other' && dest !== null ? roleOf(dest) : said;
  // A switch called `--train` or `--resume` names no place.
  const isPlace = role === 'data' || role === 'output' || role === 'weights';
  const shown = isPlace && parts.style === 'flag' ? 'other' : role;
  const isFile =
    shown === 'other' &&
    DATA_FILE.test(parts.default ?? '') &&
    !/out|save|write|dest|result|log/i.test(`${parts.name} ${parts.help ?? ''}`);
  return { aliases: [], type: null, required: false, choices: [], help: null, role: isFile ? 'data' : shown, ...parts };
}

const OF_INTEREST =
  /(^|[._])(add_arg|add_argument|add|add_arguments|add_option|add_parser|add_subparsers|add_\w*(bool|boolean|flag)\w*|set_defaults|add_dict_to_argparser|(DEFINE|define)_\w+|mark_flags?_as_required|dict|merge_\w+|update_from_args|from_cli|from_dotlist|fromfile|load|cfg_from_list|\w*CLI|store|default_argument_parser|parse_config\w*|parse_\w+)$/;
/**
 * The same names in the text, those that say much in any file apart; only calls where one stands are parsed. Most may also be the end of
 * a longer name, which few are: to look at what stands before them would cost more than the rest of the search.
 */
const NAMES_INTEREST = defineSign(
  /(?:add_(?:arg|argument|arguments|option|parser|subparsers|\w{0,60}(?:bool|flag)\w{0,60}|dict_to_argparser)|set_defaults|(?:DEFINE|define)_\w{1,60}|mark_flags?_as_required|merge_\w{1,60}|update_from_args|from_cli|from_dotlist|fromfile|cfg_from_list|CLI|(?<![^\W_])store|default_argument_parser|(?<![^\W_])parse_\w{1,60})[\s\\]*\(|OmegaConf[\s\\]*\.[\s\\]*load\b/g,
);
/** Parsers whose arguments are added by calls of any `add`. */
const LOOSE = defineSign(/configargparse|jsonargparse|configobj/);
const MAKES_DICT = defineSign(/\bdict[\s\\]*\(/g);
const MAKER = /\bdef\s{1,9}\w{0,60}(?:default|arg|option|param|config|parser)/i;

function findInterest(source: Source): number[] {
  const makers = mayHold(source, MAKES_DICT) && MAKER.test(source.text) ? listMatches(source, MAKES_DICT) : [];
  return [...listMatches(source, NAMES_INTEREST), ...makers].map((match) => match.index).sort((a, b) => a - b);
}

/** The calls of a file that can have to do with arguments. */
export const argumentCalls = keepPerSource((source: Source): readonly PyCall[] => {
  const calls = holdsSign(source, LOOSE) ? source.module.calls : source.module.callsAt(findInterest(source));
  return calls.filter((call) => OF_INTEREST.test(call.name));
});

/** The folder of the entry, from which relative configuration paths are read. */
export function entryFolder(context: ArgumentContext): string {
  return folderOf(context.entry.file.path);
}

/** The nearest file that defines a class. */
export function findClass(context: ArgumentContext, name: string): Source | null {
  return context.reached.find((source) => source.module.classes.some((item) => item.name === name)) ?? null;
}

/** The nearest file that defines a function outside of classes, or a method of the class `inClass`. */
export function findFunction(
  context: ArgumentContext,
  name: string,
  inClass: string | null = null,
): { source: Source; item: PyFunction } | null {
  for (const source of context.reached) {
    if (!source.module.definitions.some((candidate) => candidate.name === name && candidate.inClass === inClass)) continue;
    const item = source.module.functions.find((candidate) => candidate.name === name && candidate.inClass === inClass);
    if (item !== undefined) return { source, item };
  }
  return null;
}

/** The constructor of a class, else the nearest one of its bases. */
export function findConstructor(context: ArgumentContext, name: string, depth = 0): { source: Source; item: PyFunction } | null {
  const own = findFunction(context, '__init__', name);
  if (own !== null || depth > 4) return own;
  const found = findClass(context, name)?.module.classes.find((item) => item.name === name);
  for (const base of found?.bases ?? []) {
    const inherited = findConstructor(context, lastName(base), depth + 1);
    if (inherited !== null) return inherited;
  }
  return null;
}

/** The annotated fields of a class, those of its bases first. */
export function listFields(context: ArgumentContext, name: string, depth = 0): { source: Source; item: PyAssignment }[] {
  const source = findClass(context, name);
  const found = source?.module.classes.find((item) => item.name === name);
  if (source === null || found === undefined || depth > 5) return [];
  const own = source.module.assignments.filter((item) => item.inClass === name && item.inFunction === null && item.annotation !== null);
  const names = new Set(own.map((item) => item.target));
  const inherited = found.bases.flatMap((base) => listFields(context, lastName(base), depth + 1));
  return [...inherited.filter(({ item }) => !names.has(item.target)), ...own.map((item) => ({ source, item }))];
}
