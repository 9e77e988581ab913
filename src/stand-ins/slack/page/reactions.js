import { setReaction } from './api.js';
import { h, icon } from './dom.js';
import { QUICK_REACTIONS, findEmoji, renderEmoji } from './emoji.js';
import { closeMenu, showPopup } from './menu.js';
import { showProblem } from './notices.js';
import { nameUser, state } from './state.js';

/** @typedef {import('../page-api.ts').MessageView} MessageView */

/** @param {MessageView} message @param {string} name */
function toggleReaction(message, name) {
  const mine = message.reactions.some((reaction) => reaction.name === name && reaction.users.includes(state.user));
  setReaction({ user: state.user, channel: message.channel, ts: message.ts, name, remove: mine }).catch((error) =>
    showProblem(mine ? 'Removing the reaction' : 'Adding the reaction', error),
  );
}

/** The row of reactions under a message. @param {MessageView} message */
export function renderReactions(message) {
  const chips = message.reactions.map((reaction) => {
    const mine = reaction.users.includes(state.user);
    const people = reaction.users.map((user) => (user === state.user ? 'you' : nameUser(user))).join(', ');
    return h(
      'button',
      {
        type: 'button',
        class: mine ? 'reaction mine' : 'reaction',
        'aria-pressed': String(mine),
        'aria-label': `${reaction.name}, ${reaction.users.length}: ${people}`,
        title: `${people} reacted with :${reaction.name}:`,
        'data-reaction': reaction.name,
        onclick: () => toggleReaction(message, reaction.name),
      },
      renderEmoji(reaction.name),
      h('span', { class: 'reaction-count' }, reaction.users.length),
    );
  });
  const add = h(
    'button',
    {
      type: 'button',
      class: 'reaction add',
      'aria-label': 'Add a reaction',
      title: 'Add a reaction',
      onclick: () => openReactionPicker(add, message),
    },
    icon('smile', 16),
  );
  return h('div', { class: 'reactions' }, chips, add);
}

/** Opens the picker for a message. @param {HTMLElement} anchor @param {MessageView} message */
export function openReactionPicker(anchor, message) {
  openEmojiPicker(anchor, (name) => toggleReaction(message, name));
}

/**
 * A small picker: the common ones at once, all others by name.
 * @param {HTMLElement} anchor
 * @param {(name: string) => void} choose
 */
export function openEmojiPicker(anchor, choose) {
  const grid = h('div', { class: 'emoji-grid' });
  const search = h('input', { class: 'input', type: 'text', placeholder: 'Search emoji', 'aria-label': 'Search emoji' });
  const show = () => {
    const names =
      search.value.trim() === ''
        ? [...QUICK_REACTIONS, ...findEmoji('', 48).filter((name) => !QUICK_REACTIONS.includes(name))]
        : findEmoji(search.value.trim(), 48);
    grid.replaceChildren(...names.map((name) => renderChoice(name, choose)));
  };
  search.addEventListener('input', show);
  search.addEventListener('keydown', (event) => {
    const first = grid.firstElementChild;
    if (event.key === 'Enter' && first instanceof HTMLElement) first.click();
    if (event.key === 'ArrowDown' && first instanceof HTMLElement) first.focus();
  });
  grid.addEventListener('keydown', (event) => moveInGrid(event, grid));
  show();
  showPopup(anchor, h('div', { class: 'menu emoji-picker', role: 'dialog', 'aria-label': 'Choose an emoji' }, search, grid));
  search.focus();
}

/** @param {string} name @param {(name: string) => void} choose */
function renderChoice(name, choose) {
  const pick = () => {
    closeMenu();
    choose(name);
  };
  return h(
    'button',
    { type: 'button', class: 'emoji-choice', 'aria-label': name, title: `:${name}:`, 'data-emoji': name, onclick: pick },
    renderEmoji(name),
  );
}

/** @param {KeyboardEvent} event @param {HTMLElement} grid */
function moveInGrid(event, grid) {
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const choices = [...grid.children];
  const next = choices[choices.indexOf(/** @type {Element} */ (document.activeElement)) + step];
  if (next instanceof HTMLElement) next.focus();
}
