import { h } from './dom.js';

/**
 * Asks before something is done; answers whether to go on. Escape means no.
 * @param {{title: string | Node, text: string | Node, confirm: string, deny: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function askConfirm(question) {
  const { promise, resolve } = withResolvers();
  const back = document.activeElement;
  const deny = h('button', { type: 'button', class: 'button', onclick: () => finish(false) }, question.deny);
  const confirm = h(
    'button',
    { type: 'button', class: question.danger ? 'button danger' : 'button primary', onclick: () => finish(true) },
    question.confirm,
  );
  const dialog = h(
    'dialog',
    { class: 'confirm', 'aria-label': 'Confirm' },
    h('h2', {}, question.title),
    h('div', { class: 'confirm-text' }, question.text),
    h('div', { class: 'dialog-buttons' }, deny, confirm),
  );
  const finish = (/** @type {boolean} */ answer) => {
    dialog.close();
    dialog.remove();
    if (back instanceof HTMLElement) back.focus();
    resolve(answer);
  };
  dialog.addEventListener('cancel', () => finish(false));
  document.body.append(dialog);
  dialog.showModal();
  confirm.focus();
  return promise;
}

/** @returns {{promise: Promise<boolean>, resolve: (answer: boolean) => void}} */
function withResolvers() {
  /** @type {(answer: boolean) => void} */
  let resolve = () => undefined;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
