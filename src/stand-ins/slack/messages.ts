import type { Context } from './context.ts';
import { emitChannelEvent, emitMessageEvent } from './events.ts';
import { buildMessage, viewChannel, viewMessage } from './shapes.ts';
import type { Dict, StoredChannel, StoredMessage } from './state.ts';

export type Draft = Pick<StoredMessage, 'user' | 'text'> & Partial<Omit<StoredMessage, 'channel' | 'ts' | 'reactions'>>;

/** Puts a message into a channel, shows it to the pages and tells the app. */
export function addMessage(ctx: Context, channel: StoredChannel, draft: Draft): StoredMessage {
  const message: StoredMessage = {
    blocks: [],
    attachments: [],
    files: [],
    ...draft,
    channel: channel.id,
    ts: ctx.store.nextTs(channel),
    reactions: [],
  };
  ctx.store.add(message);
  channel.reads[message.user] = message.ts;
  ctx.live.send({ type: 'message', message: viewMessage(ctx.store, message) });
  if (message.ephemeral_for !== undefined) return message;
  announceMessage(ctx, channel, message);
  const root = message.thread_ts === undefined ? undefined : ctx.store.message(channel.id, message.thread_ts);
  if (root !== undefined && root !== message) announceReply(ctx, channel, root);
  return message;
}

function announceMessage(ctx: Context, channel: StoredChannel, message: StoredMessage): void {
  const event = { ...buildMessage(ctx.store, message, true), event_ts: message.ts };
  emitMessageEvent(ctx, channel, event);
  const { bot_user } = ctx.store.data.app;
  const isMention = message.bot !== true && channel.kind !== 'im' && new RegExp(`<@${bot_user}(\\|[^>]*)?>`).test(message.text);
  if (isMention) {
    const { upload: _upload, subtype: _subtype, ...rest } = event as Dict;
    emitChannelEvent(ctx, channel, { ...rest, type: 'app_mention', channel: channel.id });
  }
}

// Slack sends message_replied without its subtype; what remains is a hidden message event around the root.
function announceReply(ctx: Context, channel: StoredChannel, root: StoredMessage): void {
  ctx.live.send({ type: 'message_changed', message: viewMessage(ctx.store, root) });
  const ts = ctx.store.nextTs(channel);
  emitMessageEvent(ctx, channel, { message: buildMessage(ctx.store, root, true), hidden: true, ts, event_ts: ts });
}

export interface Edit {
  readonly text?: string;
  readonly blocks?: Dict[];
  readonly attachments?: Dict[];
  readonly metadata?: StoredMessage['metadata'] | null;
  readonly files?: string[];
  /** Who edited it; absent when the edit leaves no "(edited)" mark. */
  readonly editor?: string;
  readonly broadcast?: boolean;
}

/** Changes a message in place, shows that and tells the app. Ephemeral messages change for their reader only. */
export function editMessage(ctx: Context, channel: StoredChannel, message: StoredMessage, edit: Edit): void {
  const previous = buildMessage(ctx.store, message, true);
  if (edit.text !== undefined) message.text = edit.text;
  if (edit.blocks !== undefined) message.blocks = edit.blocks;
  if (edit.attachments !== undefined) message.attachments = edit.attachments;
  if (edit.files !== undefined) message.files = edit.files;
  if (edit.broadcast === true) message.subtype = 'thread_broadcast';
  if (edit.metadata === null) delete message.metadata;
  else if (edit.metadata !== undefined) message.metadata = edit.metadata;
  const ts = ctx.store.nextTs(channel);
  if (edit.editor !== undefined) message.edited = { user: edit.editor, ts };
  ctx.live.send({ type: 'message_changed', message: viewMessage(ctx.store, message) });
  if (message.ephemeral_for !== undefined) return;
  announceChange(ctx, channel, message, previous, ts);
}

