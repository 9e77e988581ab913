/** What is published of people's words: names where they are known, and no address of anybody. Pure. */

const MENTION = /<@([A-Z0-9]{2,24})(?:\|[^<>]{0,80})?>/g;
const ADDRESS = /[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}/g;

/** Mentions become names, and mail addresses a mark. */
export function tidyForStory(text: string, names: ReadonlyMap<string, string>): string {
  if (!text.includes('@')) return text;
  const named = text.replace(MENTION, (_whole, id: string) => `@${names.get(id) ?? id}`);
  // What git calls an address is one of a repository.
  return named.replace(ADDRESS, (address) => (address.startsWith('git@') ? address : '[address]'));
}
