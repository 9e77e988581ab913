/** How a line that the journals told is known again in a file that people edit. Pure. */
import { hashText } from '../hash.ts';

/** The end of a line of ours, invisible where Markdown is shown: which line it is, and a short hash of the words before it. */
const MARK = /^(.*?)[ \t]*<!-- ([\w.:-]{1,200}) ([0-9a-f]{8}) -->[ \t]*$/;
const BY_HAND = /^(.*?)[ \t]*<!-- by hand: ([\w.:-]{1,200}) -->[ \t]*$/;

export type ReadLine =
  /** Told by the journals, and as we wrote it. */
  | { readonly kind: 'told'; readonly id: string; readonly text: string }
  /** Told once, and changed by a person since. */
  | { readonly kind: 'edited'; readonly id: string; readonly text: string }
  /** Written by a person, or a heading, or nothing. */
  | { readonly kind: 'own'; readonly text: string };

/** The id of a line as it may stand in its mark. */
export function nameMark(id: string): string {
  return id.replaceAll(/[^\w.:-]/g, '-').slice(0, 200);
}

/** A line of ours with its mark. */
export function markLine(id: string, text: string): string {
  return `${text} <!-- ${nameMark(id)} ${hashText(text).slice(0, 8)} -->`;
}

/** A line that a person changed: it says so, and is not written again. */
export function markEdited(id: string, text: string): string {
  const said = '*(changed by hand)*';
  return `${text.includes(said) ? text : `${text} ${said}`} <!-- by hand: ${nameMark(id)} -->`;
}

/** What a line of the file is. */
export function readLine(line: string): ReadLine {
  const [, kept, name] = BY_HAND.exec(line) ?? [];
  if (kept !== undefined && name !== undefined) return { kind: 'edited', id: name, text: kept };
  const [, text, id, hash] = MARK.exec(line) ?? [];
  if (text === undefined || id === undefined) return { kind: 'own', text: line };
  return { kind: hashText(text).slice(0, 8) === hash ? 'told' : 'edited', id, text };
}
