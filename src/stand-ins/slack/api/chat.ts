import { type Content, readContent } from '../content.ts';
import type { Context } from '../context.ts';
import { addMessage, deleteMessage, editMessage } from '../messages.ts';
import { buildPermalink } from '../permalink.ts';
import { buildMessage, compact } from '../shapes.ts';
import type { Dict, StoredChannel, StoredMessage } from '../state.ts';
import {
  type ApiFamily,
  ApiError,
  readFlag,
  readJson,
  readText,
  requireChannel,
  requireMembership,
  requireMessage,
  requireText,
} from './method.ts';

const longestText = 40_000;
const longestEdit = 4_000;

function readMetadata(args: Dict): StoredMessage['metadata'] | null | undefined {
  const raw = readJson(args, 'metadata', 'invalid_metadata_format');
  if (raw === undefined) return undefined;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new ApiError('invalid_metadata_format');
  const { event_type, event_payload } = raw as Dict;
  if (Object.keys(raw).length === 0) return null;
  if (typeof event_type !== 'string' || event_type === '' || event_type.length > 255) throw new ApiError('invalid_metadata_schema');
  if (typeof event_payload !== 'object' || event_payload === null || Array.isArray(event_payload))
    throw new ApiError('invalid_metadata_schema');
  if (!Object.values(event_payload).every(isMetadataValue)) throw new ApiError('invalid_metadata_schema');
  if (JSON.stringify(raw).length > 16_384) throw new ApiError('metadata_too_large');
  return { event_type, event_payload };
}

// Plain values, lists of them, and objects one level deep.
function isMetadataValue(value: unknown): boolean {
  const plain = (one: unknown): boolean => one === null || ['string', 'number', 'boolean'].includes(typeof one);
  const flat = (one: unknown): boolean => plain(one) || (typeof one === 'object' && one !== null && Object.values(one).every(plain));
  return plain(value) || (Array.isArray(value) ? value.every(flat) : flat(value));
}

// A reply to a reply belongs to the thread of its root.
function readThread(ctx: Context, channel: StoredChannel, args: Dict): string | undefined {
  const ts = readText(args, 'thread_ts');
  if (ts === undefined || ts === '') return undefined;
  const parent = ctx.store.message(channel.id, ts);
  if (parent === undefined) throw new ApiError('thread_not_found');
  if (parent.tombstone === true) throw new ApiError('cannot_reply_to_message');
  return parent.thread_ts ?? parent.ts;
}

function checkPostable(ctx: Context, channel: StoredChannel): void {
  if (channel.archived) throw new ApiError('is_archived');
  if (channel.kind === 'im' && !ctx.app.messagesTab) throw new ApiError('messages_tab_disabled');
  const isMember = ctx.store.isMember(channel, ctx.store.data.app.bot_user);
  const isOpen = channel.kind === 'channel' && ctx.app.scopes.includes('chat:write.public');
  if (!isMember && !isOpen) throw new ApiError('not_in_channel');
}

function requireContent(content: Content): void {
  const isEmpty = (content.text ?? '') === '' && (content.blocks ?? []).length === 0 && (content.attachments ?? []).length === 0;
  if (isEmpty) throw new ApiError('no_text');
}

// Another name or picture makes it the message of "a bot" instead of the bot's user.
function readCostume(ctx: Context, args: Dict): Partial<StoredMessage> {
  const username = readText(args, 'username');
  const emoji = readText(args, 'icon_emoji');
  const url = readText(args, 'icon_url');
  if (username === undefined && emoji === undefined && url === undefined) return {};
  if (!ctx.app.scopes.includes('chat:write.customize')) {
    throw new ApiError('missing_scope', { needed: 'chat:write.customize', provided: ctx.app.scopes.join(',') });
  }
  const icons = compact({ emoji, image_48: url });
  return { subtype: 'bot_message', ...(username === undefined ? {} : { username }), ...(Object.keys(icons).length === 0 ? {} : { icons }) };
}

