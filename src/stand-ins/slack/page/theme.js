import { emit } from './state.js';

const ORDER = /** @type {const} */ (['auto', 'light', 'dark']);

/** @returns {'auto' | 'light' | 'dark'} */
export function readTheme() {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}

/** Goes on to the next theme: as the system, light, dark. */
export function nextTheme() {
  const next = ORDER[(ORDER.indexOf(readTheme()) + 1) % ORDER.length] ?? 'auto';
  if (next === 'auto') {
    delete document.documentElement.dataset['theme'];
    localStorage.removeItem('console-theme');
  } else {
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem('console-theme', next);
  }
  emit('theme');
}
