import type { Context } from '../context.ts';
import { joinChannel } from '../messages.ts';
import { buildChannel, buildMessage, showsInChannel } from '../shapes.ts';
import type { Dict, StoredMessage } from '../state.ts';
import { isTs } from '../store.ts';
import { type ApiFamily, ApiError, cutPage, readFlag, readText, requireChannel, requireMembership, requireText } from './method.ts';

// The span between oldest and latest, ends excluded unless asked for.
function cutSpan(args: Dict, messages: readonly StoredMessage[]): StoredMessage[] {
  const oldest = readText(args, 'oldest') ?? '0';
  const latest = readText(args, 'latest') ?? '';
  if (oldest !== '0' && !/^\d+(\.\d+)?$/.test(oldest)) throw new ApiError('invalid_ts_oldest');
  if (latest !== '' && !/^\d+(\.\d+)?$/.test(latest)) throw new ApiError('invalid_ts_latest');
  const inclusive = readFlag(args, 'inclusive');
  const after = (ts: string): boolean => Number(ts) > Number(oldest) || (inclusive && ts === oldest);
  const before = (ts: string): boolean => latest === '' || Number(ts) < Number(latest) || (inclusive && ts === latest);
  return messages.filter((message) => after(message.ts) && before(message.ts));
}

function listHistory(ctx: Context, args: Dict): Dict {
  const channel = requireMembership(ctx, args);
  const all = cutSpan(args, ctx.store.messages(channel.id).filter(showsInChannel)).toReversed();
  const { page, next } = cutPage(all, args, { fallback: 100, most: 999 });
  return {
    messages: page.map((message) => buildMessage(ctx.store, message, readFlag(args, 'include_all_metadata'))),
    has_more: next !== '',
    pin_count: channel.pins.length,
    response_metadata: { next_cursor: next },
  };
}

function listReplies(ctx: Context, args: Dict): Dict {
  const channel = requireMembership(ctx, args);
  const ts = requireText(args, 'ts');
  const root = isTs(ts) ? ctx.store.message(channel.id, ts) : undefined;
  if (root === undefined) throw new ApiError('thread_not_found');
  const replies = cutSpan(args, ctx.store.replies(channel.id, ts));
  const { page, next } = cutPage(replies, args, { fallback: 1000, most: 1000 });
  const withMetadata = readFlag(args, 'include_all_metadata');
  return {
    // Every page begins with the root.
    messages: [root, ...page].map((message) => buildMessage(ctx.store, message, withMetadata)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
}

function listChannels(ctx: Context, args: Dict): Dict {
  const kinds = new Set((readText(args, 'types') ?? 'public_channel').split(',').map((word) => word.trim()));
  const known = ['public_channel', 'private_channel', 'mpim', 'im'];
  if ([...kinds].some((kind) => !known.includes(kind))) throw new ApiError('invalid_types');
  const words = { channel: 'public_channel', private: 'private_channel', im: 'im' } as const;
  const bot = ctx.store.data.app.bot_user;
  const skipArchived = readFlag(args, 'exclude_archived');
  const visible = ctx.store.data.channels.filter((channel) => {
    if (!kinds.has(words[channel.kind]) || (skipArchived && channel.archived)) return false;
    return channel.kind === 'channel' || ctx.store.isMember(channel, bot);
  });
  const { page, next } = cutPage(visible, args, { fallback: 100, most: 999 });
  return {
    channels: page.map((channel) => ({ ...buildChannel(ctx.store, channel), num_members: channel.members.length })),
    response_metadata: { next_cursor: next },
  };
}

function openConversation(ctx: Context, args: Dict): Dict {
  const named = readText(args, 'channel');
  const users = (readText(args, 'users') ?? '').split(',').filter((user) => user !== '');
  if (named === undefined && users.length === 0) throw new ApiError('users_list_not_supplied');
  if (users.length > 8) throw new ApiError('too_many_users');
  if (users.length > 1) throw new ApiError('method_not_supported_for_channel_type');
  const user = users[0];
  if (user !== undefined && ctx.store.user(user) === undefined) throw new ApiError('user_not_found');
  if (user !== undefined && ctx.store.user(user)?.deleted === true) throw new ApiError('user_disabled');
  const existed = ctx.store.data.channels.length;
  const channel = user === undefined ? requireChannel(ctx, args) : ctx.store.openDirect(user);
  const wasOpen = ctx.store.data.channels.length === existed;
  return {
    ...(wasOpen ? { no_op: true, already_open: true } : {}),
    channel: readFlag(args, 'return_im') ? buildChannel(ctx.store, channel) : { id: channel.id },
  };
}

function joinConversation(ctx: Context, args: Dict): Dict {
  const channel = requireChannel(ctx, args);
  if (channel.kind !== 'channel') throw new ApiError('method_not_supported_for_channel_type');
  if (channel.archived) throw new ApiError('is_archived');
  const joined = joinChannel(ctx, channel, ctx.store.data.app.bot_user);
  const notice = joined ? {} : { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } };
  return { channel: buildChannel(ctx.store, channel), ...notice };
}

export const conversations: ApiFamily = {
  'conversations.history': { tier: 't3', conversationScope: 'history', run: listHistory },
  'conversations.replies': { tier: 't3', conversationScope: 'history', run: listReplies },
  'conversations.info': {
    tier: 't3',
    conversationScope: 'read',
    run: (ctx, args) => {
      const channel = requireChannel(ctx, args);
      const count = readFlag(args, 'include_num_members') ? { num_members: channel.members.length } : {};
      return { channel: { ...buildChannel(ctx.store, channel), ...count } };
    },
  },
  'conversations.members': {
    tier: 't4',
    conversationScope: 'read',
    run: (ctx, args) => {
      const { page, next } = cutPage(requireChannel(ctx, args).members, args, { fallback: 100, most: 999 });
      return { members: page, response_metadata: { next_cursor: next } };
    },
  },
  'conversations.list': { tier: 't2', scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'], run: listChannels },
  'conversations.open': { tier: 't3', scopes: ['im:write', 'mpim:write'], run: openConversation },
  'conversations.join': { tier: 't3', scopes: ['channels:join'], run: joinConversation },
};
