import { randomBytes } from 'node:crypto';
import { buildDirectChannel, nameDirectChannel } from './seed.ts';
import type { StoredChannel, StoredFile, StoredMessage, StoredUser, WorkspaceData } from './state.ts';

/** Formats microseconds since the epoch as Slack does: seconds, a dot, six digits. */
export function formatTs(microseconds: number): string {
  return `${Math.floor(microseconds / 1e6)}.${String(microseconds % 1e6).padStart(6, '0')}`;
}

/** True for two words that are the same instant or in order. */
export function isTs(value: string): boolean {
  return /^\d{1,12}\.\d{6}$/.test(value);
}

/**
 * The workspace with its indexes. It changes data and says that it changed; it never talks to anybody. What a change means to the app and to
 * the page is in messages.ts.
 */
export class Store {
  data: WorkspaceData;
  /** Address of this server, for links inside of what it answers. */
  readonly url: string;
  readonly #now: () => number;
  readonly #changed: () => void;
  #byChannel = new Map<string, StoredMessage[]>();
  #byKey = new Map<string, StoredMessage>();
  #threads = new Map<string, StoredMessage[]>();
  #ephemeral = new Map<string, StoredMessage>();

  constructor(data: WorkspaceData, url: string, now: () => number, changed: () => void) {
    this.data = data;
    this.url = url;
    this.#now = now;
    this.#changed = changed;
    this.replace(data);
  }

  /** Takes over another workspace, as after a reset. */
  replace(data: WorkspaceData): void {
    this.data = data;
    this.#byChannel = new Map();
    this.#byKey = new Map();
    this.#threads = new Map();
    this.#ephemeral = new Map();
    for (const message of data.messages) this.#index(message);
    this.#changed();
  }

  /** To be called after a change to anything reached through `data`. */
  touch(): void {
    this.#changed();
  }

  #index(message: StoredMessage): void {
    this.#byKey.set(`${message.channel}/${message.ts}`, message);
    const list = this.#byChannel.get(message.channel) ?? [];
    this.#byChannel.set(message.channel, list);
    list.push(message);
    if (message.thread_ts === undefined || message.thread_ts === message.ts) return;
    const key = `${message.channel}/${message.thread_ts}`;
    const thread = this.#threads.get(key) ?? [];
    this.#threads.set(key, thread);
    thread.push(message);
  }

  /** A readable id that was never handed out before. */
  nextId(prefix: string): string {
    this.data.serial += 1;
    this.#changed();
    const random = randomBytes(3).toString('hex').toUpperCase();
    return `${prefix}${this.data.serial.toString(36).toUpperCase().padStart(4, '0')}${random}`;
  }

  /** A ts for this channel, greater than all before. */
  nextTs(channel: StoredChannel): string {
    channel.last_ts = Math.max(Math.floor(this.#now() * 1000), channel.last_ts + 1);
    this.#changed();
    return formatTs(channel.last_ts);
  }

  user(id: string): StoredUser | undefined {
    return this.data.users.find((user) => user.id === id);
  }

  channel(id: string): StoredChannel | undefined {
    return this.data.channels.find((channel) => channel.id === id);
  }

  /** Finds a channel by id, by #name, or by the user whose direct conversation it is; opens that one when needed. */
  resolveChannel(reference: string): StoredChannel | undefined {
    const direct = this.channel(reference);
    if (direct !== undefined) return direct;
    if (this.user(reference) !== undefined) return this.openDirect(reference);
    const name = reference.replace(/^#/, '');
    return this.data.channels.find((channel) => channel.kind !== 'im' && channel.name === name);
  }

  /** The direct conversation between a user and the bot. */
  openDirect(userId: string): StoredChannel {
    const known = this.channel(nameDirectChannel(userId));
    if (known !== undefined) return known;
    const channel = buildDirectChannel(userId, this.data.app.bot_user, this.#now());
    this.data.channels.push(channel);
    this.#changed();
    return channel;
  }

  isMember(channel: StoredChannel, userId: string): boolean {
    return channel.members.includes(userId);
  }

  /** Messages of a channel in order, replies included. */
  messages(channelId: string): readonly StoredMessage[] {
    return this.#byChannel.get(channelId) ?? [];
  }

  message(channelId: string, ts: string): StoredMessage | undefined {
    return this.#byKey.get(`${channelId}/${ts}`);
  }

  ephemeral(channelId: string, ts: string): StoredMessage | undefined {
    return this.#ephemeral.get(`${channelId}/${ts}`);
  }

  /** Replies in order, the root not included. */
  replies(channelId: string, rootTs: string): readonly StoredMessage[] {
    return this.#threads.get(`${channelId}/${rootTs}`) ?? [];
  }

  add(message: StoredMessage): void {
    if (message.ephemeral_for === undefined) {
      this.data.messages.push(message);
      this.#index(message);
    } else {
      this.#ephemeral.set(`${message.channel}/${message.ts}`, message);
    }
    this.#changed();
  }

  remove(message: StoredMessage): void {
    const key = `${message.channel}/${message.ts}`;
    this.#ephemeral.delete(key);
    this.#byKey.delete(key);
    dropFrom(this.data.messages, message);
    dropFrom(this.#byChannel.get(message.channel) ?? [], message);
    dropFrom(this.#threads.get(`${message.channel}/${message.thread_ts ?? ''}`) ?? [], message);
    this.#changed();
  }

  file(id: string): StoredFile | undefined {
    return this.data.files.find((file) => file.id === id);
  }
}

function dropFrom(list: StoredMessage[], message: StoredMessage): void {
  const index = list.indexOf(message);
  if (index >= 0) list.splice(index, 1);
}
