import type { Context } from './context.ts';
import type { StoredMessage } from './state.ts';

/** The path at which the page opens a message. */
export function buildPermalinkPath(message: StoredMessage): string {
  const place = `/archives/${message.channel}/p${message.ts.replace('.', '')}`;
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  return isReply ? `${place}?thread_ts=${message.thread_ts}&cid=${message.channel}` : place;
}

/** The address of a message. It has Slack's form but this server's host, so that it opens the page. */
export function buildPermalink(ctx: Context, message: StoredMessage): string {
  return `${ctx.url}${buildPermalinkPath(message)}`;
}
