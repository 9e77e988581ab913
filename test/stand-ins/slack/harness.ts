import { SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { MessageView, TrafficEntry } from '../../../src/stand-ins/slack/page-api.ts';
import { ids } from '../../../src/stand-ins/slack/seed.ts';
import { type SlackStandIn, startSlackStandIn, type StandInOptions } from '../../../src/stand-ins/slack/server.ts';

export { ids };

/** Starts a stand-in that ends with the test. Events are redelivered a hundred times faster than in life. */
export async function startSlack(options: StandInOptions = {}): Promise<SlackStandIn> {
  const slack = await startSlackStandIn({ clock: { factor: 100 }, ...options });
  onTestFinished(() => slack.close());
  return slack;
}

/** A WebClient that asks once and reports what it was told. */
export function connectWebClient(slack: SlackStandIn, token = slack.credentials.botToken): WebClient {
  return new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true });
}

/** A SocketModeClient that is connected and ends with the test. */
export async function connectSocketClient(slack: SlackStandIn, options: { clientPingTimeout?: number } = {}): Promise<SocketModeClient> {
  const client = new SocketModeClient({
    appToken: slack.credentials.appToken,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    ...options,
  });
  onTestFinished(async () => {
    await client.disconnect();
  });
  await client.start();
  return client;
}

export interface Control {
  post: (path: string, body?: object, headers?: Record<string, string>) => Promise<Record<string, unknown>>;
  get: (path: string, headers?: Record<string, string>) => Promise<Record<string, unknown>>;
  messages: (channel?: string, thread?: string, user?: string) => Promise<MessageView[]>;
  traffic: () => Promise<TrafficEntry[]>;
}

/** The control API as the page uses it. */
export function controlOf(slack: SlackStandIn): Control {
  const call = async (method: string, path: string, headers: Record<string, string>, body?: object): Promise<Record<string, unknown>> => {
    const init =
      body === undefined
        ? { method, headers }
        : { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const response = await fetch(`${slack.url}/control${path}`, init);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    post: (path, body = {}, headers = {}) => call('POST', path, headers, body),
    get: (path, headers = {}) => call('GET', path, headers),
    messages: async (channel = ids.research, thread, user = ids.ada) => {
      const more = thread === undefined ? '' : `&thread_ts=${thread}`;
      return (await call('GET', `/messages?user=${user}&channel=${channel}${more}`, {}))['messages'] as MessageView[];
    },
    traffic: async () => (await call('GET', '/traffic?limit=2000', {}))['entries'] as TrafficEntry[],
  };
}

type Maybe<T> = T | undefined | null | false;

/** Waits until `probe` answers something; fails loudly when it never does. */
export async function until<T>(probe: () => Maybe<T> | Promise<Maybe<T>>, what = 'the expected thing'): Promise<T> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain for ${what}`);
}

export type Frame = Record<string, unknown> & { type?: string; envelope_id?: string };

export interface RawSocket {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  readonly closed: () => boolean;
  ack: (frame: Frame, payload?: unknown) => void;
}

/** A bare socket, for what the SDK hides. */
export async function openRawSocket(slack: SlackStandIn, url?: string): Promise<RawSocket> {
  const address = url ?? (await askSocketUrl(slack));
  const socket = new WebSocket(address);
  const frames: Frame[] = [];
  let closed = false;
  socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString('utf8')) as Frame));
  socket.on('close', () => (closed = true));
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    frames,
    closed: () => closed,
    ack: (frame, payload) => socket.send(JSON.stringify({ envelope_id: frame.envelope_id, ...(payload === undefined ? {} : { payload }) })),
  };
}

/** A fresh address for one socket. */
export async function askSocketUrl(slack: SlackStandIn): Promise<string> {
  const answer = await connectWebClient(slack, slack.credentials.appToken).apps.connections.open({});
  return answer.url ?? '';
}

/** The events that came over a raw socket, without the envelope. */
export function eventsOf(socket: RawSocket): Record<string, unknown>[] {
  return socket.frames
    .filter((frame) => frame.type === 'events_api')
    .map((frame) => (frame['payload'] as { event: Record<string, unknown> }).event);
}
