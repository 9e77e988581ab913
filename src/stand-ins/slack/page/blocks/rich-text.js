import { fillDatePattern, formatFull } from '../dates.js';
import { h } from '../dom.js';
import { renderEmoji } from '../emoji.js';
import { renderBroadcast, renderChannelLink, renderCodeBlock, renderLink, renderUser } from '../mrkdwn.js';
import { asList, asObject, asText } from './text.js';

/** @typedef {import('./text.js').Json} Json */

/** A `rich_text` block. @param {Json} block */
export function renderRichText(block) {
  const root = h('div', { class: 'rich-text' });
  /** @type {HTMLElement[]} */
  let open = [];
  for (const part of asList(block['elements'])) {
    if (part['type'] !== 'rich_text_list') open = [];
    if (part['type'] === 'rich_text_list') open = appendList(root, open, part);
    else root.append(renderPart(part));
  }
  return root;
}

/** @param {Json} part @returns {Node} */
function renderPart(part) {
  const children = asList(part['elements']);
  if (part['type'] === 'rich_text_preformatted')
    return renderCodeBlock(children.map(toPlain).join(''), asText(part['language']) || undefined);
  if (part['type'] === 'rich_text_quote') return h('blockquote', {}, children.map(renderElement));
  return h('div', { class: 'rich-section' }, children.map(renderElement));
}

/**
 * Slack sends nested lists flat, each with its indent; here they become nested elements again.
 * @param {HTMLElement} root
 * @param {HTMLElement[]} open lists that may take deeper ones, outermost first
 * @param {Json} part
 */
function appendList(root, open, part) {
  const depth = Number(part['indent'] ?? 0);
  const list = part['style'] === 'ordered' ? h('ol', { start: String(Number(part['offset'] ?? 0) + 1) }) : h('ul');
  for (const item of asList(part['elements'])) list.append(h('li', {}, asList(item['elements']).map(renderElement)));
  const parents = open.slice(0, depth);
  const parent = parents.at(-1)?.lastElementChild ?? root;
  parent.append(list);
  return [...parents, list];
}

/** @param {Json} element */
function toPlain(element) {
  return asText(element['text']) || asText(element['url']);
}

/** @param {Json} element @returns {Node} */
function renderElement(element) {
  const type = asText(element['type']);
  const text = asText(element['text']);
  if (type === 'text') return applyStyle(element, document.createTextNode(text));
  if (type === 'link') return applyStyle(element, renderLink(asText(element['url']), text || asText(element['url'])));
  if (type === 'emoji') return renderEmoji(asText(element['name']));
  if (type === 'user') return renderUser(asText(element['user_id']));
  if (type === 'channel') return renderChannelLink(asText(element['channel_id']));
  if (type === 'broadcast') return renderBroadcast(asText(element['range']));
  if (type === 'usergroup') return h('span', { class: 'mention' }, `@${asText(element['usergroup_id'])}`);
  if (type === 'date') return renderDate(element);
  if (type === 'color') return h('code', { class: 'inline-code' }, asText(element['value']));
  if (type.startsWith('rich_text_')) return renderPart(element);
  return document.createTextNode(text || asText(element['fallback']));
}

/** @param {Json} element */
function renderDate(element) {
  const seconds = Number(element['timestamp']);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return document.createTextNode(asText(element['fallback']));
  return h(
    'time',
    { datetime: date.toISOString(), title: formatFull(date) },
    fillDatePattern(seconds, asText(element['format']) || '{date_short} {time}'),
  );
}

/** @param {Json} element @param {Node} node @returns {Node} */
function applyStyle(element, node) {
  const style = asObject(element['style']);
  let styled = node;
  if (style['code']) styled = h('code', { class: 'inline-code' }, styled);
  if (style['strike']) styled = h('s', {}, styled);
  if (style['italic']) styled = h('em', {}, styled);
  if (style['bold']) styled = h('strong', {}, styled);
  if (style['underline']) styled = h('u', {}, styled);
  return styled;
}
