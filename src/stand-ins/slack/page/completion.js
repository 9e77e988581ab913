import { h } from './dom.js';
import { findEmoji, renderEmoji } from './emoji.js';
import { state } from './state.js';

/** @typedef {{insert: string, label: Node | string, hint: string}} Suggestion */
/** @typedef {{start: number, suggestions: Suggestion[]}} Found */

const LIMIT = 8;

/**
 * What could be meant by the word before the caret: a command, a person, a channel or an emoji.
 * @param {string} text
 * @param {number} caret
 * @returns {Found | null}
 */
export function findSuggestions(text, caret) {
  const before = text.slice(0, caret);
  if (/^\/\S*$/.test(before)) return toFound(0, listCommands(before));
  const match = /(?:^|[\s(])([@#:])([\w.+-]*)$/.exec(before);
  if (!match) return null;
  const [, sign = '', word = ''] = match;
  const start = caret - word.length - 1;
  if (sign === '@') return toFound(start, listPeople(word.toLowerCase()));
  if (sign === '#') return toFound(start, listChannels(word.toLowerCase()));
  return word.length < 2 ? null : toFound(start, listEmoji(word));
}

/** @param {number} start @param {Suggestion[]} suggestions @returns {Found | null} */
function toFound(start, suggestions) {
  return suggestions.length ? { start, suggestions: suggestions.slice(0, LIMIT) } : null;
}

/** @param {string} word @returns {Suggestion[]} */
function listCommands(word) {
  const commands = state.workspace?.commands ?? [];
  return commands
    .filter((one) => one.command.startsWith(word.toLowerCase()))
    .map((one) => ({ insert: `${one.command} `, label: `${one.command} ${one.usage_hint}`, hint: one.description }));
}

/** @param {string} word @returns {Suggestion[]} */
function listPeople(word) {
  const people = [...(state.workspace?.users ?? []), ...(state.workspace ? [state.workspace.bot] : [])];
  const unique = [...new Map(people.map((user) => [user.id, user])).values()];
  const found = unique
    .filter((user) => user.name.toLowerCase().startsWith(word) || user.real_name.toLowerCase().includes(word))
    .map((user) => ({ insert: `@${user.name} `, label: `@${user.name}`, hint: user.is_bot ? `${user.real_name} · app` : user.real_name }));
  const all = [{ insert: '@here ', label: '@here', hint: 'Notify everyone who is active' }];
  return [...found, ...all.filter((one) => one.label.slice(1).startsWith(word) && word !== '')];
}

/** @param {string} word @returns {Suggestion[]} */
function listChannels(word) {
  return (state.workspace?.channels ?? [])
    .filter((channel) => channel.kind !== 'im' && channel.name.toLowerCase().includes(word))
    .map((channel) => ({ insert: `#${channel.name} `, label: `#${channel.name}`, hint: channel.topic }));
}

/** @param {string} word @returns {Suggestion[]} */
function listEmoji(word) {
  return findEmoji(word, LIMIT).map((name) => ({ insert: `:${name}: `, label: h('span', {}, renderEmoji(name), ` :${name}:`), hint: '' }));
}

/**
 * The list over a message box. The box keeps the focus; the list is named by aria-activedescendant.
 */
export class CompletionList {
  /** @param {HTMLTextAreaElement} input @param {string} id */
  constructor(input, id) {
    this.input = input;
    this.at = 0;
    /** @type {Found | null} */
    this.found = null;
    this.element = h('div', { class: 'completion', role: 'listbox', id, 'aria-label': 'Suggestions', hidden: true });
    input.setAttribute('aria-controls', id);
    input.setAttribute('aria-autocomplete', 'list');
  }

  /** Looks again at what is typed. */
  update() {
    const { value, selectionStart } = this.input;
    this.found = findSuggestions(value, selectionStart);
    this.at = 0;
    this.draw();
  }

  close() {
    this.found = null;
    this.draw();
  }

  draw() {
    const suggestions = this.found?.suggestions ?? [];
    this.element.hidden = suggestions.length === 0;
    this.element.replaceChildren(
      ...suggestions.map((one, index) =>
        h(
          'div',
          {
            class: 'completion-item',
            role: 'option',
            id: `${this.element.id}-${index}`,
            'aria-selected': String(index === this.at),
            onpointerdown: (/** @type {Event} */ event) => {
              event.preventDefault();
              this.accept(index);
            },
          },
          h('span', { class: 'completion-label' }, one.label),
          h('span', { class: 'completion-hint' }, one.hint),
        ),
      ),
    );
    if (suggestions.length) this.input.setAttribute('aria-activedescendant', `${this.element.id}-${this.at}`);
    else this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {number} index */
  accept(index) {
    const { found } = this;
    const chosen = found?.suggestions[index];
    if (!found || !chosen) return;
    this.input.setRangeText(chosen.insert, found.start, this.input.selectionStart, 'end');
    this.close();
    this.input.dispatchEvent(new Event('input'));
  }

  /**
   * Handles a key while the list is open; answers whether the key is used up.
   * @param {KeyboardEvent} event
   */
  handleKey(event) {
    const { found } = this;
    if (!found) return false;
    const count = found.suggestions.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.at = (this.at + (event.key === 'ArrowDown' ? 1 : -1) + count) % count;
      this.draw();
    } else if (event.key === 'Tab' && !event.shiftKey) this.accept(this.at);
    else if (event.key === 'Enter' && !event.shiftKey && !this.isComplete()) this.accept(this.at);
    else if (event.key === 'Escape') this.close();
    else return false;
    return true;
  }

  /** Whether the word stands there in full already, so that Enter should send instead of completing. */
  isComplete() {
    const chosen = this.found?.suggestions[this.at]?.insert.trim();
    return this.input.value.slice(this.found?.start, this.input.selectionStart).trim() === chosen;
  }
}
