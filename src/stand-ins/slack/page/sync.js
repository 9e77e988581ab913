import { getMessages, getState, listenLive, markRead, openHome } from './api.js';
import { announce } from './notices.js';
import {
  emit,
  findChannel,
  forgetConversations,
  getConversation,
  isVisible,
  listKeysOf,
  listMessages,
  nameChannel,
  nameUser,
  state,
  toKey,
} from './state.js';

/**
 * @typedef {import('../page-api.ts').MessageView} MessageView
 * @typedef {import('../page-api.ts').LiveEvent} LiveEvent
 * @typedef {import('../page-api.ts').ChannelView} ChannelView
 */

const PAGE_SIZE = 100;

/** Reads what the acting user may see. */
export async function loadWorkspace() {
  const workspace = await getState(state.user);
  state.workspace = workspace;
  state.home = workspace.home;
  state.modals = workspace.modals.filter((open) => open.user === state.user);
  emit('workspace');
  emit('home');
  emit('modals');
}

/** Becomes another user: everything is asked for again. @param {string} user */
export async function loadAsUser(user) {
  state.user = user;
  state.freshThreads.clear();
  forgetConversations();
  await loadWorkspace();
}

/**
 * Fetches the newest page of a channel or thread and brings the kept messages in line with it.
 * @param {string} channel
 * @param {string} [threadTs]
 */
export async function loadNewest(channel, threadTs) {
  const key = toKey(channel, threadTs);
  const user = state.user;
  const limit = threadTs ? 1000 : PAGE_SIZE;
  const answer = await getMessages({ user, channel, thread_ts: threadTs, limit });
  if (user !== state.user) return;
  const conversation = getConversation(key);
  const received = new Set(answer.messages.map((message) => message.ts));
  const oldest = answer.messages.reduce((least, message) => (message.ts < least ? message.ts : least), '9');
  const overlaps = [...received].some((ts) => conversation.messages.has(ts));
  // Without an overlap there may be a gap, so what lies before it is dropped and asked for again on scrolling up.
  const isFresh = !conversation.loaded || !overlaps;
  for (const [ts, message] of conversation.messages) {
    if (!message.ephemeral_for && !received.has(ts) && (isFresh || ts >= oldest)) conversation.messages.delete(ts);
  }
  if (isFresh) conversation.hasMore = answer.has_more;
  for (const message of answer.messages) conversation.messages.set(message.ts, message);
  conversation.loaded = true;
  emit('conversation', { key, kind: 'reset', ts: '' });
}

/** Fetches one page before the oldest kept message; answers whether there is still more. @param {string} channel */
export async function loadOlder(channel) {
  const conversation = getConversation(channel);
  const user = state.user;
  const before = listMessages(channel).find((message) => !message.ephemeral_for)?.ts;
  const answer = await getMessages({ user, channel, before, limit: PAGE_SIZE });
  if (user !== state.user) return false;
  for (const message of answer.messages) conversation.messages.set(message.ts, message);
  conversation.hasMore = answer.has_more && answer.messages.length > 0;
  return conversation.hasMore;
}

/** Pages back until a message is known; answers whether it was found. @param {string} channel @param {string} ts */
export async function loadUntil(channel, ts) {
  const conversation = getConversation(channel);
  while (!conversation.messages.has(ts) && conversation.hasMore) {
    await loadOlder(channel);
    const oldest = listMessages(channel)[0];
    if (oldest && oldest.ts < ts) break;
  }
  emit('conversation', { key: channel, kind: 'reset', ts: '' });
  return conversation.messages.has(ts);
}

/** Tells the server what has been read, and clears the mark in the sidebar. @param {string} channelId */
export async function readChannel(channelId) {
  const newest = listMessages(channelId)
    .filter((message) => !message.ephemeral_for)
    .at(-1);
  const channel = findChannel(channelId);
  if (channel && channel.unread + channel.mentions > 0) replaceChannel({ ...channel, unread: 0, mentions: 0 });
  if (newest) await markRead({ user: state.user, channel: channelId, ts: newest.ts }).catch(() => undefined);
}

/** Adds or changes a message that this page made up itself, such as the notice of a command that timed out. @param {MessageView} message */
export function saveMessage(message) {
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const isRoot = !isReply && getConversation(toKey(message.channel, message.ts)).loaded;
  if (!isReply || message.broadcast) keep(message.channel, message);
  if (isReply) keep(toKey(message.channel, message.thread_ts), message);
  if (isRoot) keep(toKey(message.channel, message.ts), message);
}

/** @param {string} key @param {MessageView} message */
function keep(key, message) {
  getConversation(key).messages.set(message.ts, message);
  if (isVisible(message)) emit('conversation', { key, kind: 'saved', ts: message.ts });
}

