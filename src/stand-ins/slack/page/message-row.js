import { isKnownBlock, renderBlock } from './blocks/render.js';
import { asList, asObject, asText, renderPlain } from './blocks/text.js';
import { formatAge, formatFull, formatTime, toDate } from './dates.js';
import { fill, h, icon } from './dom.js';
import { renderFiles } from './files.js';
import { renderToolbar } from './message-tools.js';
import { renderLink, renderMrkdwn } from './mrkdwn.js';
import { openThread } from './navigate.js';
import { renderReactions } from './reactions.js';
import { findUser, nameUser, state } from './state.js';

/**
 * @typedef {import('../page-api.ts').MessageView} MessageView
 * @typedef {import('./blocks/act.js').Surface} Surface
 * @typedef {{key: string, build: () => Node}} Part
 */

/** The square with initials that stands for a person; the bot has its own sign. @param {string} userId @param {number} [size] */
export function renderAvatar(userId, size = 36) {
  const user = findUser(userId);
  const name = user?.real_name || user?.name || userId;
  const initials = user?.is_bot
    ? ''
    : name
        .split(/\s+/)
        .map((word) => word[0])
        .slice(0, 2)
        .join('')
        .toUpperCase();
  const avatar = h(
    'span',
    { class: user?.is_bot ? 'avatar bot' : 'avatar', 'aria-hidden': 'true' },
    user?.is_bot ? icon('pulse', Math.round(size * 0.6)) : initials,
  );
  avatar.style.setProperty('--avatar-size', `${size}px`);
  if (user?.color && !user.is_bot) avatar.style.backgroundColor = user.color;
  return avatar;
}

/**
 * Draws a message into its row, or brings a drawn row up to date. Only parts that changed are drawn again, so the focus, a text selection and
 * an opened preview in the others survive an edit.
 * @param {HTMLElement} row
 * @param {MessageView} message
 * @param {{inThread: boolean, isCompact: boolean}} options
 */
export function drawRow(row, message, options) {
  row.dataset.ts = message.ts;
  row.className = `message ${options.isCompact ? 'compact' : ''} ${message.ephemeral_for ? 'ephemeral' : ''} ${message.deleted ? 'deleted' : ''}`;
  let side = row.querySelector('.message-side');
  if (!side) {
    side = h('div', { class: 'message-side' });
    row.append(side, h('div', { class: 'message-body' }));
    row.append(renderToolbar(row));
  }
  fill(side, options.isCompact ? renderTime(message, 'side-time') : renderAvatar(message.user));
  const body = /** @type {HTMLElement} */ (row.querySelector('.message-body'));
  applyParts(body, listParts(message, options));
}

/**
 * Makes the children of a body match the wanted parts, keeping every child whose key did not change.
 * @param {HTMLElement} body
 * @param {Part[]} parts
 */
function applyParts(body, parts) {
  const focused = describeFocus(body);
  const kept = new Map([...body.children].map((child) => [Reflect.get(child, 'partKey'), child]));
  const children = parts.map((part) => {
    const old = kept.get(part.key);
    kept.delete(part.key);
    if (old) return old;
    const wrapper = h('div', { class: 'part' }, part.build());
    Reflect.set(wrapper, 'partKey', part.key);
    return wrapper;
  });
  for (const stale of kept.values()) stale.remove();
  for (const [index, child] of children.entries()) {
    if (body.children[index] !== child) body.insertBefore(child, body.children[index] ?? null);
  }
  if (focused && !body.contains(document.activeElement)) {
    const again = body.querySelector(focused);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }
}

/** A selector for the focused control, to find it again in a redrawn block. @param {HTMLElement} body */
function describeFocus(body) {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !body.contains(active) || !active.dataset['actionId']) return null;
  return `[data-action-id="${CSS.escape(active.dataset['actionId'])}"]`;
}

/** @param {MessageView} message @param {{inThread: boolean, isCompact: boolean}} options @returns {Part[]} */
function listParts(message, options) {
  /** @type {Part[]} */
  const parts = [];
  const add = (/** @type {string} */ name, /** @type {unknown} */ content, /** @type {() => Node} */ build) =>
    parts.push({ key: `${name}:${JSON.stringify(content)}`, build });
  if (message.ephemeral_for) add('only', '', () => h('div', { class: 'only-visible' }, icon('eye', 14), 'Only visible to you'));
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  if (isReply && !options.inThread && !message.ephemeral_for) add('from', message.thread_ts, () => renderThreadOrigin(message));
  if (!options.isCompact) add('head', [message.user, message.username], () => renderHead(message));
  if (message.deleted) {
    add('gone', '', () => h('div', { class: 'text gone' }, 'This message was deleted.'));
  } else {
    listContent(message, add);
  }
  if (message.reactions.length) add('reactions', [message.reactions, state.user], () => renderReactions(message));
  if (!options.inThread && message.reply_count > 0)
    add('replies', [message.reply_count, message.latest_reply, state.freshThreads.has(message.ts)], () => renderReplyLine(message));
  return parts;
}

