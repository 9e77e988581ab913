import { fillDatePattern, formatFull } from './dates.js';
import { h, iconButton, toSafeHref } from './dom.js';
import { isEmoji, renderEmoji } from './emoji.js';
import { findChannel, findUser, nameChannel, nameUser, state } from './state.js';

/** Slack escapes these three and nothing else. @param {string} text */
export function decodeEntities(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** @param {string} text */
export function encodeEntities(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Slack's own markup as nodes. Works through text only: no markup of the message's own ever reaches the document.
 * @param {string} text
 */
export function renderMrkdwn(text) {
  const fragment = document.createDocumentFragment();
  const fence = /```\n?([\s\S]*?)```\n?/g;
  let at = 0;
  for (const match of text.matchAll(fence)) {
    renderLines(fragment, text.slice(at, match.index).replace(/\n$/, ''));
    fragment.append(renderCodeBlock(plainText(match[1] ?? '')));
    at = match.index + match[0].length;
  }
  renderLines(fragment, text.slice(at));
  return fragment;
}

/** A block of code with a button that copies it. @param {string} code @param {string} [language] */
export function renderCodeBlock(code, language) {
  const shown = code.replace(/\n$/, '');
  const copy = iconButton('copy', 'Copy code', () => {
    void navigator.clipboard?.writeText(shown);
    copy.classList.add('done');
    setTimeout(() => copy.classList.remove('done'), 1200);
  });
  return h(
    'div',
    { class: 'code-block' },
    h('pre', { tabindex: '0' }, h('code', language ? { class: `language-${language}` } : {}, shown)),
    copy,
  );
}

/** What remains when markup is taken away: for code, titles and previews. @param {string} text */
export function plainText(text) {
  return decodeEntities(text.replace(/<([^<>\n]+)>/g, (_whole, inner) => describeToken(inner)));
}

/** @param {string} inner */
function describeToken(inner) {
  const [target, label] = splitOnce(inner, '|');
  if (target.startsWith('@')) return `@${label ?? nameUser(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label ?? findChannel(target.slice(1))?.name ?? target.slice(1)}`;
  if (target.startsWith('!date^')) return fillDateToken(target, label).text;
  if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^')[0]}`;
  return label ?? target;
}

/** @param {string} text @param {string} sign @returns {[string, string | undefined]} */
function splitOnce(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** @param {ParentNode} parent @param {string} text */
function renderLines(parent, text) {
  if (text === '') return;
  /** @type {string[]} */
  let plain = [];
  /** @type {string[]} */
  let quoted = [];
  const flushPlain = () => {
    if (plain.length) renderInline(parent, plain.join('\n'));
    plain = [];
  };
  const flushQuoted = () => {
    if (quoted.length) {
      const quote = h('blockquote');
      renderInline(quote, quoted.join('\n'));
      parent.append(quote);
    }
    quoted = [];
  };
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const rest = /^(?:&gt;|>){3}\s?/.exec(line);
    const one = /^(?:&gt;|>)\s?/.exec(line);
    if (rest) {
      flushPlain();
      quoted.push(line.slice(rest[0].length), ...lines.slice(index + 1));
      break;
    }
    if (one) {
      flushPlain();
      quoted.push(line.slice(one[0].length));
    } else {
      flushQuoted();
      plain.push(line);
    }
  }
  flushPlain();
  flushQuoted();
}

const PROGRESS_BAR = /^[█▉▊▋▌▍▎▏▓▒░▰▱■□ ]{4,}$/;
const STYLES = /** @type {const} */ ({ '*': 'strong', _: 'em', '~': 's' });
const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(\*|_|~)|https?:\/\/[^\s<>|"'`]+|\n/g;

/**
 * Everything that stands inside a line. Recursive for bold in italic and the like.
 * @param {ParentNode} parent
 * @param {string} text
 */
function renderInline(parent, text) {
  const token = new RegExp(TOKEN);
  let at = 0;
  let match = token.exec(text);
  while (match) {
    const [whole, code, tag, emoji, mark] = match;
    let end = match.index + whole.length;
    /** @type {Node | null} */
    let node = null;
    if (code !== undefined) node = h('code', { class: PROGRESS_BAR.test(code) ? 'inline-code bar' : 'inline-code' }, plainText(code));
    else if (tag !== undefined) node = renderToken(tag);
    else if (emoji !== undefined) node = isEmoji(emoji.split('::')[0] ?? '') ? renderEmoji(emoji) : null;
    else if (mark !== undefined) {
      const close = findClosing(text, match.index, mark);
      if (close > 0) {
        node = h(STYLES[/** @type {keyof typeof STYLES} */ (mark)]);
        renderInline(/** @type {HTMLElement} */ (node), text.slice(end, close));
        end = close + 1;
      }
    } else if (whole === '\n') node = h('br');
    else {
      const url = decodeEntities(whole.replace(/[.,;:!?)\]*_~]+$/, ''));
      end = match.index + whole.replace(/[.,;:!?)\]*_~]+$/, '').length;
      node = renderLink(url, url);
    }
    if (node) {
      if (match.index > at) parent.append(decodeEntities(text.slice(at, match.index)));
      parent.append(node);
      at = end;
      token.lastIndex = end;
    }
    match = token.exec(text);
  }
  if (at < text.length) parent.append(decodeEntities(text.slice(at)));
}

