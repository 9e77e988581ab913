import { ErrorCode, WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/**
 * What an error of a Slack call means for the caller: `rate-limited` wait; `gone` the message or channel is not there or not ours any
 * more; `refused` a mistake of ours that waiting will not mend; `unknown` the call may have been carried out.
 */
export type SlackVerdict =
  | { readonly kind: 'rate-limited'; readonly seconds: number }
  | { readonly kind: 'gone'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

const GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'thread_not_found',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'is_inactive',
  'restricted_action',
  'cannot_reply_to_message',
  'file_uploads_disabled',
  'storage_limit_reached',
]);
const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org', 'rollup_error']);
const THROTTLED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

export function classifySlackError(error: unknown): SlackVerdict {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rate-limited', seconds: Math.max(1, error.retryAfter) };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (THROTTLED.has(code)) return { kind: 'rate-limited', seconds: 5 };
    if (GONE.has(code)) return { kind: 'gone', why: code };
    if (PASSING.has(code)) return { kind: 'unknown', why: `Slack answered ${code}` };
    return { kind: 'refused', why: code };
  }
  if (error instanceof WebAPIHTTPError) {
    return error.statusCode === 429
      ? { kind: 'rate-limited', seconds: 5 }
      : { kind: 'unknown', why: `Slack answered HTTP ${error.statusCode}` };
  }
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === ErrorCode.RequestError) return { kind: 'unknown', why: 'Slack could not be reached' };
  return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) };
}
