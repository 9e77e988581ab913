import { h } from '../dom.js';
import { renderRichText } from './rich-text.js';
import { asList, asObject, asText, renderPlain } from './text.js';

/** @typedef {import('./text.js').Json} Json */

/**
 * A table whose first row is its head.
 * @param {Node[][][]} rows
 * @param {string[]} aligns
 * @param {string} [caption]
 */
export function renderGrid(rows, aligns, caption) {
  const [head = [], ...body] = rows;
  const toCell = (/** @type {'th' | 'td'} */ tag) => (/** @type {Node[]} */ cell, /** @type {number} */ index) =>
    h(tag, { class: `align-${aligns[index] ?? 'left'}`, scope: tag === 'th' ? 'col' : null }, ...cell);
  const table = h(
    'table',
    { class: 'block-table' },
    caption ? h('caption', {}, caption) : null,
    h('thead', {}, h('tr', {}, head.map(toCell('th')))),
    h(
      'tbody',
      {},
      body.map((row) => h('tr', {}, row.map(toCell('td')))),
    ),
  );
  return h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption ?? 'Table' }, table);
}

/** A `table` or `data_table` block. @param {Json} block */
export function renderTable(block) {
  const rows = Array.isArray(block['rows']) ? block['rows'] : [];
  const aligns = asList(block['column_settings']).map((column) => asText(column['align']) || 'left');
  const cells = rows.map((row) => asList(row).map((cell) => [renderCell(cell)]));
  return renderGrid(cells, aligns, asText(block['caption']) || undefined);
}

/** @param {Json} cell */
function renderCell(cell) {
  if (cell['type'] === 'rich_text') return renderRichText(cell);
  if (cell['type'] === 'raw_number')
    return document.createTextNode(asText(cell['text']) || asText(cell['value'] ?? asObject(cell)['number']));
  return renderPlain(asText(cell['text']));
}
