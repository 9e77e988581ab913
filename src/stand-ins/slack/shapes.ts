import type { ChannelView, FileView, MessageView, UserView } from './page-api.ts';
import type { Dict, StoredChannel, StoredFile, StoredMessage, StoredUser } from './state.ts';
import type { Store } from './store.ts';

/** Leaves out fields that are undefined, as Slack leaves out what does not apply. */
export function compact(fields: Dict): Dict {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

// The short profile that Slack attaches to what the bot posts.
function buildBotProfile(store: Store): Dict {
  const { app, team } = store.data;
  const icons = { image_36: '/page/icon.svg', image_48: '/page/icon.svg', image_72: '/page/icon.svg' };
  return { id: app.bot_id, app_id: app.app_id, name: app.name, team_id: team.id, icons, updated: 0, deleted: false };
}

interface ThreadSummary {
  readonly reply_count: number;
  readonly reply_users: string[];
  readonly latest_reply?: string;
}

function summarizeThread(store: Store, message: StoredMessage): ThreadSummary {
  const replies = store.replies(message.channel, message.ts);
  const latest = replies.at(-1)?.ts;
  return {
    reply_count: replies.length,
    reply_users: [...new Set(replies.map((reply) => reply.user))],
    ...(latest === undefined ? {} : { latest_reply: latest }),
  };
}

/** A message as the Web API and events show it. Metadata of other apps does not exist here, so the switch decides alone. */
export function buildMessage(store: Store, message: StoredMessage, withMetadata: boolean): Dict {
  const { app, team } = store.data;
  const thread = summarizeThread(store, message);
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const isRoot = !isReply && thread.reply_count > 0;
  const root = isReply ? store.message(message.channel, message.thread_ts ?? '') : undefined;
  return compact({
    type: 'message',
    subtype: message.subtype,
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: team.id,
    ...(message.bot === true ? { bot_id: app.bot_id, app_id: app.app_id, bot_profile: buildBotProfile(store) } : {}),
    username: message.username,
    icons: message.icons,
    client_msg_id: message.client_msg_id,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    attachments: message.attachments.length > 0 ? message.attachments : undefined,
    files: message.files.length > 0 ? message.files.map((id) => buildFileOf(store, id)) : undefined,
    upload: message.upload,
    thread_ts: isReply ? message.thread_ts : isRoot ? message.ts : undefined,
    parent_user_id: root?.user,
    root: root !== undefined && message.subtype === 'thread_broadcast' ? buildMessage(store, root, withMetadata) : undefined,
    ...(isRoot ? { ...thread, reply_users_count: thread.reply_users.length, is_locked: false, subscribed: false } : {}),
    edited: message.edited,
    hidden: message.tombstone === true ? true : undefined,
    reactions: message.reactions.length > 0 ? message.reactions.map((one) => ({ ...one, count: one.users.length })) : undefined,
    metadata: withMetadata ? message.metadata : undefined,
  });
}

function buildFileOf(store: Store, id: string): Dict {
  const file = store.file(id);
  return file === undefined ? { id, mode: 'tombstone' } : buildFile(store, file);
}

/** A file as the Web API shows it. */
export function buildFile(store: Store, file: StoredFile): Dict {
  const place = `${store.url}/files/${file.id}/${encodeURIComponent(file.name)}`;
  const shares: Record<string, Record<string, Dict[]>> = {};
  for (const share of file.shares) {
    const kind = store.channel(share.channel)?.kind === 'channel' ? 'public' : 'private';
    const group = (shares[kind] ??= {});
    (group[share.channel] ??= []).push(
      compact({ ts: share.ts, thread_ts: share.thread_ts, channel_name: store.channel(share.channel)?.name }),
    );
  }
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.name.includes('.') ? (file.name.split('.').at(-1) ?? '') : 'text',
    pretty_type: file.mimetype,
    user: file.user,
    size: file.size,
    mode: 'hosted',
    is_external: false,
    editable: false,
    external_type: '',
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    media_display_type: 'unknown',
    is_starred: false,
    has_rich_preview: false,
    is_public: file.shares.some((share) => store.channel(share.channel)?.kind === 'channel'),
    url_private: place,
    url_private_download: place,
    permalink: place,
    permalink_public: place,
    ...(file.alt === '' ? {} : { alt_txt: file.alt }),
    shares,
    channels: listShares(store, file, 'channel'),
    groups: listShares(store, file, 'private'),
    ims: listShares(store, file, 'im'),
  };
}

