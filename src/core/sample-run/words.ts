/** Putting values into a command line, word by word. Words are those of a plan: text of a repository in them is marked as literal. */
import { keepLiteral, showPlaces } from '../placeholders.ts';
import { findArgument } from '../repo-map/entries/entries.ts';
import type { Entry, EntryArgument } from '../repo-map/schema.ts';

/** How a program takes overrides that are no options of its own: after a word (`--opts`, `with`), as pairs or as assignments. */
export interface Carrier {
  readonly word: string;
  readonly join: ' ' | '=';
  /** True where the word is repeated for each of them: `--gin_bindings=a=1`. */
  readonly isRepeated: boolean;
}

export type CarriedArgument = EntryArgument & {
  readonly carrier?: Carrier;
  /** A word that must stand before it, once for all of its kind, where the map says so. */
  readonly after?: string | undefined;
};

/** The words with one argument set to a plan's word: its value is replaced where it stands, else added at the end in the argument's own style. */
export function setArgument(words: readonly string[], entry: Entry, argument: CarriedArgument, value: string): string[] {
  const carrier = argument.carrier ?? carrierOf(entry, argument);
  if (carrier !== undefined) return setCarried(words, carrier, argument, value);
  const isThis = (word: string) => findArgument(entry, showPlaces(word)) === argument && looksLikeName(word, argument);
  const whole = words.findIndex((word) => word.startsWith(`${keepLiteral(argument.name)}=`));
  const at = words.findIndex((word, index) => index > 0 && isThis(word));
  if (whole >= 0) return words.with(whole, `${keepLiteral(argument.name)}=${value}`);
  if (argument.style === 'flag') return setFlag(words, at, argument, value);
  if (at < 0) return [...words, ...write(argument, keepLiteral(argument.name), value)];
  const word = words[at] ?? '';
  if (word.includes('=')) return words.with(at, `${word.slice(0, word.indexOf('='))}=${value}`);
  if (argument.style === 'positional') return words.with(at, value);
  return at + 1 < words.length ? words.with(at + 1, value) : [...words, value];
}

/** The words without an argument that takes a value. */
export function leaveOut(words: readonly string[], entry: Entry, argument: EntryArgument): string[] {
  const at = words.findIndex(
    (word, index) => index > 0 && findArgument(entry, showPlaces(word)) === argument && looksLikeName(word, argument),
  );
  if (at < 0) return [...words];
  return words.toSpliced(at, words[at]?.includes('=') === true ? 1 : 2);
}

/** The value that a command gives to an argument; null when it does not mention it. */
export function readGiven(words: readonly string[], entry: Entry, argument: CarriedArgument): string | null {
  if (argument.carrier?.join === '=') {
    const piece = words.find((word) => word.includes(`${argument.name}=`));
    return piece?.slice(piece.indexOf(`${argument.name}=`) + argument.name.length + 1) ?? null;
  }
  const whole = words.find((word) => word.startsWith(`${argument.name}=`));
  if (whole !== undefined) return whole.slice(argument.name.length + 1);
  const at = words.findIndex((word, index) => index > 0 && findArgument(entry, word) === argument && looksLikeName(word, argument));
  const word = words[at];
  if (word === undefined) return null;
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : argument.style === 'flag' ? 'True' : (words[at + 1] ?? null);
}

/** What an argument is without a sample: what the command says, else its default. */
export function fullValueOf(entry: Entry, argument: EntryArgument): string | null {
  return readGiven(entry.argv, entry, argument) ?? argument.default;
}

/** Options behind which a program takes overrides of its config. */
export const CARRIERS = /^--(opts?|options|cfg[-_]options|cfg[-_]opts|overrides?|set|set[-_]cfgs?|config[-_]options)$/;

/** `KEY VALUE` pairs stand behind an option where the program has one for them, else at the end. */
function carrierOf(entry: Entry, argument: CarriedArgument): Carrier | undefined {
  if (argument.after !== undefined) return { word: argument.after, join: argument.style === 'space' ? ' ' : '=', isRepeated: false };
  if (argument.style !== 'space' || argument.name.startsWith('-')) return undefined;
  const option = entry.arguments.find((item) => CARRIERS.test(item.name));
  return option === undefined ? undefined : { word: option.name, join: ' ', isRepeated: false };
}

function setCarried(words: readonly string[], carrier: Carrier, argument: EntryArgument, value: string): string[] {
  const name = keepLiteral(argument.name);
  const piece = `${name}=${value}`;
  if (carrier.isRepeated) {
    const whole = `${carrier.word}=${piece}`;
    const at = words.findIndex((word) => word.startsWith(`${carrier.word}=${name}=`) || word.startsWith(`${name}=`));
    if (at < 0) return [...words, whole];
    return words.with(at, words[at]?.startsWith('-') === true ? whole : piece);
  }
  const pair = carrier.join === ' ' ? [name, value] : [piece];
  const at = words.findIndex((word) => (carrier.join === ' ' ? word === name : word.startsWith(`${name}=`)));
  if (at >= 0) return carrier.join === ' ' ? words.with(at + 1, value) : words.with(at, piece);
  const start = words.findIndex((word) => word === carrier.word || word === carrier.word.replaceAll('-', '_'));
  return start < 0 ? [...words, carrier.word, ...pair] : [...words.slice(0, start + 1), ...pair, ...words.slice(start + 1)];
}

function looksLikeName(word: string, argument: EntryArgument): boolean {
  return word.startsWith('-') || argument.style === 'assignment'
    ? argument.style !== 'positional'
    : argument.style === 'space' && !argument.name.startsWith('-');
}

function setFlag(words: readonly string[], at: number, argument: EntryArgument, value: string): string[] {
  const isOn = /^(true|1|yes|)$/i.test(value);
  if (isOn) return at < 0 ? [...words, keepLiteral(argument.name)] : [...words];
  return at < 0 ? [...words] : words.filter((_, index) => index !== at);
}

function write(argument: EntryArgument, name: string, value: string): string[] {
  switch (argument.style) {
    case 'equals':
    case 'assignment':
      return [`${name}=${value}`];
    case 'positional':
      return [value];
    default:
      // A value that starts with a dash would be read as the next option.
      return value.startsWith('-') && name.startsWith('--') ? [`${name}=${value}`] : [name, value];
  }
}

/** An argument that the map does not know, written as its name suggests. */
export function addUnknown(words: readonly string[], name: string, value: string): string[] {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (at >= 0 && words[at] === name && name.startsWith('-')) return words.with(at + 1, value);
  if (at >= 0) return words.with(at, `${name}=${value}`);
  if (!name.startsWith('-')) return [...words, `${name}=${value}`];
  return value === '' ? [...words, name] : [...words, name, value];
}
