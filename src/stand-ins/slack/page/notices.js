import { byId, h, iconButton } from './dom.js';

/**
 * Says something to screen readers only.
 * @param {string} text
 */
export function announce(text) {
  const log = byId('announcer');
  const line = h('p', {}, text);
  log.append(line);
  // Once read out it is gone, so that nobody finds every message twice on the page.
  setTimeout(() => line.remove(), 1500);
}

/**
 * Shows a short note at the bottom of the window; it goes away by itself, a problem stays a little longer.
 * @param {string} text
 * @param {'note' | 'problem'} [kind]
 */
export function showToast(text, kind = 'note') {
  const toast = h('div', { class: `toast ${kind}` }, h('span', {}, text));
  toast.append(iconButton('close', 'Dismiss', () => toast.remove()));
  byId('toasts').append(toast);
  setTimeout(() => toast.remove(), kind === 'problem' ? 9000 : 3500);
}

/**
 * Says why something asked for did not happen.
 * @param {string} doing
 * @param {unknown} error
 */
export function showProblem(doing, error) {
  showToast(`${doing}: ${error instanceof Error ? error.message : String(error)}.`, 'problem');
}
