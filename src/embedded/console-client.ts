import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { ReprobotError } from '../errors.ts';

const MessageView = z.object({
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  user: z.string(),
  is_bot: z.boolean(),
  text: z.string(),
  blocks: z.array(z.unknown()),
  files: z.array(z.object({ id: z.string(), name: z.string(), title: z.string() })),
  ephemeral_for: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.unknown() }).optional(),
});
export type ConsoleMessage = z.infer<typeof MessageView>;

/** A person at the local Slack, driven by a program: types, presses, listens. */
export interface ConsoleClient {
  post(path: string, body: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Messages as they come and change, oldest first, until the signal fires. */
  follow(onMessage: (message: ConsoleMessage) => void, signal: AbortSignal): Promise<void>;
  readThread(user: string, channel: string, threadTs: string): Promise<ConsoleMessage[]>;
}

/** Drives the local Slack at the page's address; its key, if it has one, is part of that. */
export function createConsoleClient(url: string): ConsoleClient {
  const page = new URL(url);
  const base = page.origin;
  const key = page.searchParams.get('key');
  const headers: Record<string, string> = key === null ? {} : { 'x-console-key': key };
  return {
    post: async (path, body) => {
      const answer = await fetch(`${base}/control/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return checkAnswer(path, answer);
    },
    readThread: async (user, channel, threadTs) => {
      const query = new URLSearchParams({ user, channel, thread_ts: threadTs, limit: '1000' });
      const answer = await checkAnswer('messages', await fetch(`${base}/control/messages?${query.toString()}`, { headers }));
      return z.array(MessageView).parse(answer['messages']);
    },
    follow: async (onMessage, signal) => {
      while (!signal.aborted) {
        await listenOnce(base, headers, onMessage, signal).catch(() => undefined);
        await sleep(300, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

async function listenOnce(
  base: string,
  headers: Readonly<Record<string, string>>,
  onMessage: (message: ConsoleMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/control/live`, { headers });
  const close = (): void => socket.close();
  signal.addEventListener('abort', close, { once: true });
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString('utf8')) as { type: string; message?: unknown };
    if (event.type !== 'message' && event.type !== 'message_changed') return;
    const parsed = MessageView.safeParse(event.message);
    if (parsed.success) onMessage(parsed.data);
  });
  socket.on('error', () => {});
  try {
    await once(socket, 'close');
  } finally {
    signal.removeEventListener('abort', close);
  }
}

async function checkAnswer(path: string, answer: Response): Promise<Record<string, unknown>> {
  const body = (await answer.json()) as Record<string, unknown>;
  if (body['ok'] === true) return body;
  throw new ReprobotError({
    code: 'slack.refused',
    doing: `asking the local Slack (${path})`,
    why: typeof body['error'] === 'string' ? body['error'] : `HTTP ${answer.status}`,
  });
}
