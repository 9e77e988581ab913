/**
 * @typedef {import('../page-api.ts').WorkspaceView} WorkspaceView
 * @typedef {import('../page-api.ts').MessageView} MessageView
 * @typedef {import('../page-api.ts').ChannelView} ChannelView
 * @typedef {import('../page-api.ts').UserView} UserView
 * @typedef {import('../page-api.ts').OpenView} OpenView
 * @typedef {{messages: Map<string, MessageView>, hasMore: boolean, loaded: boolean, newSince: string}} Conversation
 * @typedef {{key: string, kind: 'saved' | 'removed' | 'reset', ts: string}} ConversationChange
 */

/** Everything the page knows. Modules read it; only sync.js, navigate.js and main.js write it. */
export const state = {
  user: '',
  /** @type {WorkspaceView | null} */
  workspace: null,
  /** @type {'channel' | 'home'} */
  place: 'channel',
  channel: '',
  /** Root of the open thread, or empty. */
  thread: '',
  /** Message to show and mark after the next render, or empty. */
  target: '',
  /** Roots of threads with replies by others that were not opened since. @type {Set<string>} */
  freshThreads: new Set(),
  connected: false,
  /** @type {Record<string, unknown> | null} */
  home: null,
  /** @type {OpenView[]} */
  modals: [],
};

/** Slack's own voice: it tells people what became of their commands. @type {UserView} */
const SLACKBOT = { id: 'USLACKBOT', name: 'slackbot', real_name: 'Slackbot', title: 'Slack itself', is_bot: false, color: '#6b6f76' };

/** @type {Map<string, Conversation>} */
const conversations = new Map();

/** @type {Map<string, Set<(detail: unknown) => void>>} */
const listeners = new Map();

/**
 * Subscribes; answers the function that unsubscribes.
 * @template Detail
 * @param {string} name
 * @param {(detail: Detail) => void} listener
 */
export function on(name, listener) {
  const known = listeners.get(name) ?? new Set();
  listeners.set(name, known);
  const stored = /** @type {(detail: unknown) => void} */ (listener);
  known.add(stored);
  return () => void known.delete(stored);
}

/**
 * @param {string} name
 * @param {unknown} [detail]
 */
export function emit(name, detail) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}

/**
 * The name under which a channel or a thread is kept.
 * @param {string} channel
 * @param {string} [threadTs]
 */
export function toKey(channel, threadTs) {
  return threadTs ? `${channel}/${threadTs}` : channel;
}

/** @param {string} key @returns {Conversation} */
export function getConversation(key) {
  let found = conversations.get(key);
  if (!found) {
    found = { messages: new Map(), hasMore: false, loaded: false, newSince: '' };
    conversations.set(key, found);
  }
  return found;
}

/** Every kept conversation whose channel this is: the channel itself and its threads. @param {string} channel */
export function listKeysOf(channel) {
  return [...conversations.keys()].filter((key) => key === channel || key.startsWith(`${channel}/`));
}

/** Forgets all messages, except what a reload would not bring back: other people's ephemeral messages stay. */
export function forgetConversations() {
  for (const conversation of conversations.values()) {
    conversation.loaded = false;
    conversation.newSince = '';
    for (const [ts, message] of conversation.messages) if (!message.ephemeral_for) conversation.messages.delete(ts);
  }
}

/** Messages that the acting user may see, oldest first. @param {string} key */
export function listMessages(key) {
  return [...getConversation(key).messages.values()].filter(isVisible).sort((a, b) => compareTs(a.ts, b.ts));
}

/** @param {MessageView} message */
export function isVisible(message) {
  return !message.ephemeral_for || message.ephemeral_for === state.user;
}

/** Orders Slack timestamps; they all have the same shape, so the text order is the time order. @param {string} a @param {string} b */
export function compareTs(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {string} id @returns {UserView | undefined} */
export function findUser(id) {
  const workspace = state.workspace;
  if (!workspace) return undefined;
  return [workspace.bot, ...workspace.users, SLACKBOT].find((user) => user.id === id);
}

/** @param {string} id @returns {ChannelView | undefined} */
export function findChannel(id) {
  return state.workspace?.channels.find((channel) => channel.id === id);
}

/** How a person is called in running text. @param {string} id */
export function nameUser(id) {
  const user = findUser(id);
  return user ? user.name : id;
}

/** The other person of a direct message, or undefined. @param {ChannelView} channel */
export function findPartner(channel) {
  if (channel.kind !== 'im') return undefined;
  const other = channel.members.find((member) => member !== state.user) ?? state.user;
  return findUser(other);
}

/** How a channel is called, without its sign. @param {ChannelView} channel */
export function nameChannel(channel) {
  return channel.kind === 'im' ? (findPartner(channel)?.real_name ?? channel.name) : channel.name;
}

/** The direct message with the bot, or undefined. */
export function findBotDm() {
  const bot = state.workspace?.bot.id ?? '';
  return state.workspace?.channels.find((channel) => channel.kind === 'im' && channel.members.includes(bot));
}
