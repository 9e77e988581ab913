import { closeInspector } from './inspector.js';
import { closeMenu } from './menu.js';
import { closeThread } from './navigate.js';
import { openQuickSwitch } from './quick-switch.js';
import { state } from './state.js';

/** The keys that work everywhere: Ctrl+K jumps, Escape closes, F6 and Ctrl+. go from region to region. */
export function startKeyboard() {
  document.addEventListener('keydown', (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openQuickSwitch();
    } else if (event.key === 'F6' || (isCommand && event.key === '.')) {
      event.preventDefault();
      moveRegion(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && !event.defaultPrevented) closeInnermost();
  });
}

/** A dialog closes itself; after it come menus, the sidebar of a narrow window, the inspector, the thread. */
function closeInnermost() {
  if (document.querySelector('dialog[open]') || closeMenu()) return;
  if (document.body.classList.contains('shows-sidebar')) document.body.classList.remove('shows-sidebar');
  else if (!closeInspector() && state.thread) closeThread();
}

/** @param {number} step */
function moveRegion(step) {
  const regions = [...document.querySelectorAll('[data-region]:not([hidden])')].filter(
    (region) => region instanceof HTMLElement && region.offsetParent !== null,
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const region = regions[(at + step + regions.length) % regions.length];
  const goal =
    region?.querySelector('[aria-current="page"]') ??
    region?.querySelector('textarea') ??
    region?.querySelector('button, input, [tabindex]');
  if (goal instanceof HTMLElement) goal.focus();
}
