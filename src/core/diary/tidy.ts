/** Text of the diary: what may be shown, on one line, ended once. Pure. */
import { redactText } from '../redact.ts';
import { showText } from '../show-text.ts';
import type { EntryKind } from './entry.ts';

/** Characters of one entry; what is longer lies in the journal. */
const LONGEST = 600;

/** One line without secrets and without marks that hide. Words of people and of programs go through it before they go anywhere. */
export function tidyWords(text: string): string {
  const plain = showText(redactText(text)).replaceAll(/\s+/g, ' ').trim();
  return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST - 1).trimEnd()}…`;
}

/** The same as a sentence: it ends in exactly one mark. */
function tidySentence(text: string): string {
  const plain = tidyWords(text).replace(/(?<=[.!?…])[.\s]+$/u, '');
  return plain === '' || /[.!?…。！？]["'”’)\]]?$/u.test(plain) ? plain : `${plain.replace(/[\s,;:]+$/u, '')}.`;
}

/** The text of an entry: what people said stays as they said it. */
export function tidyTold(kind: EntryKind, text: string): string {
  return kind === 'idea' ? tidyWords(text) : tidySentence(text);
}