/** @param {string} channel @param {string} ts */
export function dropMessage(channel, ts) {
  for (const key of listKeysOf(channel)) {
    if (getConversation(key).messages.delete(ts)) emit('conversation', { key, kind: 'removed', ts });
  }
}

/** @param {ChannelView} next */
function replaceChannel(next) {
  const workspace = state.workspace;
  if (!workspace) return;
  const others = workspace.channels.filter((channel) => channel.id !== next.id);
  const isKnown = others.length < workspace.channels.length;
  const channels = isKnown ? workspace.channels.map((channel) => (channel.id === next.id ? next : channel)) : [...others, next];
  state.workspace = { ...workspace, channels };
  emit('workspace');
}

/** @param {MessageView} message */
function receiveNew(message) {
  const channel = findChannel(message.channel);
  const isKnown = listKeysOf(message.channel).some((key) => getConversation(key).messages.has(message.ts));
  saveMessage(message);
  if (!channel || isKnown || message.user === state.user || !isVisible(message)) return;
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  if (isReply) {
    if (state.thread !== message.thread_ts) state.freshThreads.add(message.thread_ts ?? '');
    countReply(message);
  }
  const isOpen = state.place === 'channel' && state.channel === message.channel;
  if (isOpen) announce(`${message.username ?? nameUser(message.user)} in ${nameChannel(channel)}: ${message.text.slice(0, 300)}`);
  const isRead = isOpen && document.visibilityState === 'visible';
  if (isRead || isReply || message.ephemeral_for) return;
  const mentions = message.text.includes(`<@${state.user}>`) || channel.kind === 'im' ? 1 : 0;
  replaceChannel({ ...channel, unread: channel.unread + 1, mentions: channel.mentions + mentions });
}

/** The root's reply line moves at once; the server's own message_changed for the root replaces this guess. @param {MessageView} reply */
function countReply(reply) {
  const root = getConversation(reply.channel).messages.get(reply.thread_ts ?? '');
  if (!root || reply.ephemeral_for || (root.latest_reply ?? '') >= reply.ts) return;
  const replyUsers = [...new Set([...root.reply_users, reply.user])];
  saveMessage({ ...root, reply_count: root.reply_count + 1, reply_users: replyUsers, latest_reply: reply.ts });
}

/** @param {import('../page-api.ts').OpenView} open @param {'opened' | 'updated' | 'closed'} action */
function receiveView(open, action) {
  if (open.user !== state.user) return;
  const others = state.modals.filter((modal) => modal.id !== open.id);
  if (action === 'closed') state.modals = others;
  else if (action === 'updated') state.modals = state.modals.map((modal) => (modal.id === open.id ? open : modal));
  else state.modals = [...others, open];
  emit('modals');
}

/** Brings one event of the server into the state. @param {LiveEvent} event */
function receive(event) {
  if (event.type === 'message') receiveNew(event.message);
  else if (event.type === 'message_changed') saveMessage(event.message);
  else if (event.type === 'message_deleted') dropMessage(event.message.channel, event.message.ts);
  else if (event.type === 'view') receiveView(event.view, event.action);
  else if (event.type === 'home' && event.user === state.user) {
    state.home = event.view;
    emit('home');
  } else if (event.type === 'channel') receiveChannel(event.channel);
  else if (event.type === 'sockets' && state.workspace) {
    state.workspace = { ...state.workspace, sockets: event.count };
    emit('sockets');
  } else if (event.type === 'traffic') emit('traffic', event.entry);
  else if (event.type === 'action_failed' && event.user === state.user) emit('action_failed', event);
}

/** A channel event speaks for everybody, so the viewer's own unread counts stay as they are here. @param {ChannelView} next */
function receiveChannel(next) {
  const known = findChannel(next.id);
  const maySee = next.kind === 'channel' || next.members.includes(state.user);
  if (maySee) replaceChannel({ ...next, unread: known?.unread ?? 0, mentions: known?.mentions ?? 0 });
}

/** An opened thread has nothing new any more. @param {string} channel @param {string} rootTs */
export function settleThread(channel, rootTs) {
  const root = getConversation(channel).messages.get(rootTs);
  if (state.freshThreads.delete(rootTs) && root) saveMessage({ ...root });
}

/** Asks again for everything that is on the screen; used after the connection was lost. */
export async function resync() {
  await loadWorkspace();
  if (state.channel) await loadNewest(state.channel);
  if (state.channel && state.thread) await loadNewest(state.channel, state.thread);
}

/** Asks the bot for this user's Home tab; what it publishes arrives as an event. */
export function requestHome() {
  return openHome(state.user);
}

/** Starts listening; the page stays in step with the server from here on. */
export function startSync() {
  listenLive(receive, (connected, again) => {
    state.connected = connected;
    emit('connection');
    if (connected && again) resync().catch(() => undefined);
  });
}
