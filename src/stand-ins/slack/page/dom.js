/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {string | number | boolean | null | undefined | ((event: never) => void)} PropertyValue */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Builds an element. Text always becomes a text node, so nothing a message says can turn into markup.
 * `on…` properties are listeners, `class`, `data-…` and `aria-…` are attributes, true/false switch an attribute on or off.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, PropertyValue>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(element, name, value);
  appendAll(element, children);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {PropertyValue} value
 */
function setProperty(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  else if (name === 'value' && 'value' in element) element.value = String(value);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * Appends children, skipping empty ones.
 * @param {Node} parent
 * @param {(Child | Child[])[]} children
 */
export function appendAll(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Replaces everything inside a parent.
 * @param {Element} parent
 * @param {...(Child | Child[])} children
 */
export function fill(parent, ...children) {
  const fragment = document.createDocumentFragment();
  appendAll(fragment, children);
  parent.replaceChildren(fragment);
}

/**
 * The element with this id; index.html promises that it exists.
 * @param {string} id
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element #${id}`);
  return element;
}

/** @type {Record<string, string>} */
const ICONS = {
  hash: 'M4 9h16M4 15h16M10 3 8 21M16 3l-2 18',
  lock: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3',
  home: 'M3 11 12 4l9 7M6 9.500V20h12V9.500',
  send: 'M4 4l16 8-16 8 3-8zM7 12h7',
  attach: 'M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.500 3.500 0 0 1 5 5l-8.500 8.500a2 2 0 0 1-3-3L14 7',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 14.500a4.500 4.500 0 0 0 7 0M9 9.500v.5M15 9.500v.5',
  reply: 'M4 5h16v11h-9l-4 4v-4H4zM8 9h8M8 12h5',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.500 11v6M13.500 11v6',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  menu: 'M4 7h16M4 12h16M4 17h16',
  more: 'M6 12h.010M12 12h.010M18 12h.010',
  down: 'M6 9l6 6 6-6',
  pulse: 'M3 12h4l3-8 4 16 3-8h4',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500 19 19M19 5l-1.500 1.500M6.500 17.500 5 19',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z',
  auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  warn: 'M12 4 2.500 20h19zM12 10v5M12 17.500v.3',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  copy: 'M8 8h11v12H8zM5 16V4h11',
  check: 'M5 12.500l4.500 4.500L19 7',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500 21 21',
};

/**
 * A decorative line icon.
 * @param {string} name
 * @param {number} [size]
 */
export function icon(name, size = 18) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('width', String(size));
  svg.setAttribute('height', String(size));
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name] ?? '');
  svg.appendChild(path);
  return svg;
}

/**
 * A button that shows only an icon and is named by its label.
 * @param {string} iconName
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {Record<string, PropertyValue>} [props]
 */
export function iconButton(iconName, label, onclick, props = {}) {
  return h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...props }, icon(iconName));
}

/**
 * Draws a place anew and puts the focus back on the control that had it, if that is still there.
 * @param {() => void} draw
 */
export function keepFocus(draw) {
  const active = document.activeElement;
  const actionId = active instanceof HTMLElement ? active.dataset['actionId'] : undefined;
  const place = active?.closest('dialog, #home');
  draw();
  if (!actionId || !place) return;
  const again = document.querySelector(`:is(dialog[open], #home) [data-action-id="${CSS.escape(actionId)}"]`);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/**
 * The address when it is safe to put into a link, otherwise null: never javascript:, data: or file:.
 * @param {unknown} url
 */
export function toSafeHref(url) {
  if (typeof url !== 'string') return null;
  try {
    const parsed = new URL(url, location.origin);
    return ['http:', 'https:', 'mailto:', 'tel:', 'slack:'].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}
