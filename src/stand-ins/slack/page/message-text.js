import { decodeEntities } from './mrkdwn.js';
import { findChannel, nameUser } from './state.js';

const CODE = /(```[\s\S]*?```|`[^`\n]*`)/;

/**
 * What a person typed, as the server takes it. It resolves names, escapes and links by itself; only @here and its like need their token.
 * @param {string} typed
 */
export function encodeTyped(typed) {
  return typed
    .split(CODE)
    .map((part, index) => (index % 2 ? part : part.replace(/(^|[\s(])@(here|channel|everyone)\b/g, '$1<!$2>')))
    .join('');
}

/** The encoding undone, for editing. @param {string} text */
export function decodeMessage(text) {
  const named = text
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_whole, id) => `@${nameUser(id)}`)
    .replace(/<#([A-Z0-9]+)(?:\|([^>]*))?>/g, (_whole, id, label) => `#${findChannel(id)?.name ?? label ?? id}`)
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, (_whole, name) => `@${name}`)
    .replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, (_whole, url) => url);
  return decodeEntities(named);
}
