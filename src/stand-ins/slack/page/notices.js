import { byId, h, iconButton } from './dom.js';

/**
 * Says something to screen readers only.
 * @param {string} text
 */
export function announce(text) {
  const log = byId('announcer');
  log.append(h('p', {}, text));
  while (log.childElementCount > 20) log.firstElementChild?.remove();
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
