import { createHmac, randomBytes } from 'node:crypto';
import type { Dict } from './state.ts';
import type { Traffic } from './traffic.ts';

export interface HttpAnswer {
  readonly result: 'acked' | 'timeout' | 'failed';
  readonly payload?: unknown;
  /** In the words of X-Slack-Retry-Reason. */
  readonly reason: string;
  readonly noRetry: boolean;
}

// Scheme v0.
function signRequest(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

export interface HttpDeliveryParts {
  readonly url: string;
  readonly signingSecret: string;
  readonly now: () => number;
  readonly traffic: Traffic;
}

/** Slack's side of HTTP delivery: signed requests to one address, and what came back. */
export class HttpDelivery {
  readonly #parts: HttpDeliveryParts;

  constructor(parts: HttpDeliveryParts) {
    this.#parts = parts;
  }

  /** Proves that the address answers a challenge, as Slack does before it delivers there. */
  async verify(token: string): Promise<boolean> {
    const challenge = randomBytes(24).toString('hex');
    const body = JSON.stringify({ token, challenge, type: 'url_verification' });
    const answer = await this.#post('url_verification', 'application/json', body, {}, 3_000);
    if (answer.result !== 'acked') return false;
    const payload = answer.payload;
    return payload === challenge || (typeof payload === 'object' && payload !== null && (payload as Dict)['challenge'] === challenge);
  }

  sendEvent(outer: Dict, attempt: number, reason: string, timeout: number): Promise<HttpAnswer> {
    const retry: Record<string, string> = attempt > 0 ? { 'X-Slack-Retry-Num': String(attempt), 'X-Slack-Retry-Reason': reason } : {};
    return this.#post('events_api', 'application/json', JSON.stringify(outer), retry, timeout);
  }

  /** A command is the form itself; an interaction is one form field with JSON in it. */
  sendRequest(type: 'slash_commands' | 'interactive', payload: Dict, timeout: number): Promise<HttpAnswer> {
    const fields: Record<string, string> =
      type === 'slash_commands'
        ? Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]))
        : { payload: JSON.stringify(payload) };
    return this.#post(type, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString(), {}, timeout);
  }

  async #post(name: string, contentType: string, body: string, extra: Record<string, string>, timeout: number): Promise<HttpAnswer> {
    const began = this.#parts.now();
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = {
      'Content-Type': contentType,
      'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'X-Slack-Request-Timestamp': String(timestamp),
      'X-Slack-Signature': signRequest(this.#parts.signingSecret, timestamp, body),
      ...extra,
    };
    const { answer, status, text } = await exchange(this.#parts.url, headers, body, timeout);
    this.#parts.traffic.note({
      direction: 'http-out',
      name,
      status,
      milliseconds: Math.round(this.#parts.now() - began),
      request: { headers: extra, body: decodeBody(contentType, body) },
      response: text,
    });
    return answer;
  }
}

async function exchange(
  url: string,
  headers: Record<string, string>,
  body: string,
  timeout: number,
): Promise<{ answer: HttpAnswer; status: number | string; text: string }> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    const text = await response.text();
    const noRetry = response.headers.get('x-slack-no-retry') === '1';
    if (!response.ok) return { answer: { result: 'failed', reason: 'http_error', noRetry }, status: response.status, text };
    return { answer: { result: 'acked', payload: parseAnswer(text), reason: '', noRetry }, status: response.status, text };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const reason = late ? 'http_timeout' : 'connection_failed';
    return { answer: { result: late ? 'timeout' : 'failed', reason, noRetry: false }, status: reason, text: '' };
  }
}

// Slack takes a plain sentence for an answer to a command, too.
function parseAnswer(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function decodeBody(contentType: string, body: string): unknown {
  if (contentType === 'application/json') return JSON.parse(body);
  const fields = Object.fromEntries(new URLSearchParams(body));
  return fields['payload'] === undefined ? fields : { payload: JSON.parse(fields['payload']) as unknown };
}
