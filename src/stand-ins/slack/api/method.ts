import type { Context } from '../context.ts';
import type { Tier } from '../limits.ts';
import type { Dict, StoredChannel, StoredMessage } from '../state.ts';
import { isTs } from '../store.ts';

/** A refusal in Slack's words; `extra` fields stand beside the error. */
export class ApiError extends Error {
  readonly code: string;
  readonly extra: Dict;

  constructor(code: string, extra: Dict = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}

// A scope that depends on the kind of conversation named in the call.
type ConversationScope = 'read' | 'history';

export interface ApiMethod {
  readonly tier: Tier;
  /** One of these suffices; none needed when absent. */
  readonly scopes?: readonly string[];
  readonly conversationScope?: ConversationScope;
  readonly token?: 'bot' | 'app' | 'either';
  readonly run: (ctx: Context, args: Dict) => Dict | Promise<Dict>;
}

export type ApiFamily = Readonly<Record<string, ApiMethod>>;

/** The error Slack gives for arguments, with its explanation. */
export function refuseArguments(message: string): ApiError {
  return new ApiError('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${message}`] } });
}

/** A text argument; undefined when it was not given. */
export function readText(args: Dict, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/** A text argument that must be there. */
export function requireText(args: Dict, name: string): string {
  const value = readText(args, name);
  if (value === undefined || value === '') throw refuseArguments(`missing required field: ${name}`);
  return value;
}

export function readFlag(args: Dict, name: string): boolean {
  const value = readText(args, name);
  return value === 'true' || value === '1';
}

/** A whole number within bounds, or the default. */
export function readNumber(args: Dict, name: string, bounds: { fallback: number; most: number }): number {
  const value = readText(args, name);
  if (value === undefined || value === '') return bounds.fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw refuseArguments(`must be a whole number [${name}]`);
  return Math.min(number === 0 ? bounds.fallback : number, bounds.most);
}

/** An argument that is JSON, whether it came as a form field or inside a JSON body. `error` is given when it cannot be read. */
export function readJson(args: Dict, name: string, error: string): unknown {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw new ApiError(error);
  }
}

/** The channel a call names; it must exist and, if private, the bot must be in it. */
export function requireChannel(ctx: Context, args: Dict, name = 'channel'): StoredChannel {
  const channel = ctx.store.resolveChannel(requireText(args, name));
  if (channel === undefined) throw new ApiError('channel_not_found');
  if (channel.kind === 'private' && !ctx.store.isMember(channel, ctx.store.data.app.bot_user)) throw new ApiError('channel_not_found');
  return channel;
}

/** The same, with the bot in it. */
export function requireMembership(ctx: Context, args: Dict, name = 'channel'): StoredChannel {
  const channel = requireChannel(ctx, args, name);
  if (!ctx.store.isMember(channel, ctx.store.data.app.bot_user)) throw new ApiError('not_in_channel');
  return channel;
}

/** The message a call names; tombstones do not count. */
export function requireMessage(ctx: Context, channel: StoredChannel, ts: string): StoredMessage {
  const message = isTs(ts) ? ctx.store.message(channel.id, ts) : undefined;
  if (message === undefined || message.tombstone === true) throw new ApiError('message_not_found');
  return message;
}

/** Cuts one page out of a list; the cursor is opaque to callers. */
export function cutPage<T>(list: readonly T[], args: Dict, bounds: { fallback: number; most: number }): { page: T[]; next: string } {
  const limit = readNumber(args, 'limit', bounds);
  const cursor = readText(args, 'cursor') ?? '';
  const start = cursor === '' ? 0 : readCursor(cursor);
  const end = start + limit;
  const next = end < list.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { page: list.slice(start, end), next };
}

function readCursor(cursor: string): number {
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
  if (found === null) throw new ApiError('invalid_cursor');
  return Number(found[1]);
}
