import { announce, showProblem } from './notices.js';
import { emit, findChannel, getConversation, listMessages, nameChannel, state, toKey } from './state.js';
import { loadAsUser, loadNewest, loadUntil, readChannel, requestHome, settleThread } from './sync.js';

/** @typedef {{channel: string, ts: string, threadTs: string}} Place */

/**
 * What an address names: /archives/C…[/p<ts without dot>][?thread_ts=…]. Anything else answers null.
 * @param {string | URL} address
 * @returns {Place | null}
 */
export function parseAddress(address) {
  const url = new URL(address, location.origin);
  const match = /^\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?\/?$/.exec(url.pathname);
  if (!match) return null;
  const ts = match[2] ? `${match[2]}.${match[3]}` : '';
  return { channel: match[1] ?? '', ts, threadTs: url.searchParams.get('thread_ts') ?? '' };
}

/** The address of what is on the screen now. */
function toAddress() {
  if (state.place === 'home') return '/?home';
  const thread = state.thread ? `/p${state.thread.replace('.', '')}?thread_ts=${state.thread}` : '';
  return `/archives/${state.channel}${thread}`;
}

/** @param {boolean} [replace] */
function writeAddress(replace) {
  const address = toAddress();
  if (address === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
}

/**
 * Shows a channel. With `ts` the message is brought into view and marked; with `threadTs` its thread opens too.
 * @param {string} channelId
 * @param {{ts?: string, threadTs?: string, keepAddress?: boolean}} [options]
 */
export async function goToChannel(channelId, options = {}) {
  const channel = findChannel(channelId);
  if (!channel) {
    emit('missing', channelId);
    return;
  }
  const isNew = state.channel !== channelId || state.place !== 'channel';
  state.place = 'channel';
  state.channel = channelId;
  state.thread = options.threadTs ?? '';
  // An address made by opening a thread names its root twice; that is no message to mark.
  state.target = options.ts && options.ts !== options.threadTs ? options.ts : '';
  const { unread } = channel;
  emit('place');
  emit('thread');
  writeAddress(options.keepAddress);
  announce(`${nameChannel(channel)} opened`);
  try {
    if (isNew) await loadNewest(channelId);
    markNew(channelId, unread);
    if (state.thread) {
      settleThread(channelId, state.thread);
      await loadNewest(channelId, state.thread);
    }
    const inChannel = options.ts && (!options.threadTs || options.ts === options.threadTs) ? options.ts : options.threadTs;
    if (inChannel) await loadUntil(channelId, inChannel);
    if (state.channel === channelId) await readChannel(channelId);
    emit('show-target');
  } catch (error) {
    showProblem(`Opening ${nameChannel(channel)}`, error);
  }
}

/** Remembers where the new messages begin, so that a line can be drawn there. @param {string} channelId @param {number} unread */
function markNew(channelId, unread) {
  const fromOthers = listMessages(channelId).filter((message) => message.user !== state.user && !message.ephemeral_for);
  const first = unread > 0 ? fromOthers.at(-Math.min(unread, fromOthers.length)) : undefined;
  getConversation(channelId).newSince = first?.ts ?? '';
  if (first) emit('conversation', { key: channelId, kind: 'reset', ts: '' });
}

/** Opens the thread of a message beside the channel. @param {string} rootTs @param {string} [ts] message to mark */
export async function openThread(rootTs, ts = '') {
  state.thread = rootTs;
  state.target = ts;
  emit('thread');
  writeAddress();
  const channel = state.channel;
  settleThread(channel, rootTs);
  try {
    await loadNewest(channel, rootTs);
    emit('show-target');
  } catch (error) {
    showProblem('Opening the thread', error);
  }
}

/** Closes the thread pane. */
export function closeThread() {
  if (!state.thread) return;
  getConversation(toKey(state.channel, state.thread)).newSince = '';
  state.thread = '';
  emit('thread');
  writeAddress();
}

/** Shows the bot's Home tab and asks the bot to bring it up to date. */
export async function goHome() {
  state.place = 'home';
  state.thread = '';
  emit('place');
  emit('thread');
  writeAddress();
  announce('Home tab opened');
  await requestHome().catch((error) => showProblem('Opening the Home tab', error));
}

/** Acts as another user from now on, in the same place if that user may see it. @param {string} user */
export async function switchUser(user) {
  sessionStorage.setItem('console-user', user);
  try {
    await loadAsUser(user);
  } catch (error) {
    showProblem('Switching the user', error);
    return;
  }
  const mayStay = findChannel(state.channel) !== undefined;
  if (state.place === 'home') await goHome();
  else await goToDefault(mayStay ? state.channel : '', mayStay ? state.thread : '');
}

/** Shows a channel afresh, #research when none is named. @param {string} [channelId] @param {string} [threadTs] */
export async function goToDefault(channelId = '', threadTs = '') {
  const channels = state.workspace?.channels ?? [];
  const fallback = channels.find((channel) => channel.name === 'research') ?? channels[0];
  state.channel = '';
  const goal = channelId || fallback?.id;
  if (goal) await goToChannel(goal, { threadTs, keepAddress: true });
}

/** Goes where an address points; answers false when it points nowhere here. @param {string | URL} address */
export function followAddress(address) {
  const place = parseAddress(address);
  if (!place) return false;
  const isSame = place.channel === state.channel && state.place === 'channel';
  if (isSame && place.threadTs && place.threadTs !== state.thread) void openThread(place.threadTs, place.ts);
  else void goToChannel(place.channel, { ts: place.ts, threadTs: place.threadTs, keepAddress: true });
  return true;
}