/** @param {MessageView} message @param {(name: string, content: unknown, build: () => Node) => void} add */
function listContent(message, add) {
  const surface = { channel: message.channel, message_ts: message.ts, fallback: message.text, files: message.files };
  // What people typed is drawn from its text; rich_text is only how the wire carries it.
  const blocks = message.is_bot ? message.blocks : [];
  if (blocks.length === 0 && (message.text || message.edited)) add('text', [message.text, message.edited], () => renderText(message));
  let hasFallback = false;
  for (const [index, block] of blocks.entries()) {
    if (!isKnownBlock(block) && hasFallback) continue;
    if (!isKnownBlock(block)) hasFallback = true;
    add(`block ${index}`, isKnownBlock(block) ? block : message.text, () => renderBlock(block, surface));
  }
  if (blocks.length > 0 && message.edited) add('edited', '', () => h('div', { class: 'text' }, renderEdited()));
  for (const [index, attachment] of message.attachments.entries())
    add(`attachment ${index}`, attachment, () => renderAttachment(attachment, surface));
  if (message.files.length) add('files', message.files, () => renderFiles(message.files));
}

function renderEdited() {
  return h('span', { class: 'edited' }, '(edited)');
}

/** @param {MessageView} message */
function renderText(message) {
  return h('div', { class: 'text' }, renderMrkdwn(message.text), message.edited ? [' ', renderEdited()] : null);
}

/** @param {MessageView} message @param {string} [className] */
function renderTime(message, className = 'time') {
  const date = toDate(message.ts);
  const time = h('time', { datetime: date.toISOString(), title: formatFull(date) }, formatTime(date));
  if (message.ephemeral_for) return h('span', { class: className }, time);
  return h('a', { class: className, href: `/archives/${message.channel}/p${message.ts.replace('.', '')}${toThreadQuery(message)}` }, time);
}

/** @param {MessageView} message */
export function toThreadQuery(message) {
  return message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}` : '';
}

/** @param {MessageView} message */
function renderHead(message) {
  const user = findUser(message.user);
  return h(
    'div',
    { class: 'message-head' },
    h('span', { class: 'author', title: user?.title || null }, message.username || user?.real_name || nameUser(message.user)),
    message.is_bot ? h('span', { class: 'app-badge' }, 'App') : null,
    renderTime(message),
  );
}

/** @param {MessageView} message */
function renderThreadOrigin(message) {
  return h(
    'div',
    { class: 'thread-origin' },
    'replied to a thread · ',
    h(
      'button',
      { type: 'button', class: 'text-button', onclick: () => void openThread(message.thread_ts ?? '', message.ts) },
      'View thread',
    ),
  );
}

/** @param {MessageView} message */
function renderReplyLine(message) {
  const count = message.reply_count === 1 ? '1 reply' : `${message.reply_count} replies`;
  return h(
    'button',
    {
      type: 'button',
      class: state.freshThreads.has(message.ts) ? 'reply-line fresh' : 'reply-line',
      onclick: () => void openThread(message.ts),
    },
    h(
      'span',
      { class: 'reply-avatars' },
      message.reply_users.slice(0, 4).map((user) => renderAvatar(user, 22)),
    ),
    h('span', { class: 'reply-count' }, count),
    state.freshThreads.has(message.ts) ? h('span', { class: 'reply-new' }, 'New') : null,
    message.latest_reply ? h('span', { class: 'reply-age' }, `Last reply ${formatAge(message.latest_reply)}`) : null,
  );
}

/** A legacy attachment: a coloured bar with text, fields or blocks. @param {unknown} value @param {Surface} surface */
function renderAttachment(value, surface) {
  const attachment = asObject(value);
  const blocks = asList(attachment['blocks']);
  const title = asText(attachment['title']);
  const box = h(
    'div',
    { class: 'attachment' },
    title
      ? h(
          'div',
          { class: 'attachment-title' },
          attachment['title_link'] ? renderLink(asText(attachment['title_link']), title) : renderPlain(title),
        )
      : null,
    blocks.length
      ? blocks.map((block) => renderBlock(block, { ...surface, fallback: asText(attachment['fallback']) }))
      : h('div', {}, renderMrkdwn(asText(attachment['text']) || (title ? '' : asText(attachment['fallback'])))),
    h(
      'div',
      { class: 'fields' },
      asList(attachment['fields']).map((field) =>
        h('div', { class: 'field' }, h('strong', {}, asText(field['title'])), h('br'), renderMrkdwn(asText(field['value']))),
      ),
    ),
    attachment['footer'] ? h('div', { class: 'context' }, renderPlain(asText(attachment['footer']))) : null,
  );
  const color = asText(attachment['color']);
  /** @type {Record<string, string>} */
  const named = { good: 'var(--good)', warning: 'var(--caution)', danger: 'var(--bad)' };
  const shown = named[color] ?? (/^#?[0-9a-f]{3,8}$/i.test(color) ? `#${color.replace('#', '')}` : '');
  if (shown) box.style.borderLeftColor = shown;
  const pretext = asText(attachment['pretext']);
  return h('div', {}, pretext ? h('div', { class: 'text' }, renderMrkdwn(pretext)) : null, box);
}
