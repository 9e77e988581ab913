import { formatDay, formatFull, formatTime, toDate } from './dates.js';
import { h, icon } from './dom.js';
import { openEditor } from './edit.js';
import { renderIntro } from './intro.js';
import { drawRow } from './message-row.js';
import { handleRowKey } from './row-keys.js';
import { findChannel, getConversation, listMessages, nameUser, on, state, toKey } from './state.js';
import { loadOlder, readChannel } from './sync.js';

/**
 * @typedef {import('../page-api.ts').MessageView} MessageView
 * @typedef {import('./state.js').ConversationChange} ConversationChange
 */

const GROUP_SECONDS = 300;
const NEAR_BOTTOM = 40;
const NEAR_TOP = 400;

/** The messages of one channel or thread. Draws single rows as they change and keeps the reader's place. */
export class MessageList {
  /** @param {string} channel @param {string} threadTs empty for the channel itself */
  constructor(channel, threadTs) {
    this.channel = channel;
    this.threadTs = threadTs;
    this.key = toKey(channel, threadTs);
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    /** @type {Map<string, {content: string, element: HTMLElement}>} */
    this.extras = new Map();
    /** @type {WeakMap<HTMLElement, {message: MessageView, compact: boolean}>} */
    this.drawn = new WeakMap();
    this.isStuck = true;
    this.isLoading = false;
    this.list = h('div', { class: 'message-list', role: 'list', 'aria-label': threadTs ? 'Messages of the thread' : 'Messages' });
    this.scroller = h('div', { class: 'message-scroll', onscroll: () => this.onScroll() }, this.list);
    const label = [icon('down', 16), 'Newest'];
    this.toBottom = h('button', { type: 'button', class: 'to-bottom', hidden: true, onclick: () => this.scrollToEnd() }, ...label);
    this.element = h('div', { class: 'message-area' }, this.scroller, this.toBottom);
    this.list.addEventListener('keydown', (event) => handleRowKey(event));
    this.sizes = new ResizeObserver(() => this.isStuck && this.scrollToEnd());
    this.sizes.observe(this.list);
    this.sizes.observe(this.scroller);
    this.stops = [
      on('conversation', (/** @type {ConversationChange} */ change) => change.key === this.key && this.apply(change)),
      on('show-target', () => this.showTarget()),
      on('edit', (/** @type {{ts: string, inThread: boolean}} */ wanted) => this.edit(wanted)),
    ];
    this.refresh();
  }

  /** Stops listening; the list is not used afterwards. */
  close() {
    for (const stop of this.stops) stop();
    this.sizes.disconnect();
  }

  /** @param {ConversationChange} change */
  apply(change) {
    if (change.kind === 'reset') this.refresh();
    else if (change.kind === 'removed') this.refresh();
    else this.save(change.ts);
  }

  /** One new or changed message: only its row is touched when its neighbours stay what they are. @param {string} ts */
  save(ts) {
    const row = this.rows.get(ts);
    const message = getConversation(this.key).messages.get(ts);
    if (!row || !message) {
      this.refresh();
      if (message?.user === state.user) this.scrollToEnd();
      else if (!this.isStuck) this.toBottom.classList.add('fresh');
      if (this.isStuck && !this.threadTs && document.visibilityState === 'visible') void readChannel(this.channel);
      return;
    }
    this.draw(row, message, this.drawn.get(row)?.compact ?? false);
  }

  /** @param {HTMLElement} row @param {MessageView} message @param {boolean} compact */
  draw(row, message, compact) {
    const last = this.drawn.get(row);
    if (last && last.message === message && last.compact === compact) return;
    this.drawn.set(row, { message, compact });
    row.setAttribute('aria-label', `${message.username ?? nameUser(message.user)}, ${formatTime(toDate(message.ts))}`);
    drawRow(row, message, { inThread: this.threadTs !== '', isCompact: compact });
  }