function listShares(store: Store, file: StoredFile, kind: StoredChannel['kind']): string[] {
  return file.shares.map((share) => share.channel).filter((id) => store.channel(id)?.kind === kind);
}

/** A user as users.info shows one. */
export function buildUser(store: Store, user: StoredUser): Dict {
  const { team, app } = store.data;
  return compact({
    id: user.id,
    team_id: team.id,
    name: user.name,
    real_name: user.real_name,
    deleted: user.deleted,
    color: user.color.replace('#', ''),
    tz: user.tz,
    tz_label: user.tz,
    tz_offset: user.tz_offset,
    profile: compact({
      real_name: user.real_name,
      real_name_normalized: user.real_name,
      display_name: user.name,
      display_name_normalized: user.name,
      title: user.title,
      team: team.id,
      bot_id: user.id === app.bot_user ? app.bot_id : undefined,
      api_app_id: user.id === app.bot_user ? app.app_id : undefined,
    }),
    is_admin: user.is_admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: user.is_restricted,
    is_ultra_restricted: false,
    is_bot: user.is_bot && user.id !== 'USLACKBOT',
    is_app_user: false,
    updated: 0,
  });
}

/** A channel as conversations.info shows it to the bot. */
export function buildChannel(store: Store, channel: StoredChannel): Dict {
  const { team, app } = store.data;
  const shared = { is_archived: channel.archived, context_team_id: team.id, is_shared: false, is_ext_shared: false, is_org_shared: false };
  if (channel.kind === 'im') {
    const user = channel.members.find((id) => id !== app.bot_user);
    return { id: channel.id, created: channel.created, is_im: true, is_open: true, user, is_channel: false, is_group: false, ...shared };
  }
  const note = (value: string): Dict => ({ value, creator: channel.creator, last_set: channel.created });
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: channel.created,
    creator: channel.creator,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_general: channel.name === 'general',
    is_member: store.isMember(channel, app.bot_user),
    topic: note(channel.topic),
    purpose: note(''),
    ...shared,
  };
}

/** A user for the page. */
export function viewUser(user: StoredUser): UserView {
  const { id, name, real_name, title, is_bot, color } = user;
  return { id, name, real_name, title, is_bot, color };
}

/** A channel for the page, with what this user has not read. */
export function viewChannel(store: Store, channel: StoredChannel, userId: string | undefined): ChannelView {
  const read = userId === undefined ? undefined : (channel.reads[userId] ?? '0');
  const unread =
    read === undefined
      ? []
      : store.messages(channel.id).filter((message) => message.ts > read && message.user !== userId && showsInChannel(message));
  const mentions = channel.kind === 'im' ? unread : unread.filter((message) => message.text.includes(`<@${userId ?? ''}>`));
  return {
    id: channel.id,
    name: channel.name,
    kind: channel.kind,
    topic: channel.topic,
    members: channel.members,
    bot_is_member: store.isMember(channel, store.data.app.bot_user),
    unread: unread.length,
    mentions: mentions.length,
  };
}

/** True for what stands in the channel itself, not only in a thread. */
export function showsInChannel(message: StoredMessage): boolean {
  return message.thread_ts === undefined || message.thread_ts === message.ts || message.subtype === 'thread_broadcast';
}

/** A message for the page. */
export function viewMessage(store: Store, message: StoredMessage, deleted = false): MessageView {
  return {
    channel: message.channel,
    ts: message.ts,
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    broadcast: message.subtype === 'thread_broadcast',
    user: message.user,
    ...(message.username === undefined ? {} : { username: message.username }),
    is_bot: message.bot === true,
    text: message.text,
    blocks: message.blocks,
    attachments: message.attachments,
    files: message.files.flatMap((id) => {
      const file = store.file(id);
      return file === undefined ? [] : [viewFile(file)];
    }),
    reactions: message.reactions,
    edited: message.edited !== undefined,
    deleted: deleted || message.tombstone === true,
    ...(message.ephemeral_for === undefined ? {} : { ephemeral_for: message.ephemeral_for }),
    reply_count: 0,
    reply_users: [],
    ...(message.thread_ts === undefined || message.thread_ts === message.ts ? summarizeThread(store, message) : {}),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  };
}

function viewFile(file: StoredFile): FileView {
  const { id, name, title, mimetype, size, alt } = file;
  return { id, name, title, mimetype, size, alt, path: `/files/${id}/${encodeURIComponent(name)}` };
}
