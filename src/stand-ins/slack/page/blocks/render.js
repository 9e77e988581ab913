import { h } from '../dom.js';
import { formatSize } from '../files.js';
import { renderMarkdown } from '../markdown.js';
import { renderMrkdwn } from '../mrkdwn.js';
import { renderElement } from './elements.js';
import { renderInput } from './inputs.js';
import { renderPicture } from './picture.js';
import { renderPlan, renderTask } from './plan.js';
import { renderRichText } from './rich-text.js';
import { renderTable } from './table.js';
import { asList, asObject, asText, readText, renderPlain, renderTextObject } from './text.js';

/**
 * @typedef {import('./text.js').Json} Json
 * @typedef {import('./act.js').Surface} Surface
 */

/** @type {Record<string, (block: Json, surface: Surface) => Node>} */
const RENDERERS = {
  section: renderSection,
  header: (block) => h('div', { class: 'block-header', role: 'heading', 'aria-level': '3' }, renderPlain(readText(block['text']))),
  divider: () => h('hr', { class: 'block-divider' }),
  context: renderContext,
  context_actions: renderActions,
  actions: renderActions,
  image: (block, surface) => renderImage(block, surface),
  rich_text: (block) => renderRichText(block),
  markdown: (block) => h('div', { class: 'markdown' }, renderMarkdown(asText(block['text']))),
  table: (block) => renderTable(block),
  data_table: (block) => renderTable(block),
  input: renderInput,
  file: renderFileBlock,
  plan: (block) => renderPlan(block),
  task_card: (block) => renderTask(block),
  alert: (block) => h('div', { class: `block-alert ${asText(block['level'])}`, role: 'note' }, renderTextObject(block['text'])),
  card: renderCard,
  carousel: (block, surface) =>
    h(
      'div',
      { class: 'carousel' },
      asList(block['elements']).map((card) => renderCard(card, surface)),
    ),
  container: renderContainer,
};

/** Whether this page can draw the block; a message with others falls back to its text, as old clients do. @param {unknown} block */
export function isKnownBlock(block) {
  return Object.hasOwn(RENDERERS, asText(asObject(block)['type']));
}

/** @param {unknown} block @param {Surface} surface @returns {HTMLElement} */
export function renderBlock(block, surface) {
  const object = asObject(block);
  const render = RENDERERS[asText(object['type'])];
  const type = asText(object['type']);
  const inner = render ? render(object, surface) : renderMrkdwn(surface.fallback);
  return h('div', { class: `block block-of-${render ? type : 'unknown'}`, 'data-block-id': asText(object['block_id']) || null }, inner);
}

/** All blocks of a view. @param {unknown} blocks @param {Surface} surface */
export function renderBlocks(blocks, surface) {
  return asList(blocks).map((block) => renderBlock(block, surface));
}

/** @param {Json} block @param {Surface} surface */
function renderSection(block, surface) {
  const main = h('div', { class: 'section-main' });
  if (block['text']) main.append(h('div', { class: 'section-text' }, renderTextObject(block['text'])));
  const fields = asList(block['fields']);
  if (fields.length) {
    main.append(
      h(
        'div',
        { class: 'fields' },
        fields.map((field) => h('div', { class: 'field' }, renderTextObject(field))),
      ),
    );
  }
  const accessory = block['accessory'] ? renderElement(asObject(block['accessory']), asText(block['block_id']), surface) : null;
  return h('div', { class: 'section' }, main, accessory ? h('div', { class: 'accessory' }, accessory) : null);
}

/** @param {Json} block @param {Surface} surface */
function renderContext(block, surface) {
  const parts = asList(block['elements']).map((element) =>
    element['type'] === 'image'
      ? renderPicture(element, surface.files, 'context-image')
      : h('span', { class: 'context-text' }, renderTextObject(element)),
  );
  return h('div', { class: 'context' }, parts);
}

/** @param {Json} block @param {Surface} surface */
function renderActions(block, surface) {
  const id = asText(block['block_id']);
  return h(
    'div',
    { class: 'actions' },
    asList(block['elements']).map((element) => renderElement(element, id, surface)),
  );
}

/** @param {Json} block @param {Surface} surface */
function renderImage(block, surface) {
  const title = readText(block['title']);
  return h(
    'figure',
    { class: 'block-image' },
    title ? h('figcaption', {}, renderPlain(title)) : null,
    renderPicture(block, surface.files, 'picture'),
  );
}

/** @param {Json} block @param {Surface} surface */
function renderFileBlock(block, surface) {
  const file = surface.files.find((one) => one.id === block['external_id']) ?? surface.files[0];
  const words = file ? `${file.title || file.name} · ${formatSize(file.size)}` : `File ${asText(block['external_id'])}`;
  return file ? h('a', { class: 'file-line', href: file.path, download: file.name }, words) : h('span', { class: 'file-line' }, words);
}

/** @param {Json} block @param {Surface} surface */
function renderCard(block, surface) {
  const id = asText(block['block_id']);
  return h(
    'div',
    { class: 'card' },
    block['hero_image'] ? renderPicture(asObject(block['hero_image']), surface.files, 'picture') : null,
    block['title'] ? h('div', { class: 'card-title' }, renderTextObject(block['title'])) : null,
    block['subtitle'] ? h('div', { class: 'context' }, renderTextObject(block['subtitle'])) : null,
    block['body'] ? h('div', {}, renderTextObject(block['body'])) : null,
    h(
      'div',
      { class: 'actions' },
      asList(block['actions']).map((element) => renderElement(element, id, surface)),
    ),
  );
}

/** @param {Json} block @param {Surface} surface */
function renderContainer(block, surface) {
  const title = block['rich_text_title'] ? renderRichText(asObject(block['rich_text_title'])) : renderPlain(readText(block['title']));
  const body = h('div', { class: 'container-body' }, renderBlocks(block['child_blocks'], surface));
  if (!block['is_collapsible']) return h('div', { class: 'card' }, h('div', { class: 'card-title' }, title), body);
  return h('details', { class: 'card', open: block['default_collapsed'] !== true }, h('summary', { class: 'card-title' }, title), body);
}
