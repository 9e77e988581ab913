import type { Context } from '../context.ts';
import type { MessageView, WorkspaceView } from '../page-api.ts';
import { buildPermalinkPath } from '../permalink.ts';
import { showsInChannel, viewChannel, viewMessage, viewUser } from '../shapes.ts';
import type { StoredMessage } from '../state.ts';
import {
  ControlError,
  type ControlRequest,
  type ControlRoutes,
  maySeeChannel,
  readField,
  requireField,
  requireUser,
  requireVisibleChannel,
} from './route.ts';

/** Slack's own command to let somebody into a channel. */
export const inviteCommand = { command: '/invite', description: 'Let somebody into this channel', usage_hint: '@name' };

function describeWorkspace(ctx: Context, request: ControlRequest): WorkspaceView {
  const { data } = ctx.store;
  // A page that was just opened does not know anybody yet.
  const user = readField(request, 'user') === undefined ? data.users.find((one) => !one.is_bot) : requireUser(ctx, request);
  if (user === undefined) throw new ControlError('user_not_found', 404);
  const bot = ctx.store.user(data.app.bot_user);
  if (bot === undefined) throw new ControlError('bot_not_found', 500);
  return {
    team: data.team,
    bot: viewUser(bot),
    users: data.users.filter((one) => !one.is_bot).map(viewUser),
    channels: data.channels.filter((channel) => maySeeChannel(channel, user.id)).map((channel) => viewChannel(ctx.store, channel, user.id)),
    commands: [...ctx.app.commands, inviteCommand].map(({ command, description, usage_hint }) => ({ command, description, usage_hint })),
    home: data.homes[user.id] ?? null,
    modals: ctx.modals.stack(user.id).map((view) => ({ id: view.id, user: user.id, view })),
    sockets: ctx.sockets.count,
  };
}

function listMessages(ctx: Context, request: ControlRequest): { messages: MessageView[]; has_more: boolean } {
  const user = requireUser(ctx, request);
  const channel = requireVisibleChannel(ctx, request, user);
  const thread = readField(request, 'thread_ts');
  const before = readField(request, 'before');
  const limit = Math.min(1000, Math.max(1, Number(readField(request, 'limit') ?? 100) || 100));
  const root = thread === undefined ? undefined : ctx.store.message(channel.id, thread);
  if (thread !== undefined && root === undefined) throw new ControlError('thread_not_found', 404);
  const all: readonly StoredMessage[] =
    root === undefined ? ctx.store.messages(channel.id).filter(showsInChannel) : [root, ...ctx.store.replies(channel.id, root.ts)];
  const earlier = before === undefined ? all : all.filter((message) => message.ts < before);
  return { messages: earlier.slice(-limit).map((message) => viewMessage(ctx.store, message)), has_more: earlier.length > limit };
}

export const workspaceRoutes: ControlRoutes = {
  'GET /state': describeWorkspace,
  'GET /messages': listMessages,
  'GET /permalink': (ctx, request) => {
    const message = ctx.store.message(requireField(request, 'channel'), requireField(request, 'ts'));
    if (message === undefined) throw new ControlError('message_not_found', 404);
    return { path: buildPermalinkPath(message) };
  },
};
