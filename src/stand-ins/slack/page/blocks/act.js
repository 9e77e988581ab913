import { sendAction } from '../api.js';
import { askConfirm } from '../dialog.js';
import { h, icon } from '../dom.js';
import { showProblem } from '../notices.js';
import { on, state } from '../state.js';
import { asObject, asText, readText, renderTextObject } from './text.js';

/**
 * @typedef {import('./text.js').Json} Json
 * @typedef {import('../../page-api.ts').FileView} FileView
 */

/**
 * Where blocks stand: a message, the Home tab or a modal. Says where a click is sent and what old clients would show.
 * `keep` takes the reader of an input's value; only modals and the Home tab have one.
 * @typedef {{
 *   channel?: string | undefined, message_ts?: string | undefined, view_id?: string | undefined,
 *   fallback: string, files: readonly FileView[], readState?: (() => unknown) | undefined,
 *   keep?: ((blockId: string, actionId: string, read: () => Json, write: (value: Json) => void) => void) | undefined,
 * }} Surface
 */

/**
 * Sends a click or a choice to the bot, after the confirm dialog when there is one. The control is pending until the bot has answered;
 * when it does not, a warning stays beside it.
 * @param {Surface} surface
 * @param {string} blockId
 * @param {Json} element
 * @param {{value?: unknown, selected?: unknown}} detail
 * @param {HTMLElement} control
 * @param {Json} [option] chosen option, whose own confirm dialog counts too
 */
export async function act(surface, blockId, element, detail, control, option = {}) {
  if (control.getAttribute('aria-busy') === 'true') return;
  const confirm = element['confirm'] ?? option['confirm'];
  if (confirm && !(await confirmFirst(asObject(confirm)))) return;
  const { channel, message_ts, view_id } = surface;
  const actionId = asText(element['action_id']);
  control.setAttribute('aria-busy', 'true');
  clearWarning(control);
  try {
    const { outcome } = await sendAction({
      user: state.user,
      channel,
      message_ts,
      view_id,
      block_id: blockId,
      action_id: actionId,
      state: surface.readState?.(),
      ...detail,
    });
    if (outcome !== 'acked') warn(findAgain(control, surface, blockId, actionId), outcome);
  } catch (error) {
    showProblem('Sending the click', error);
    warn(findAgain(control, surface, blockId, actionId), 'not sent');
  } finally {
    control.removeAttribute('aria-busy');
  }
}

/** @param {Json} confirm */
function confirmFirst(confirm) {
  return askConfirm({
    title: readText(confirm['title']) || 'Are you sure?',
    text: renderTextObject(confirm['text']),
    confirm: readText(confirm['confirm']) || 'Yes',
    deny: readText(confirm['deny']) || 'Cancel',
    danger: confirm['style'] === 'danger',
  });
}

/**
 * The message may have been edited meanwhile, which draws a new control.
 * @param {HTMLElement} control
 * @param {Surface} surface
 * @param {string} blockId
 * @param {string} actionId
 */
function findAgain(control, surface, blockId, actionId) {
  if (control.isConnected || !surface.message_ts) return control;
  return findControl(surface.message_ts, blockId, actionId) ?? control;
}

/** @param {string} ts @param {string} blockId @param {string} actionId */
function findControl(ts, blockId, actionId) {
  const inBlock = `[data-ts="${CSS.escape(ts)}"] [data-block-id="${CSS.escape(blockId)}"]`;
  const found = document.querySelector(`${inBlock} [data-action-id="${CSS.escape(actionId)}"]`);
  return found instanceof HTMLElement ? found : null;
}

/** @param {HTMLElement} control */
function clearWarning(control) {
  const next = control.nextElementSibling;
  if (next?.classList.contains('action-warning')) next.remove();
}

/** @param {HTMLElement} control @param {string} reason */
function warn(control, reason) {
  clearWarning(control);
  const words = `The app did not answer this click (${reason}). Try again, or ask what it is doing.`;
  control.after(h('span', { class: 'action-warning', role: 'img', 'aria-label': words, title: words }, icon('warn', 18)));
}

on('action_failed', (/** @type {{message_ts: string, block_id: string, action_id: string}} */ event) => {
  const control = findControl(event.message_ts, event.block_id, event.action_id);
  if (control) warn(control, 'operation_timeout');
});
