import { randomBytes } from 'node:crypto';
import type { Context } from './context.ts';
import type { Dict, StoredChannel } from './state.ts';

const channelTypes = { channel: 'channel', private: 'group', im: 'im' } as const;
const subscriptions = { channel: 'message.channels', private: 'message.groups', im: 'message.im' } as const;

/** Sends a message event to the app if it sits in the channel and subscribed to such messages. */
export function emitMessageEvent(ctx: Context, channel: StoredChannel, event: Dict): void {
  if (!ctx.app.events.has(subscriptions[channel.kind])) return;
  emitInChannel(ctx, channel, { type: 'message', channel: channel.id, channel_type: channelTypes[channel.kind], ...event });
}

/** Sends another event of a channel to the app under the same two conditions. */
export function emitChannelEvent(ctx: Context, channel: StoredChannel, event: Dict & { type: string }): void {
  if (ctx.app.events.has(event.type)) emitInChannel(ctx, channel, event);
}

/** Sends an event that belongs to no channel. */
export function emitEvent(ctx: Context, event: Dict & { type: string }): void {
  if (ctx.app.events.has(event.type)) ctx.delivery.emit(wrapEvent(ctx, event));
}

function emitInChannel(ctx: Context, channel: StoredChannel, event: Dict): void {
  if (!ctx.store.isMember(channel, ctx.store.data.app.bot_user)) return;
  ctx.delivery.emit(wrapEvent(ctx, event));
}

/** The deprecated verification token that payloads still carry. It proves nothing. */
export const verificationToken = 'stand-in-verification';

function wrapEvent(ctx: Context, event: Dict): Dict {
  const { team, app } = ctx.store.data;
  return {
    token: verificationToken,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: app.app_id,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(6).toString('hex').toUpperCase()}`,
    event_time: Math.floor(ctx.clock.now() / 1000),
    authorizations: [{ enterprise_id: null, team_id: team.id, user_id: app.bot_user, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
    event_context: `4-${randomBytes(24).toString('base64url')}`,
  };
}
