import { renderGrid } from './blocks/table.js';
import { h, toSafeHref } from './dom.js';
import { isEmoji, renderEmoji } from './emoji.js';
import { renderCodeBlock, renderLink, renderUser } from './mrkdwn.js';

/** @typedef {{lines: string[], at: number}} Cursor */

const LIST_ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const BLOCK_START = /^(#{1,6}\s|```|~~~|>|(\s*)([-*+]|\d{1,9}[.)])\s|\||(-{3,}|\*{3,}|_{3,})\s*$)/;

/**
 * Standard Markdown (the `markdown` block) as nodes: headings, lists, tasks, tables, quotes, code, links. HTML in it stays text.
 * @param {string} text
 */
export function renderMarkdown(text) {
  const fragment = document.createDocumentFragment();
  const cursor = { lines: text.replaceAll('\r\n', '\n').split('\n'), at: 0 };
  while (cursor.at < cursor.lines.length) {
    const node = readBlock(cursor);
    if (node) fragment.append(node);
  }
  return fragment;
}

/** @param {Cursor} cursor @returns {Node | null} */
function readBlock(cursor) {
  const line = cursor.lines[cursor.at] ?? '';
  if (line.trim() === '') {
    cursor.at += 1;
    return null;
  }
  const fence = /^(```|~~~)\s*(\w*)/.exec(line);
  if (fence) return readFence(cursor, fence[1] ?? '```', fence[2] ?? '');
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) {
    cursor.at += 1;
    return h(
      'p',
      { class: `md-heading level-${heading[1]?.length}`, role: 'heading', 'aria-level': String(heading[1]?.length) },
      ...renderSpans(heading[2] ?? ''),
    );
  }
  if (/^(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
    cursor.at += 1;
    return h('hr');
  }
  if (line.startsWith('>')) return readQuote(cursor);
  if (line.startsWith('|') && /^\|?\s*:?-+/.test(cursor.lines[cursor.at + 1] ?? '')) return readTable(cursor);
  if (LIST_ITEM.test(line)) return readList(cursor, 0);
  return readParagraph(cursor);
}

/** @param {Cursor} cursor @param {string} mark @param {string} language */
function readFence(cursor, mark, language) {
  const body = [];
  cursor.at += 1;
  while (cursor.at < cursor.lines.length && !(cursor.lines[cursor.at] ?? '').startsWith(mark)) body.push(cursor.lines[cursor.at++]);
  cursor.at += 1;
  return renderCodeBlock(body.join('\n'), language);
}

/** @param {Cursor} cursor */
function readQuote(cursor) {
  const body = [];
  while ((cursor.lines[cursor.at] ?? '').startsWith('>')) body.push((cursor.lines[cursor.at++] ?? '').replace(/^>\s?/, ''));
  return h('blockquote', {}, renderMarkdown(body.join('\n')));
}

/** @param {string} line */
function splitCells(line) {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** @param {Cursor} cursor */
function readTable(cursor) {
  const head = splitCells(cursor.lines[cursor.at] ?? '');
  const aligns = splitCells(cursor.lines[cursor.at + 1] ?? '').map((cell) =>
    /^:.*:$/.test(cell) ? 'center' : cell.endsWith(':') ? 'right' : 'left',
  );
  cursor.at += 2;
  const rows = [head];
  while ((cursor.lines[cursor.at] ?? '').startsWith('|')) rows.push(splitCells(cursor.lines[cursor.at++] ?? ''));
  return renderGrid(
    rows.map((row) => row.map((cell) => renderSpans(cell))),
    aligns,
  );
}

/** @param {Cursor} cursor @param {number} indent @returns {HTMLElement} */
function readList(cursor, indent) {
  const first = LIST_ITEM.exec(cursor.lines[cursor.at] ?? '');
  const isOrdered = /\d/.test(first?.[2] ?? '');
  const list = isOrdered ? h('ol', { start: String(Number.parseInt(first?.[2] ?? '1', 10)) }) : h('ul');
  while (cursor.at < cursor.lines.length) {
    const match = LIST_ITEM.exec(cursor.lines[cursor.at] ?? '');
    const depth = match?.[1]?.length ?? 0;
    if (!match || depth < indent) break;
    if (depth > indent + 1 && list.lastElementChild) {
      list.lastElementChild.append(readList(cursor, depth));
      continue;
    }
    if (/\d/.test(match[2] ?? '') !== isOrdered) break;
    cursor.at += 1;
    list.append(renderItem(match[3] ?? ''));
  }
  return list;
}

/** @param {string} text */
function renderItem(text) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  if (!task) return h('li', {}, ...renderSpans(text));
  const box = h('input', { type: 'checkbox', disabled: true, checked: task[1] !== ' ', 'aria-label': task[1] === ' ' ? 'open' : 'done' });
  return h('li', { class: 'task' }, box, ' ', ...renderSpans(task[2] ?? ''));
}

/** @param {Cursor} cursor */
function readParagraph(cursor) {
  const body = [cursor.lines[cursor.at++] ?? ''];
  while (cursor.at < cursor.lines.length) {
    const line = cursor.lines[cursor.at] ?? '';
    if (line.trim() === '' || BLOCK_START.test(line)) break;
    body.push(line);
    cursor.at += 1;
  }
  return h('p', {}, ...renderSpans(body.join('\n')));
}

const SPAN =
  /`([^`\n]+)`|!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)|<@([A-Z0-9]+)>|<(https?:[^>\s]+)>|\*\*([^*]+(?:\*[^*]+)*)\*\*|__([^_]+)__|~~([^~]+)~~|(?<![\w*])\*([^*\s][^*]*)\*(?!\w)|(?<!\w)_([^_\s][^_]*)_(?!\w)|:([a-z0-9_+-]+):|https?:\/\/[^\s<>)"'`]+|\n/g;

/**
 * @param {string} text
 * @returns {Node[]}
 */
function renderSpans(text) {
  /** @type {Node[]} */
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(SPAN)) {
    const node = toSpan(match);
    if (!node) continue;
    if (match.index > at) nodes.push(document.createTextNode(text.slice(at, match.index)));
    nodes.push(node);
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(document.createTextNode(text.slice(at)));
  return nodes;
}

/** @param {RegExpMatchArray} match @returns {Node | null} */
function toSpan(match) {
  const [whole, code, label, href, user, auto, bold, bold2, strike, italic, italic2, emoji] = match;
  if (code !== undefined) return h('code', { class: 'inline-code' }, code);
  if (href !== undefined) return toSafeHref(href) ? renderLink(href, label || href) : document.createTextNode(whole);
  if (user !== undefined) return renderUser(user);
  if (auto !== undefined) return renderLink(auto, auto);
  if (bold ?? bold2) return h('strong', {}, ...renderSpans(bold ?? bold2 ?? ''));
  if (strike !== undefined) return h('s', {}, ...renderSpans(strike));
  if (italic ?? italic2) return h('em', {}, ...renderSpans(italic ?? italic2 ?? ''));
  if (emoji !== undefined) return isEmoji(emoji) ? renderEmoji(emoji) : null;
  if (whole === '\n') return h('br');
  return renderLink(whole, whole);
}
