/**
 * What is not known of a word is written into its text as characters that no command line may hold, so that a word stays a string:
 * `$HOME/logs/*.out` is HOME, `/logs/`, STAR, `.out`.
 */
export const STAR = '\uE000';
/** Exactly one character. */
export const ONE = '\uE001';
/** Anything, also nothing: the value of a variable, what a command prints. */
export const HOLE = '\uE002';
/** Digits. */
export const NUMBER = '\uE003';
/** A hole that may fall apart into several words, because it is not quoted. */
export const WORDS = '\uE004';
/** The name of something that exists in a folder of the run: what `ls` or `find` printed there. */
export const INSIDE = '\uE005';
/** What a scheduler listed: nobody knows how many jobs. */
export const JOBS = '\uE006';
const OPEN = '\uE010';
const CLOSE = '\uE011';

export const ANY_MARK = /[\uE000-\uE011]/;
const WILD = /[\uE000-\uE002\uE004-\uE006]/;
const UNKNOWN = /[\uE002\uE004\uE006]/;

/** A place whose name is all that is known of it: `$SCRATCH`. */
export function nameMark(name: string): string {
  return `${OPEN}${name}${CLOSE}`;
}

/** Whether the text stands for more than one text. */
export function isWild(text: string): boolean {
  return WILD.test(text);
}

/** Whether some of the text is not known at all; a glob is known to match names only. */
export function isUnknown(text: string): boolean {
  return UNKNOWN.test(text);
}

/** The text for people: marks become `*`, `?`, `…` and names. */
export function showMarks(text: string): string {
  return text
    .replaceAll(STAR, '*')
    .replaceAll(ONE, '?')
    .replaceAll(/[\uE002\uE004-\uE006]/g, '…')
    .replaceAll(NUMBER, '0')
    .replaceAll(OPEN, '$')
    .replaceAll(CLOSE, '');
}