function announceChange(ctx: Context, channel: StoredChannel, message: StoredMessage, previous: Dict, ts: string): void {
  emitMessageEvent(ctx, channel, {
    subtype: 'message_changed',
    hidden: true,
    message: buildMessage(ctx.store, message, true),
    previous_message: previous,
    ts,
    event_ts: ts,
  });
}

/** Removes a message. A root that has replies leaves a tombstone, so that its thread stays. */
export function deleteMessage(ctx: Context, channel: StoredChannel, message: StoredMessage): void {
  const previous = buildMessage(ctx.store, message, true);
  const ts = ctx.store.nextTs(channel);
  if (message.ephemeral_for === undefined && ctx.store.replies(channel.id, message.ts).length > 0) {
    Object.assign(message, { text: 'This message was deleted.', user: 'USLACKBOT', subtype: 'tombstone', tombstone: true });
    Object.assign(message, { blocks: [], attachments: [], files: [], reactions: [], bot: false });
    delete message.metadata;
    ctx.live.send({ type: 'message_changed', message: viewMessage(ctx.store, message) });
    return announceChange(ctx, channel, message, previous, ts);
  }
  ctx.store.remove(message);
  ctx.live.send({ type: 'message_deleted', message: viewMessage(ctx.store, message, true) });
  if (message.ephemeral_for !== undefined) return;
  const deleted = { subtype: 'message_deleted', hidden: true, deleted_ts: message.ts, previous_message: previous, ts, event_ts: ts };
  emitMessageEvent(ctx, channel, deleted);
  const root = message.thread_ts === undefined ? undefined : ctx.store.message(channel.id, message.thread_ts);
  if (root !== undefined) ctx.live.send({ type: 'message_changed', message: viewMessage(ctx.store, root) });
}

/** Adds or removes one user's reaction; returns Slack's error name when that changes nothing. */
export function react(
  ctx: Context,
  channel: StoredChannel,
  message: StoredMessage,
  reaction: { user: string; name: string; remove: boolean },
): 'already_reacted' | 'no_reaction' | undefined {
  const known = message.reactions.find((one) => one.name === reaction.name);
  const has = known?.users.includes(reaction.user) ?? false;
  if (reaction.remove) {
    if (known === undefined || !has) return 'no_reaction';
    known.users = known.users.filter((user) => user !== reaction.user);
    if (known.users.length === 0) message.reactions = message.reactions.filter((one) => one !== known);
  } else {
    if (has) return 'already_reacted';
    if (known === undefined) message.reactions.push({ name: reaction.name, users: [reaction.user] });
    else known.users.push(reaction.user);
  }
  ctx.store.touch();
  ctx.live.send({ type: 'message_changed', message: viewMessage(ctx.store, message) });
  emitChannelEvent(ctx, channel, {
    type: reaction.remove ? 'reaction_removed' : 'reaction_added',
    user: reaction.user,
    reaction: reaction.name,
    item_user: message.user,
    item: { type: 'message', channel: channel.id, ts: message.ts },
    event_ts: ctx.store.nextTs(channel),
  });
  return undefined;
}

/** Shows pages a channel anew, each with its own user's unread marks. */
export function showChannel(ctx: Context, channel: StoredChannel): void {
  ctx.live.sendEach((user) => ({ type: 'channel', channel: viewChannel(ctx.store, channel, user) }));
}

/** Lets somebody into a channel, shows that and tells the app; false when they were in it already. */
export function joinChannel(ctx: Context, channel: StoredChannel, userId: string, inviter?: string): boolean {
  if (ctx.store.isMember(channel, userId)) return false;
  channel.members.push(userId);
  ctx.store.touch();
  showChannel(ctx, channel);
  emitChannelEvent(ctx, channel, {
    type: 'member_joined_channel',
    user: userId,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'G' : 'C',
    team: ctx.store.data.team.id,
    ...(inviter === undefined ? {} : { inviter }),
    event_ts: ctx.store.nextTs(channel),
  });
  return true;
}
