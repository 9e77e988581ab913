import { editMessage } from './api.js';
import { h } from './dom.js';
import { decodeMessage, encodeTyped } from './message-text.js';
import { showProblem } from './notices.js';
import { state } from './state.js';

/** @typedef {import('../page-api.ts').MessageView} MessageView */

/**
 * Edits a message in its place: Enter saves, Escape leaves it as it was.
 * @param {HTMLElement} row
 * @param {MessageView} message
 */
export function openEditor(row, message) {
  if (row.querySelector('.editor')) return;
  const before = document.activeElement;
  const input = h('textarea', { class: 'input', 'aria-label': 'Edit message', rows: '2' });
  input.value = decodeMessage(message.text);
  const close = () => {
    editor.remove();
    row.classList.remove('editing');
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    else row.focus();
  };
  const save = () => void saveEdit(message, input.value, close);
  const editor = h(
    'div',
    { class: 'editor' },
    input,
    h(
      'div',
      { class: 'dialog-buttons' },
      h('button', { type: 'button', class: 'button small', onclick: close }, 'Cancel'),
      h('button', { type: 'button', class: 'button small primary', onclick: save }, 'Save'),
    ),
  );
  input.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  row.classList.add('editing');
  row.append(editor);
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
  row.scrollIntoView({ block: 'nearest' });
}

/** @param {MessageView} message @param {string} text @param {() => void} close */
async function saveEdit(message, text, close) {
  const next = text.trim();
  try {
    const isChanged = next !== '' && next !== decodeMessage(message.text);
    if (isChanged) await editMessage({ user: state.user, channel: message.channel, ts: message.ts, text: encodeTyped(next) });
    close();
  } catch (error) {
    showProblem('Saving the message', error);
  }
}