/**
 * Where a style ends, or -1. A mark opens before a word and closes after one, so snake_case and 2*3*4 stay as they are.
 * @param {string} text
 * @param {number} start
 * @param {string} mark
 */
function findClosing(text, start, mark) {
  const before = text[start - 1] ?? ' ';
  const after = text[start + 1] ?? ' ';
  if (/[\p{L}\p{N}]/u.test(before) || /\s/.test(after) || after === mark) return -1;
  for (let index = start + 2; index < text.length && text[index] !== '\n'; index += 1) {
    if (text[index] === '`') index = Math.max(index, text.indexOf('`', index + 1));
    const isEnd = text[index] === mark && !/\s/.test(text[index - 1] ?? ' ') && !/[\p{L}\p{N}]/u.test(text[index + 1] ?? ' ');
    if (isEnd) return index;
  }
  return -1;
}

/** What stands between < and >. @param {string} inner @returns {Node} */
function renderToken(inner) {
  const [target, label] = splitOnce(inner, '|');
  const shown = label === undefined ? undefined : decodeEntities(label);
  if (target.startsWith('@')) return renderUser(target.slice(1), shown);
  if (target.startsWith('#')) return renderChannelLink(target.slice(1), shown);
  if (target.startsWith('!date^')) return renderDate(target, label);
  if (target.startsWith('!subteam^')) return h('span', { class: 'mention' }, shown ?? `@${target.slice(9)}`);
  if (/^!(here|channel|everyone)/.test(target)) return renderBroadcast(target.slice(1).split('^')[0] ?? '');
  if (/^[a-z][a-z0-9+.-]*:/i.test(target))
    return renderLink(decodeEntities(target), shown ?? decodeEntities(target).replace(/^mailto:/, ''));
  return document.createTextNode(decodeEntities(`<${inner}>`));
}

/** @param {string} id @param {string} [label] */
export function renderUser(id, label) {
  const user = findUser(id);
  const isSelf = id === state.user;
  return h(
    'span',
    { class: isSelf ? 'mention self' : 'mention', title: user ? `${user.real_name} · ${user.title || id}` : id },
    `@${label || nameUser(id)}`,
  );
}

/** @param {string} id @param {string} [label] */
export function renderChannelLink(id, label) {
  const channel = findChannel(id);
  const name = label || (channel ? nameChannel(channel) : id);
  return channel ? h('a', { class: 'mention', href: `/archives/${id}` }, `#${name}`) : h('span', { class: 'mention' }, `#${name}`);
}

/** @param {string} range */
export function renderBroadcast(range) {
  return h('span', { class: 'mention self' }, `@${range}`);
}

/**
 * A link that opens in a new tab, or plain text when the address is not safe. Links into the console stay in this tab.
 * @param {string} url
 * @param {string} label
 */
export function renderLink(url, label) {
  const href = toSafeHref(url);
  if (!href) return document.createTextNode(label === url ? label : `${label} (${url})`);
  const own = toOwnPath(href);
  return h('a', own ? { href: own } : { href, target: '_blank', rel: 'noopener noreferrer', title: href }, label);
}

/**
 * The path of a permalink into this console, or null. The bot names the address the server listens on; whoever reads may have come through
 * another name or a tunnel, so any loopback address counts.
 * @param {string} href
 */
function toOwnPath(href) {
  const { origin, hostname, pathname, search } = new URL(href);
  const isHere = origin === location.origin || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return isHere && /^\/archives\/[A-Z0-9]+/.test(pathname) ? pathname + search : null;
}

/** @param {string} target @param {string | undefined} fallback */
function fillDateToken(target, fallback) {
  const [, epoch = '', pattern = '', link] = target.split('^');
  const seconds = Number(epoch);
  if (!Number.isFinite(seconds) || epoch === '') return { text: decodeEntities(fallback ?? ''), link: undefined, seconds: Number.NaN };
  return { text: fillDatePattern(seconds, decodeEntities(pattern)), link, seconds };
}

/** @param {string} target @param {string | undefined} fallback */
function renderDate(target, fallback) {
  const { text, link, seconds } = fillDateToken(target, fallback);
  if (Number.isNaN(seconds)) return document.createTextNode(text);
  const date = new Date(seconds * 1000);
  const time = h('time', { datetime: date.toISOString(), title: formatFull(date) }, text);
  const href = link ? toSafeHref(decodeEntities(link)) : null;
  return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, time) : time;
}
