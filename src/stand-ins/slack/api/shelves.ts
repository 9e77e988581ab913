import type { Context } from '../context.ts';
import type { Dict } from '../state.ts';
import { type ApiFamily, ApiError, readText, requireMembership, requireMessage, requireText } from './method.ts';

const mostOnShelf = 100;

function addPin(ctx: Context, args: Dict): Dict {
  const channel = requireMembership(ctx, args);
  const message = requireMessage(ctx, channel, requireText(args, 'timestamp'));
  if (channel.pins.includes(message.ts)) throw new ApiError('already_pinned');
  if (channel.pins.length >= mostOnShelf) throw new ApiError('too_many_pins');
  channel.pins.push(message.ts);
  ctx.store.touch();
  return {};
}

function addBookmark(ctx: Context, args: Dict): Dict {
  const channel = requireMembership(ctx, args, 'channel_id');
  const title = requireText(args, 'title');
  const type = requireText(args, 'type');
  const link = readText(args, 'link');
  if (type !== 'link') throw new ApiError('invalid_bookmark_type');
  if (link === undefined || !/^https?:\/\/\S+$/.test(link)) throw new ApiError('invalid_link');
  if (channel.bookmarks.length >= mostOnShelf) throw new ApiError('too_many_bookmarks');
  const now = Math.floor(ctx.clock.now() / 1000);
  const bookmark = {
    id: ctx.store.nextId('Bk'),
    channel_id: channel.id,
    title,
    link,
    emoji: readText(args, 'emoji') ?? '',
    icon_url: '',
    type,
    entity_id: null,
    date_created: now,
    date_updated: 0,
    rank: String(channel.bookmarks.length).padStart(4, '0'),
    last_updated_by_user_id: ctx.store.data.app.bot_user,
    last_updated_by_team_id: ctx.store.data.team.id,
    app_id: ctx.store.data.app.app_id,
  };
  channel.bookmarks.push(bookmark);
  ctx.store.touch();
  return { bookmark };
}

export const shelves: ApiFamily = {
  'pins.add': { tier: 't2', scopes: ['pins:write'], run: addPin },
  'bookmarks.add': { tier: 't2', scopes: ['bookmarks:write'], run: addBookmark },
};
