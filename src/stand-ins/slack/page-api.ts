/**
 * What the console's page, its command line and the tests say to the console's server, beside the Slack protocol itself. JSON over HTTP under
 * `/control`, and one WebSocket at `/control/live` that sends a LiveEvent a frame. Every answer is {ok: true, …} or {ok: false, error, detail?}.
 *
 * GET    /control/state?user=U…                        → WorkspaceView (what that user may see)
 * GET    /control/messages?user=U…&channel=C…[&thread_ts=…][&before=ts][&limit=100] → {messages: MessageView[], has_more}
 * GET    /control/permalink?channel=C…&ts=…            → {path} ; the page opens at /archives/C…/p<ts without dot>[?thread_ts=…]
 * POST   /control/slash      {user, channel, command, text}                  → {outcome: DeliveryOutcome}
 * POST   /control/messages   {user, channel, text, thread_ts?, broadcast?}   → {ts} ; text in Slack's encoding (&amp; &lt; <@U…>), plain words pass, too
 * POST   /control/messages/edit   {user, channel, ts, text}                  → {}
 * POST   /control/messages/delete {user, channel, ts}                        → {}
 * POST   /control/reactions  {user, channel, ts, name, remove?}              → {}
 * POST   /control/upload     multipart: user, channel, thread_ts?, comment?, file → {file_id, ts}
 * POST   /control/action     {user, channel?, message_ts?, view_id?, block_id, action_id, value?, selected?, state?} → {outcome}
 *                             state: what the other inputs of the same view hold, as `values` below
 * POST   /control/shortcut   {user, callback_id, channel?, message_ts?}      → {outcome}
 * POST   /control/view/submit {user, view_id, values: Record<block_id, Record<action_id, unknown>>} → {outcome, errors?: Record<block_id, string>}
 * POST   /control/view/close  {user, view_id, cleared?}                      → {}
 * POST   /control/home       {user}                                          → {} ; sends app_home_opened
 * POST   /control/read       {user, channel, ts}                             → {} ; unread marks
 * GET    /control/traffic?since=N&limit=200                                  → {entries: TrafficEntry[]} ; Slack's own directions only, secrets masked
 * GET    /control/limits                               → {refusals: Record<method, number>} ; how often a method was answered with 429
 * POST   /control/faults     Fault  · DELETE /control/faults · GET /control/faults
 * POST   /control/sockets    {reason: 'refresh_requested' | 'warning' | 'drop' | 'link_disabled'}
 * POST   /control/seed       {users?, channels?} · POST /control/reset · GET /control/snapshot
 * GET    /control/credentials                            → {botToken, appToken, signingSecret, apiUrl}; only when started with exposeCredentials
 */

export interface UserView {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  readonly title: string;
  readonly is_bot: boolean;
  /** CSS colour of the generated avatar. */
  readonly color: string;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'private' | 'im';
  readonly topic: string;
  readonly members: readonly string[];
  readonly bot_is_member: boolean;
  readonly unread: number;
  readonly mentions: number;
}

export interface FileView {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly size: number;
  /** Path on this server; needs no token. */
  readonly path: string;
  readonly alt: string;
}

export interface MessageView {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  /** A reply that stands in the channel, too. */
  readonly broadcast: boolean;
  readonly user: string;
  readonly username?: string;
  readonly is_bot: boolean;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
  readonly files: readonly FileView[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly edited: boolean;
  readonly deleted: boolean;
  /** Set on messages that only this user sees; they are gone after a reload. */
  readonly ephemeral_for?: string;
  readonly reply_count: number;
  readonly reply_users: readonly string[];
  readonly latest_reply?: string;
  readonly metadata?: { readonly event_type: string; readonly event_payload: unknown };
}

export interface OpenView {
  readonly id: string;
  readonly user: string;
  readonly view: Record<string, unknown>;
}

export interface WorkspaceView {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly bot: UserView;
  readonly users: readonly UserView[];
  readonly channels: readonly ChannelView[];
  readonly commands: readonly { readonly command: string; readonly description: string; readonly usage_hint: string }[];
  readonly home: Record<string, unknown> | null;
  readonly modals: readonly OpenView[];
  readonly sockets: number;
}

/** What the person sees after a command, a click or a submission. */
export type DeliveryOutcome = 'acked' | 'operation_timeout' | 'dispatch_failed';

export type LiveEvent =
  | { readonly type: 'message' | 'message_changed' | 'message_deleted'; readonly message: MessageView }
  | { readonly type: 'view'; readonly action: 'opened' | 'updated' | 'closed'; readonly view: OpenView }
  | { readonly type: 'home'; readonly user: string; readonly view: Record<string, unknown> }
  | { readonly type: 'channel'; readonly channel: ChannelView }
  | {
      readonly type: 'action_failed';
      readonly user: string;
      readonly channel: string;
      readonly message_ts: string;
      readonly block_id: string;
      readonly action_id: string;
    }
  | { readonly type: 'sockets'; readonly count: number }
  | { readonly type: 'traffic'; readonly entry: TrafficEntry };

export interface TrafficEntry {
  readonly n: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly direction: 'api-call' | 'socket-out' | 'socket-in' | 'http-out' | 'response-url';
  /** API method, envelope type or frame type. */
  readonly name: string;
  readonly status: number | string;
  readonly milliseconds: number | null;
  readonly request: unknown;
  readonly response: unknown;
}

/** Makes something go wrong. `times` counts down; without it the fault stays until it is deleted. */
export interface Fault {
  readonly kind:
    | 'http-error' // answer `status` to API calls of `method`
    | 'error' // answer ok:false with `error`
    | 'rate-limit' // answer 429 with `retry_after` seconds
    | 'lost-answer' // carry the call out, then break the connection
    | 'hang' // carry the call out, answer after `ms`
    | 'no-pong'
    | 'no-server-ping'
    | 'duplicate-envelope' // deliver each envelope twice, with the same envelope_id
    | 'redeliver' // deliver again as a retry although it was acknowledged
    | 'shuffle' // hold events and deliver them in another order
    | 'delay'; // deliver envelopes `ms` late
  /** API method, or envelope type for delivery faults; `*` or absent means all. */
  readonly method?: string;
  readonly channel?: string;
  readonly times?: number;
  readonly status?: number;
  readonly error?: string;
  readonly retry_after?: number;
  readonly ms?: number;
}