  /** Brings all rows in line with the state; rows that are right already are not touched. */
  refresh() {
    const conversation = getConversation(this.key);
    const messages = listMessages(this.key);
    /** @type {HTMLElement[]} */
    const children = [];
    if (!conversation.hasMore && conversation.loaded && !this.threadTs) {
      const channel = findChannel(this.channel);
      if (channel)
        children.push(this.keep('intro', `${channel.id}${messages.length === 0}`, () => renderIntro(channel, messages.length === 0)));
    }
    const alive = new Set();
    for (const [index, message] of messages.entries()) {
      const previous = messages[index - 1];
      const needsDay = !previous || toDate(previous.ts).toDateString() !== toDate(message.ts).toDateString();
      const isNew = message.ts === conversation.newSince;
      if (needsDay && !this.threadTs) children.push(this.keep(`day ${toDate(message.ts).toDateString()}`, '', () => renderDay(message)));
      if (isNew)
        children.push(this.keep('new', message.ts, () => h('div', { class: 'new-line', role: 'separator' }, h('span', {}, 'New'))));
      alive.add(message.ts);
      const compact = !needsDay && !isNew && canGroup(previous, message) && !(this.threadTs && index === 1);
      children.push(this.toRow(message, compact));
      if (this.threadTs && index === 0) children.push(this.keep('count', String(messages.length), () => renderCount(messages.length - 1)));
    }
    for (const ts of this.rows.keys()) if (!alive.has(ts)) this.rows.delete(ts);
    this.place(children);
    if (this.isStuck) this.scrollToEnd();
  }

  /** @param {MessageView} message @param {boolean} compact */
  toRow(message, compact) {
    let row = this.rows.get(message.ts);
    if (!row) {
      row = h('div', { role: 'listitem', tabindex: '-1' });
      this.rows.set(message.ts, row);
    }
    this.draw(row, message, compact);
    return row;
  }

  /**
   * A divider or note between rows, kept while its content stays the same.
   * @param {string} name
   * @param {string} content
   * @param {() => HTMLElement} build
   */
  keep(name, content, build) {
    const old = this.extras.get(name);
    if (old?.content === content) return old.element;
    const element = build();
    this.extras.set(name, { content, element });
    return element;
  }

  /** @param {HTMLElement[]} children */
  place(children) {
    const wanted = new Set(children);
    for (const child of this.list.querySelectorAll(':scope > *')) if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove();
    let next = this.list.firstElementChild;
    for (const child of children) {
      if (child === next) next = next.nextElementSibling;
      else this.list.insertBefore(child, next);
    }
    for (const row of this.list.querySelectorAll('[role="listitem"][tabindex="0"]')) row.setAttribute('tabindex', '-1');
    children.at(-1)?.setAttribute('tabindex', '0');
  }

  scrollToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.isStuck = true;
    this.toBottom.hidden = true;
  }

  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.isStuck = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    this.toBottom.hidden = this.isStuck;
    if (this.isStuck) this.toBottom.classList.remove('fresh');
    if (scrollTop < NEAR_TOP && getConversation(this.key).hasMore && !this.threadTs) void this.loadMore();
  }

  /** Puts older messages above without moving what is being read. */
  async loadMore() {
    if (this.isLoading) return;
    this.isLoading = true;
    try {
      await loadOlder(this.channel);
      const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
      this.scroller.style.setProperty('overflow-anchor', 'none');
      this.refresh();
      this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
      this.scroller.style.removeProperty('overflow-anchor');
    } catch {
      // The next scroll asks again; the banner already says that the server is away.
    } finally {
      this.isLoading = false;
    }
  }

  /** Brings the message that an address names into view and marks it. */
  showTarget() {
    const goal = this.rows.has(state.target) ? state.target : this.threadTs ? '' : state.thread;
    const row = this.rows.get(goal);
    if (!row) return;
    this.isStuck = false;
    row.scrollIntoView({ block: goal === state.target ? 'center' : 'nearest' });
    this.onScroll();
    if (goal !== state.target) return;
    row.classList.add('target');
    row.focus({ preventScroll: true });
    setTimeout(() => row.classList.remove('target'), 4000);
  }

  /** @param {{ts: string, inThread: boolean}} wanted */
  edit(wanted) {
    const row = this.rows.get(wanted.ts);
    const message = getConversation(this.key).messages.get(wanted.ts);
    if (row && message && wanted.inThread === (this.threadTs !== '')) openEditor(row, message);
  }
}

/** @param {MessageView | undefined} previous @param {MessageView} message */
function canGroup(previous, message) {
  if (!previous || previous.user !== message.user || previous.username !== message.username) return false;
  if (previous.ephemeral_for || message.ephemeral_for || previous.reply_count > 0) return false;
  const isReplyInChannel = previous.thread_ts !== message.thread_ts;
  return !isReplyInChannel && Number(message.ts) - Number(previous.ts) < GROUP_SECONDS;
}

/** @param {MessageView} message */
function renderDay(message) {
  const date = toDate(message.ts);
  return h('div', { class: 'day-line', role: 'separator', title: formatFull(date) }, h('span', {}, formatDay(date)));
}

/** @param {number} count */
function renderCount(count) {
  return h('div', { class: 'thread-count' }, h('span', {}, count === 0 ? 'No replies yet' : count === 1 ? '1 reply' : `${count} replies`));
}
