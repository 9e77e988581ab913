import type { Context } from '../context.ts';
import type { Upload } from '../http.ts';
import type { Dict, StoredChannel, StoredMessage, StoredUser } from '../state.ts';

/** A refusal of the control API. */
export class ControlError extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string | undefined;

  constructor(code: string, status = 400, detail?: string) {
    super(code);
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

export interface ControlRequest {
  /** Query and body together. */
  readonly fields: Dict;
  readonly files: Readonly<Record<string, Upload>>;
}

type ControlHandler = (ctx: Context, request: ControlRequest) => object | Promise<object>;
/** Handlers by method and path below /control, as in "POST /slash". */
export type ControlRoutes = Readonly<Record<string, ControlHandler>>;

export function readField(request: ControlRequest, name: string): string | undefined {
  const value = request.fields[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function requireField(request: ControlRequest, name: string): string {
  const value = readField(request, name);
  if (value === undefined) throw new ControlError('missing_field', 400, name);
  return value;
}

export function readFlag(request: ControlRequest, name: string): boolean {
  const value = request.fields[name];
  return value === true || value === 'true';
}

/** The person who acts; bots do not act through the page. */
export function requireUser(ctx: Context, request: ControlRequest): StoredUser {
  const user = ctx.store.user(requireField(request, 'user'));
  if (user === undefined || user.is_bot) throw new ControlError('user_not_found', 404);
  return user;
}

/** True for what this person may read: public channels, and those others they are in. */
export function maySeeChannel(channel: StoredChannel, userId: string): boolean {
  return channel.kind === 'channel' || channel.members.includes(userId);
}

/** A channel that this person may read. */
export function requireVisibleChannel(ctx: Context, request: ControlRequest, user: StoredUser): StoredChannel {
  const channel = ctx.store.resolveChannel(requireField(request, 'channel'));
  if (channel === undefined || !maySeeChannel(channel, user.id)) throw new ControlError('channel_not_found', 404);
  return channel;
}

/** A channel that this person is in. */
export function requireOwnChannel(ctx: Context, request: ControlRequest, user: StoredUser): StoredChannel {
  const channel = requireVisibleChannel(ctx, request, user);
  if (!channel.members.includes(user.id)) throw new ControlError('not_in_channel', 403);
  return channel;
}

/** A message of that channel, or an ephemeral one for this person. */
export function requireVisibleMessage(
  ctx: Context,
  request: ControlRequest,
  channel: StoredChannel,
  user: StoredUser,
  field: string,
): StoredMessage {
  const ts = requireField(request, field);
  const message = ctx.store.message(channel.id, ts) ?? ctx.store.ephemeral(channel.id, ts);
  const isHidden = message?.ephemeral_for !== undefined && message.ephemeral_for !== user.id;
  if (message === undefined || message.tombstone === true || isHidden) throw new ControlError('message_not_found', 404);
  return message;
}
