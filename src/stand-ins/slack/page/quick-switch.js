import { h, icon } from './dom.js';
import { goHome, goToChannel, switchUser } from './navigate.js';
import { nameChannel, state } from './state.js';

/** @typedef {{name: string, hint: string, sign: Node | null, go: () => void}} Goal */

/** Opens the box that jumps to a channel, a person or the Home tab by a few letters. */
export function openQuickSwitch() {
  if (document.querySelector('dialog.quick')) return;
  let at = 0;
  const input = h('input', {
    class: 'input',
    type: 'text',
    placeholder: 'Jump to a channel or person',
    'aria-label': 'Jump to',
    'aria-controls': 'quick-list',
  });
  const list = h('div', { class: 'quick-list', role: 'listbox', id: 'quick-list', 'aria-label': 'Places' });
  const dialog = h('dialog', { class: 'quick', 'aria-label': 'Jump to' }, input, list);
  const close = () => dialog.remove();
  const find = () => listGoals().filter((goal) => goal.name.toLowerCase().includes(input.value.trim().toLowerCase().replace(/^[#@]/, '')));
  const choose = (/** @type {Goal | undefined} */ goal) => {
    close();
    goal?.go();
  };
  const show = () => {
    const found = find();
    at = Math.max(0, Math.min(at, found.length - 1));
    list.replaceChildren(
      ...found.map((goal, index) =>
        h(
          'div',
          {
            class: 'completion-item',
            role: 'option',
            id: `quick-${index}`,
            'aria-selected': String(index === at),
            onclick: () => choose(goal),
          },
          h('span', { class: 'completion-label' }, goal.sign, goal.name),
          h('span', { class: 'completion-hint' }, goal.hint),
        ),
      ),
    );
    input.setAttribute('aria-activedescendant', `quick-${at}`);
  };
  input.addEventListener('input', () => {
    at = 0;
    show();
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const count = find().length;
      at = count ? (at + (event.key === 'ArrowDown' ? 1 : -1) + count) % count : 0;
      show();
    } else if (event.key === 'Enter') choose(find()[at]);
  });
  dialog.addEventListener('cancel', close);
  dialog.addEventListener('click', (event) => event.target === dialog && close());
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  show();
}

/** @returns {Goal[]} */
function listGoals() {
  const channels = state.workspace?.channels ?? [];
  const unreadFirst = [...channels].sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0));
  const places = unreadFirst.map((channel) => ({
    name: nameChannel(channel),
    hint: channel.unread > 0 ? `${channel.unread} unread` : channel.kind === 'im' ? 'direct message' : channel.topic,
    sign: channel.kind === 'im' ? null : icon(channel.kind === 'private' ? 'lock' : 'hash', 16),
    go: () => void goToChannel(channel.id),
  }));
  const home = { name: `${state.workspace?.bot.real_name ?? 'App'} Home`, hint: 'app', sign: icon('home', 16), go: () => void goHome() };
  const people = (state.workspace?.users ?? [])
    .filter((user) => !user.is_bot && user.id !== state.user)
    .map((user) => ({ name: `Act as ${user.real_name || user.name}`, hint: user.title, sign: null, go: () => void switchUser(user.id) }));
  return [...places, home, ...people];
}
