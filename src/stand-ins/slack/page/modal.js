import { closeView, submitView } from './api.js';
import { renderBlocks } from './blocks/render.js';
import { asText, readText } from './blocks/text.js';
import { fill, h, icon, iconButton, keepFocus } from './dom.js';
import { showProblem } from './notices.js';
import { on, state } from './state.js';
import { resync } from './sync.js';

/**
 * @typedef {import('./blocks/text.js').Json} Json
 * @typedef {import('../page-api.ts').OpenView} OpenView
 * @typedef {{blockId: string, actionId: string, read: () => Json, write: (value: Json) => void}} Field
 * @typedef {{id: string, view: string, dialog: HTMLDialogElement, fields: Field[]}} Shown
 */

/** @type {Shown | null} */
let shown = null;
/** @type {Element | null} */
let before = null;
/** What was typed in views that lie under the top one. @type {Map<string, Map<string, Json>>} */
const kept = new Map();

/** Keeps the dialog in step with the topmost open view of this user. */
export function startModals() {
  on('modals', () => keepFocus(draw));
}

function draw() {
  const open = state.modals.at(-1);
  const alive = new Set(state.modals.map((modal) => modal.id));
  for (const id of kept.keys()) if (!alive.has(id)) kept.delete(id);
  if (shown && shown.id === open?.id && shown.view === JSON.stringify(open.view)) return;
  if (shown) {
    if (alive.has(shown.id)) keepValues(shown);
    shown.dialog.remove();
  } else before = document.activeElement;
  shown = null;
  if (open) show(open);
  else if (before instanceof HTMLElement && before.isConnected) before.focus();
}

/** @param {Shown} view */
function keepValues(view) {
  kept.set(view.id, new Map(view.fields.map((field) => [`${field.blockId}/${field.actionId}`, field.read()])));
}

/** @param {OpenView} open */
function show(open) {
  const { view } = open;
  /** @type {Field[]} */
  const fields = [];
  const keep = (
    /** @type {string} */ blockId,
    /** @type {string} */ actionId,
    /** @type {() => Json} */ read,
    /** @type {(value: Json) => void} */ write,
  ) => void fields.push({ blockId, actionId, read, write });
  const surface = { view_id: open.id, fallback: '', files: [], keep, readState: () => collectValues(fields) };
  const title = readText(view['title']);
  const problem = h('div', { class: 'modal-problem', role: 'alert', hidden: true });
  const dialog = h('dialog', { class: 'modal', 'aria-label': title });
  const close = () => void closeTop(open, false);
  const isStacked = state.modals.length > 1;
  const form = h(
    'form',
    { class: 'modal-form', novalidate: true, onsubmit: (/** @type {Event} */ event) => void submit(event, open, fields, dialog, problem) },
    h(
      'header',
      { class: 'pane-head' },
      isStacked ? iconButton('back', 'Back', close) : null,
      h('div', { class: 'pane-title' }, h('h2', {}, title)),
      iconButton('close', 'Close dialog', () => void closeTop(open, true)),
    ),
    h('div', { class: 'modal-body' }, problem, renderBlocks(view['blocks'], surface)),
    h(
      'footer',
      { class: 'dialog-buttons' },
      h('button', { type: 'button', class: 'button', onclick: close }, readText(view['close']) || 'Cancel'),
      view['submit'] ? h('button', { type: 'submit', class: 'button primary' }, readText(view['submit'])) : null,
    ),
  );
  dialog.append(form);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  dialog.showModal();
  for (const field of fields) {
    const value = kept.get(open.id)?.get(`${field.blockId}/${field.actionId}`);
    if (value) field.write(value);
  }
  const first = dialog.querySelector('[autofocus]') ?? dialog.querySelector('.modal-body input, .modal-body textarea, .modal-body select');
  if (first instanceof HTMLElement) first.focus();
  shown = { id: open.id, view: JSON.stringify(view), dialog, fields };
}

/** Leaves one view, or the whole stack. @param {OpenView} open @param {boolean} all */
async function closeTop(open, all) {
  const leaving = all ? state.modals.toReversed() : [open];
  const ids = new Set(leaving.map((modal) => modal.id));
  state.modals = state.modals.filter((modal) => !ids.has(modal.id));
  draw();
  try {
    for (const modal of leaving) await closeView({ user: state.user, view_id: modal.id, cleared: all });
  } catch {
    // The server knows already that the view is gone.
  }
}

/** The values in the shape of Slack's view.state.values. @param {Field[]} fields */
function collectValues(fields) {
  /** @type {Record<string, Record<string, Json>>} */
  const values = {};
  for (const { blockId, actionId, read } of fields) (values[blockId] ??= {})[actionId] = read();
  return values;
}

/** @param {Json} value */
function isEmpty(value) {
  return Object.entries(value).every(
    ([name, content]) => name === 'type' || content === null || content === '' || (Array.isArray(content) && content.length === 0),
  );
}

/**
 * What Slack's own client refuses before it asks the app.
 * @param {HTMLDialogElement} dialog
 * @param {Field[]} fields
 */
function findMissing(dialog, fields) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const field of fields) {
    const block = findBlock(dialog, field.blockId);
    const isRequired = block?.querySelector('.input-block[data-optional="false"]');
    const control = block?.querySelector('input, textarea');
    if (isRequired && isEmpty(field.read())) errors[field.blockId] = 'Please complete this required field.';
    else if (control instanceof HTMLInputElement && !control.checkValidity()) errors[field.blockId] = control.validationMessage;
  }
  return errors;
}

/** @param {HTMLDialogElement} dialog @param {string} blockId */
function findBlock(dialog, blockId) {
  return dialog.querySelector(`[data-block-id="${CSS.escape(blockId)}"]`);
}

/** @param {HTMLDialogElement} dialog @param {Record<string, string>} errors */
function showErrors(dialog, errors) {
  for (const place of dialog.querySelectorAll('.input-error')) fill(place);
  for (const invalid of dialog.querySelectorAll('[aria-invalid]')) invalid.removeAttribute('aria-invalid');
  for (const [blockId, words] of Object.entries(errors)) {
    const block = findBlock(dialog, blockId);
    const place = block?.querySelector('.input-error');
    if (place) fill(place, icon('warn', 14), asText(words));
    block?.querySelector('input, textarea, select')?.setAttribute('aria-invalid', 'true');
  }
  const first = dialog.querySelector('[aria-invalid="true"]');
  if (first instanceof HTMLElement) first.focus();
}

/**
 * @param {Event} event
 * @param {OpenView} open
 * @param {Field[]} fields
 * @param {HTMLDialogElement} dialog
 * @param {HTMLElement} problem
 */
async function submit(event, open, fields, dialog, problem) {
  event.preventDefault();
  if (dialog.getAttribute('aria-busy') === 'true') return;
  problem.hidden = true;
  const missing = findMissing(dialog, fields);
  showErrors(dialog, missing);
  if (Object.keys(missing).length) return;
  dialog.setAttribute('aria-busy', 'true');
  try {
    const { outcome, errors } = await submitView({ user: state.user, view_id: open.id, values: collectValues(fields) });
    if (errors) showErrors(dialog, errors);
    problem.hidden = outcome === 'acked';
    problem.textContent = `The app did not answer (${outcome}). Nothing was submitted; try again.`;
    if (outcome === 'acked' && !errors && !state.connected) await resync();
  } catch (error) {
    showProblem('Submitting the form', error);
  } finally {
    dialog.removeAttribute('aria-busy');
  }
}
