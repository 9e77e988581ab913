/** Words of the diary as Markdown, and where each line stands written. Pure. */
import type { Entry } from '../diary/entry.ts';

/** What only the outside knows. */
export interface Shown {
  /** A person's name; the id where nobody knows it. */
  readonly nameOf: (user: string) => string;
  /** The address of a message; null where there is none to be had. */
  readonly linkTo: (channel: string, ts: string, thread: string) => string | null;
}

const MOST_REFS = 6;

/** Text from outside as it may stand in Markdown: nothing in it becomes markup, a link or a comment. */
export function showWords(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*[\]|~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
}

/** Mentions of people by their names. */
export function showPeople(text: string, { nameOf }: Shown): string {
  return text.replaceAll(/<@([A-Z0-9]{2,20})(?:\|[^<>]{0,80})?>/g, (_all, user: string) => `@${nameOf(user)}`);
}

/** `(rabc#17 · 37baab7 · job 4711 · [message](…))`. */
export function showProvenance(entry: Entry, shown: Shown): string {
  const link = showLink(entry, shown);
  const parts = [
    showRef(entry),
    ...(entry.commit === null ? [] : [entry.commit.slice(0, 7)]),
    ...(entry.job === null ? [] : [`job ${showWords(entry.job)}`]),
    ...(link === null ? [] : [link]),
  ];
  return `(${parts.join(' · ')})`;
}

/** Of what was summed: the first few, and how many more. */
export function showRefs(entries: readonly Entry[]): string {
  const refs = [...new Set(entries.map(showRef))];
  const more = refs.length - MOST_REFS;
  return `(${refs.slice(0, MOST_REFS).join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}

function showRef({ source }: Entry): string {
  return `${source.id}#${source.version}`;
}

/** Where something has a message of its own, that; the thread where a reader will want to look or to answer. */
function showLink({ thread, message, source, kind }: Entry, { linkTo }: Shown): string | null {
  if (thread === null) return null;
  const isOwn = message !== null;
  if (!isOwn && kind !== 'failure' && kind !== 'question' && !/^(?:run|watch)\.(?:requested|finished)$/.test(source.event)) return null;
  const address = linkTo(thread.channel, message ?? thread.ts, thread.ts);
  return address === null ? null : `[${isOwn ? 'message' : 'thread'}](${address})`;
}