function postMessage(ctx: Context, args: Dict): Dict {
  const channel = requireChannel(ctx, args);
  checkPostable(ctx, channel);
  const content = readContent(ctx, args);
  requireContent(content);
  const metadata = readMetadata(args) ?? undefined;
  const thread = readThread(ctx, channel, args);
  const message = addMessage(ctx, channel, {
    user: ctx.store.data.app.bot_user,
    bot: true,
    text: (content.text ?? '').slice(0, longestText),
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    ...readCostume(ctx, args),
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ...(thread !== undefined && readFlag(args, 'reply_broadcast') ? { subtype: 'thread_broadcast' } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  });
  const cut =
    (content.text ?? '').length > longestText
      ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
      : {};
  return { channel: channel.id, ts: message.ts, message: buildMessage(ctx.store, message, true), ...cut };
}

// Text alone removes the blocks and attachments that were there; what is not mentioned beside one of these two stays.
function replaceParts({ text, blocks, attachments }: Content): { blocks?: Dict[]; attachments?: Dict[] } {
  const isTextAlone = text !== undefined && blocks === undefined && attachments === undefined;
  const emptied = isTextAlone ? { attachments: [] } : {};
  const withoutBlocks = text === undefined ? {} : { blocks: [] };
  return {
    ...withoutBlocks,
    ...emptied,
    ...(blocks === undefined ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
  };
}

function updateMessage(ctx: Context, args: Dict): Dict {
  const channel = ctx.store.channel(requireText(args, 'channel'));
  if (channel === undefined) throw new ApiError('channel_not_found');
  const ts = requireText(args, 'ts');
  if (ctx.store.ephemeral(channel.id, ts) !== undefined) throw new ApiError('cant_update_message');
  const message = requireMessage(ctx, channel, ts);
  if (message.bot !== true) throw new ApiError('cant_update_message');
  if (channel.archived) throw new ApiError('is_archived');
  const content = readContent(ctx, args);
  if ((content.text ?? '').length > longestEdit) throw new ApiError('msg_too_long');
  const metadata = readMetadata(args);
  if (metadata === undefined) requireContent(content);
  const viaBlocks = (content.blocks ?? []).length > 0;
  const onlyMetadata = content.text === undefined && content.blocks === undefined && content.attachments === undefined;
  editMessage(ctx, channel, message, {
    ...(content.text === undefined ? {} : { text: content.text }),
    ...replaceParts(content),
    ...(metadata === undefined ? {} : { metadata }),
    ...(viaBlocks || onlyMetadata ? {} : { editor: ctx.store.data.app.bot_user }),
    broadcast: readFlag(args, 'reply_broadcast') && message.thread_ts !== undefined,
  });
  return { channel: channel.id, ts: message.ts, text: message.text, message: buildMessage(ctx.store, message, true) };
}

function removeMessage(ctx: Context, args: Dict): Dict {
  const channel = requireChannel(ctx, args);
  const message = requireMessage(ctx, channel, requireText(args, 'ts'));
  if (message.bot !== true) throw new ApiError('cant_delete_message');
  deleteMessage(ctx, channel, message);
  return { channel: channel.id, ts: message.ts };
}

function postEphemeral(ctx: Context, args: Dict): Dict {
  const channel = requireMembership(ctx, args);
  const user = requireText(args, 'user');
  if (ctx.store.user(user) === undefined || !ctx.store.isMember(channel, user)) throw new ApiError('user_not_in_channel');
  const content = readContent(ctx, args);
  requireContent(content);
  if ((content.text ?? '').length > longestText) throw new ApiError('msg_too_long');
  const thread = readThread(ctx, channel, args);
  const message = addMessage(ctx, channel, {
    user: ctx.store.data.app.bot_user,
    bot: true,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ephemeral_for: user,
  });
  return { message_ts: message.ts };
}

export const chat: ApiFamily = {
  'chat.postMessage': { tier: 'special', scopes: ['chat:write'], run: postMessage },
  'chat.update': { tier: 't3', scopes: ['chat:write'], run: updateMessage },
  'chat.delete': { tier: 't3', scopes: ['chat:write'], run: removeMessage },
  'chat.postEphemeral': { tier: 't4', scopes: ['chat:write'], run: postEphemeral },
  'chat.getPermalink': {
    tier: 'special',
    run: (ctx, args) => {
      const channel = requireChannel(ctx, args);
      const message = requireMessage(ctx, channel, requireText(args, 'message_ts'));
      return { channel: channel.id, permalink: buildPermalink(ctx, message) };
    },
  },
};
