import { confirmDelete, copyLink, findRowMessage, startEdit } from './message-tools.js';
import { openThread } from './navigate.js';
import { state } from './state.js';

/** @typedef {import('../page-api.ts').MessageView} MessageView */

/** @type {Record<string, (message: MessageView, row: HTMLElement) => void>} */
const KEYS = {
  t: (message) => void openThread(message.thread_ts ?? message.ts),
  ArrowRight: (message) => void openThread(message.thread_ts ?? message.ts),
  l: (message) => void copyLink(message),
  r: (_message, row) => press(row, '.message-tools .icon-button'),
  e: (message, row) => message.user === state.user && startEdit(message, row),
  Delete: (message) => message.user === state.user && void confirmDelete(message),
  Enter: (_message, row) => focusFirst(row),
};

/** Arrow keys walk through messages; letters act on the focused one (t thread, r react, e edit, l link). @param {KeyboardEvent} event */
export function handleRowKey(event) {
  const row = /** @type {HTMLElement} */ (event.target);
  if (row.getAttribute('role') !== 'listitem' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp' || event.key === 'Home' || event.key === 'End') {
    event.preventDefault();
    walk(row, event.key);
    return;
  }
  const message = findRowMessage(row);
  const act = KEYS[event.key];
  if (!message || !act) return;
  event.preventDefault();
  act(message, row);
}

/** @param {HTMLElement} row @param {string} key */
function walk(row, key) {
  const rows = [...(row.parentElement?.querySelectorAll('[role="listitem"]') ?? [])];
  const at = rows.indexOf(row);
  /** @type {Record<string, number>} */
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const goal = rows[Math.max(0, Math.min(rows.length - 1, goals[key] ?? at))];
  if (goal instanceof HTMLElement) goal.focus();
}

/** @param {HTMLElement} row @param {string} selector */
function press(row, selector) {
  const button = row.querySelector(selector);
  if (button instanceof HTMLElement) button.click();
}

/** @param {HTMLElement} row */
function focusFirst(row) {
  const first = row.querySelector('.message-body button, .message-body a, .message-body input, .message-body select');
  if (first instanceof HTMLElement) first.focus();
}
