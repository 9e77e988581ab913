import type { Field } from './expand.ts';
import { isWild } from './marks.ts';

/** Which options of a program take a value. */
export interface OptionShape {
  /** Letters of short ones. */
  readonly letters?: string;
  /** Names of long ones whose value may be the next word, with their dashes. */
  readonly long?: readonly string[];
  /** `find` and friends: one dash, whole words. */
  readonly words?: boolean;
}

export interface Option {
  /** `-n` or `--lines`; as typed for long ones, so possibly cut short. */
  readonly name: string;
  readonly value: Field | null;
}

export interface Arguments {
  readonly options: readonly Option[];
  readonly operands: readonly Field[];
  /** A word that may be an option, for all that is known. */
  readonly unclear: Field | null;
}

/** Sorts words into options and operands, as getopt_long does: options may stand behind operands, `--` ends them. */
export function readArguments(args: readonly Field[], shape: OptionShape = {}): Arguments {
  const options: Option[] = [];
  const operands: Field[] = [];
  let unclear: Field | null = null;
  let ended = false;
  for (let at = 0; at < args.length; at += 1) {
    const field = args[at]!;
    const { text } = field;
    if (ended || !text.startsWith('-') || text === '-') {
      if (!ended && /^[\uE000-\uE002\uE004\uE005]/.test(text)) unclear ??= field;
      operands.push(field);
      continue;
    }
    if (text === '--') {
      ended = true;
      continue;
    }
    const takeNext = (): Field | null => {
      at += 1;
      return args[at] ?? null;
    };
    if (text.startsWith('--')) {
      const equals = text.indexOf('=');
      const name = equals === -1 ? text : text.slice(0, equals);
      if (isWild(name)) unclear ??= field;
      const value = equals === -1 ? (takesNext(name, shape) ? takeNext() : null) : { text: text.slice(equals + 1), quoted: true };
      options.push({ name, value });
    } else options.push(...readShort(field, shape, takeNext));
    if (isWild(text.slice(0, 2))) unclear ??= field;
  }
  return { options, operands, unclear };
}

function takesNext(name: string, shape: OptionShape): boolean {
  return (shape.long ?? []).some((long) => long === name || (name.length > 3 && long.startsWith(name)));
}

function readShort(field: Field, shape: OptionShape, takeNext: () => Field | null): Option[] {
  const { text } = field;
  if (shape.words === true) return [{ name: text, value: null }];
  const options: Option[] = [];
  const letters = Array.from(text.slice(1));
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at]!;
    if (!(shape.letters ?? '').includes(letter)) {
      options.push({ name: `-${letter}`, value: null });
      continue;
    }
    const rest = letters.slice(at + 1).join('');
    options.push({ name: `-${letter}`, value: rest === '' ? takeNext() : { text: rest, quoted: true } });
    break;
  }
  return options;
}

/** Whether an option is one of those named; a long one may be cut short (`--out` for `--output`) and counts then too. */
export function isOption(name: string, wanted: readonly string[]): boolean {
  return wanted.some((known) => name === known || (name.startsWith('--') && name.length > 2 && known.startsWith(name)));
}

/** The first of the named options that was given. */
export function findOption(given: Arguments, wanted: readonly string[]): Option | undefined {
  return given.options.find((option) => isOption(option.name, wanted));
}
