import { deleteMessage, getPermalink } from './api.js';
import { askConfirm } from './dialog.js';
import { h, iconButton } from './dom.js';
import { openMenu } from './menu.js';
import { plainText } from './mrkdwn.js';
import { openThread } from './navigate.js';
import { showProblem, showToast } from './notices.js';
import { openReactionPicker } from './reactions.js';
import { emit, getConversation, listKeysOf, state } from './state.js';
import { dropMessage } from './sync.js';

/** @typedef {import('../page-api.ts').MessageView} MessageView */

/** The message a row shows now. @param {HTMLElement} row @returns {MessageView | undefined} */
export function findRowMessage(row) {
  const ts = row.dataset['ts'] ?? '';
  for (const key of listKeysOf(state.channel)) {
    const found = getConversation(key).messages.get(ts);
    if (found) return found;
  }
  return undefined;
}

/**
 * The buttons that appear over a message. They read the row's message when pressed, so one toolbar serves all its versions.
 * @param {HTMLElement} row
 */
export function renderToolbar(row) {
  const withMessage = (/** @type {(message: MessageView, anchor: HTMLElement) => void} */ use) => (/** @type {MouseEvent} */ event) => {
    const message = findRowMessage(row);
    if (message) use(message, /** @type {HTMLElement} */ (event.currentTarget));
  };
  return h(
    'div',
    { class: 'message-tools', role: 'toolbar', 'aria-label': 'Message actions' },
    iconButton(
      'smile',
      'Add a reaction',
      withMessage((message, anchor) => openReactionPicker(anchor, message)),
      { class: 'icon-button keep-posted' },
    ),
    iconButton(
      'reply',
      'Reply in thread',
      withMessage((message) => void openThread(message.thread_ts ?? message.ts)),
      { class: 'icon-button keep-posted' },
    ),
    iconButton(
      'link',
      'Copy link',
      withMessage((message) => void copyLink(message)),
      { class: 'icon-button keep-posted' },
    ),
    iconButton('more', 'More message actions', withMessage(openMessageMenu), { 'aria-haspopup': 'menu' }),
  );
}

/** @param {MessageView} message @param {HTMLElement} anchor */
function openMessageMenu(message, anchor) {
  /** @type {import('./menu.js').MenuItem[]} */
  const items = [{ label: 'Copy text', choose: () => void copyText(plainText(message.text), 'Text copied') }];
  if (message.ephemeral_for) items.push({ label: 'Dismiss message', choose: () => dropMessage(message.channel, message.ts) });
  if (message.user === state.user && !message.ephemeral_for) {
    items.push({ label: 'Edit message', choose: () => startEdit(message, anchor) });
    items.push({ label: 'Delete message…', choose: () => void confirmDelete(message), danger: true });
  }
  openMenu(anchor, items, 'More message actions');
}

/** Opens the editor in the message's place. @param {MessageView} message @param {HTMLElement} inside any element of the row */
export function startEdit(message, inside) {
  emit('edit', { ts: message.ts, inThread: inside.closest('#thread') !== null });
}

/** @param {MessageView} message */
export async function confirmDelete(message) {
  const sure = await askConfirm({
    title: 'Delete message',
    text: h('div', {}, 'Delete this message? This cannot be undone.', h('blockquote', {}, plainText(message.text).slice(0, 300))),
    confirm: 'Delete',
    deny: 'Cancel',
    danger: true,
  });
  if (!sure) return;
  await deleteMessage({ user: state.user, channel: message.channel, ts: message.ts }).catch((error) =>
    showProblem('Deleting the message', error),
  );
}

/** Puts the message's permalink on the clipboard. @param {MessageView} message */
export async function copyLink(message) {
  try {
    const { path } = await getPermalink(message.channel, message.ts);
    await copyText(new URL(path, location.origin).href, 'Link copied');
  } catch (error) {
    showProblem('Copying the link', error);
  }
}

/** @param {string} text @param {string} done */
async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    showToast(done);
  } catch {
    // Without the clipboard (plain http from another machine) the text is shown, to be copied by hand.
    showToast(text);
  }
}
