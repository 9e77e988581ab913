import { h } from './dom.js';

/** @typedef {{label: string | Node, choose: () => void, danger?: boolean, checked?: boolean, hint?: string}} MenuItem */

/** @type {(() => void) | null} */
let closeOpen = null;

/** Closes the open menu, if there is one; answers whether there was. */
export function closeMenu() {
  if (!closeOpen) return false;
  closeOpen();
  return true;
}

/**
 * Opens a menu at a button. Arrow keys move, Enter chooses, Escape closes and gives the focus back.
 * @param {HTMLElement} anchor
 * @param {MenuItem[]} items
 * @param {string} label
 */
export function openMenu(anchor, items, label) {
  const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': label });
  for (const item of items) menu.append(renderItem(item));
  showPopup(anchor, menu);
  menu.addEventListener('keydown', (event) => moveFocus(event, menu));
  const first = menu.querySelector('[aria-checked="true"]') ?? menu.firstElementChild;
  if (first instanceof HTMLElement) first.focus();
}

/**
 * Puts a box beside its anchor, inside the window. A press outside, Escape or a choice closes it.
 * @param {HTMLElement} anchor
 * @param {HTMLElement} box
 */
export function showPopup(anchor, box) {
  closeMenu();
  const host = anchor.closest('dialog') ?? document.body;
  host.append(box);
  placeNear(anchor, box);
  anchor.setAttribute('aria-expanded', 'true');
  const onPointer = (/** @type {PointerEvent} */ event) => {
    const target = /** @type {Node} */ (event.target);
    if (!box.contains(target) && !anchor.contains(target)) close();
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape' && event.key !== 'Tab') return;
    if (event.key === 'Escape') event.preventDefault();
    event.stopPropagation();
    close();
    anchor.focus();
  };
  const close = () => {
    box.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', onPointer, true);
    if (closeOpen === close) closeOpen = null;
  };
  box.addEventListener('keydown', onKey);
  document.addEventListener('pointerdown', onPointer, true);
  closeOpen = close;
}

/** @param {HTMLElement} anchor @param {HTMLElement} box */
function placeNear(anchor, box) {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.max(8, Math.min(from.right - width, window.innerWidth - width - 8));
  const fitsBelow = from.bottom + height + 8 < window.innerHeight;
  const top = fitsBelow ? from.bottom + 4 : Math.max(8, from.top - height - 4);
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
}

/** @param {MenuItem} item */
function renderItem(item) {
  const isRadio = item.checked !== undefined;
  return h(
    'button',
    {
      type: 'button',
      class: item.danger ? 'menu-item danger' : 'menu-item',
      role: isRadio ? 'menuitemradio' : 'menuitem',
      'aria-checked': isRadio ? String(item.checked) : null,
      tabindex: '-1',
      onclick: () => {
        closeMenu();
        item.choose();
      },
    },
    h('span', {}, item.label),
    item.hint ? h('span', { class: 'menu-hint' }, item.hint) : null,
  );
}

/**
 * Moves the focus among the children of a list with the arrow keys, Home and End.
 * @param {KeyboardEvent} event
 * @param {Element} list
 */
export function moveFocus(event, list) {
  const items = [...list.querySelectorAll('[role^="menuitem"], [role="option"], .nav-item')].filter((item) => item instanceof HTMLElement);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const goal = goals[event.key];
  if (goal === undefined || items.length === 0) return;
  event.preventDefault();
  items[(goal + items.length) % items.length]?.focus();
}
