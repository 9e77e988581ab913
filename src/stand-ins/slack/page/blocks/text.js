import { h } from '../dom.js';
import { isEmoji, renderEmoji } from '../emoji.js';
import { renderMrkdwn } from '../mrkdwn.js';

/**
 * Block Kit as it arrives: not checked by anybody before, so every field is read with care.
 * @typedef {Record<string, unknown>} Json
 */

/** @param {unknown} value @returns {Json} */
export function asObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? /** @type {Json} */ (value) : {};
}

/** @param {unknown} value @returns {Json[]} */
export function asList(value) {
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** @param {unknown} value */
export function asText(value) {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** The bare words of a text object or string. @param {unknown} value */
export function readText(value) {
  return typeof value === 'string' ? value : asText(asObject(value)['text']);
}

/** Plain text, in which only emoji names mean something. @param {string} text */
export function renderPlain(text) {
  const fragment = document.createDocumentFragment();
  for (const part of text.split(/(:[a-z0-9_+-]+:)/)) {
    const name = /^:([a-z0-9_+-]+):$/.exec(part)?.[1];
    if (name && isEmoji(name)) fragment.append(renderEmoji(name));
    else fragment.append(part);
  }
  return fragment;
}

/** A text object: mrkdwn or plain_text. @param {unknown} value */
export function renderTextObject(value) {
  const object = asObject(value);
  const text = readText(value);
  return object['type'] === 'mrkdwn' ? renderMrkdwn(text) : h('span', { class: 'plain-text' }, renderPlain(text));
}
