import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BodyTooLarge, readBody, sendJson } from '../shared/http.ts';
import { writeAnswer } from './answer.ts';
import { ApiError, describeError } from './api-error.ts';
import { countInput, PromptCache } from './cache.ts';
import { checkRequest, parseRequest } from './check-request.ts';
import { describeMessage, listEvents, type Answer } from './events.ts';
import { Faults, type Fault } from './faults.ts';
import { setScene, type Player } from './player.ts';
import { CountRequest, CreateRequest } from './wire.ts';

const MOST_BYTES = 32 * 1024 * 1024;

export interface ModelStandInOptions {
  readonly player: Player;
  /** Keys that are let in; `test-key` unless told. */
  readonly keys?: readonly string[];
  readonly models?: readonly string[];
  /** Requests a minute before 429; no limit unless told. */
  readonly requestsPerMinute?: number;
  /** Tokens below which a prefix is not kept in the cache; 1,024 unless told. */
  readonly leastCachedTokens?: number;
  readonly now?: () => number;
  readonly port?: number;
}

/** A request that was let in, and what it was told. */
export interface LoggedCall {
  readonly request: CreateRequest;
  readonly answer: Answer;
  /** False when the caller went away or a fault cut the answer. */
  finished: boolean;
}

export interface ModelStandIn {
  /** What the SDK takes as base URL. */
  readonly url: string;
  readonly calls: readonly LoggedCall[];
  fail(fault: Fault, times?: number): void;
  play(player: Player): void;
  close(): Promise<void>;
}

/** Speaks the Messages API over loopback; whoever answers is a scripted player. */
export async function startModelStandIn(options: ModelStandInOptions): Promise<ModelStandIn> {
  const stage = new Stage(options);
  const server = createServer((request, response) => void stage.serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: stage.calls,
    fail: (fault, times) => stage.faults.add(fault, times),
    play: (player) => (stage.player = player),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Stage {
  readonly calls: LoggedCall[] = [];
  readonly faults = new Faults();
  player: Player;
  readonly #cache: PromptCache;
  readonly #keys: readonly string[];
  readonly #models: readonly string[];
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #signingKey = 'a key that only the stand-in knows';
  #recent: number[] = [];

  constructor(options: ModelStandInOptions) {
    this.player = options.player;
    this.#cache = new PromptCache(options.leastCachedTokens ?? 1024);
    this.#keys = options.keys ?? ['test-key'];
    this.#models = options.models ?? ['claude-haiku-5-5', 'claude-sonnet-5-5', 'claude-opus-5-5'];
    this.#perMinute = options.requestsPerMinute ?? Number.POSITIVE_INFINITY;
    this.#now = options.now ?? Date.now;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = `req_${randomBytes(12).toString('hex')}`;
    response.setHeader('request-id', id);
    try {
      await this.#route(request, response, id);
    } catch (error) {
      const shown = toApiError(error);
      sendJson(response, shown.status, describeError(shown, id), shown.headers);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://stand-in').pathname;
    if (!this.#keys.includes(readKey(request))) throw new ApiError(401, 'invalid x-api-key');
    if (request.headers['anthropic-version'] === undefined) throw new ApiError(400, 'anthropic-version: header is required');
    if (request.method === 'GET' && path === '/v1/models') return sendJson(response, 200, this.#listModels());
    if (request.method !== 'POST') throw new ApiError(404, 'Not found');
    const body = parseJson(await readBody(request, MOST_BYTES));
    if (path === '/v1/messages/count_tokens') {
      const counted = parseRequest(CountRequest, body);
      checkRequest(counted, this.#models, this.#signingKey);
      return sendJson(response, 200, { input_tokens: countInput(counted) });
    }
    if (path !== '/v1/messages') throw new ApiError(404, 'Not found');
    return this.#create(parseRequest(CreateRequest, body), response, id);
  }

  #listModels(): object {
    const data = this.#models.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
    return { data, has_more: false, first_id: this.#models[0] ?? null, last_id: this.#models.at(-1) ?? null };
  }

  async #create(request: CreateRequest, response: ServerResponse, id: string): Promise<void> {
    this.#limit();
    const fault = this.faults.take();
    if (fault?.kind === 'status') {
      const wait = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
      throw new ApiError(fault.status, FAULT_WORDS[fault.status], wait);
    }
    checkRequest(request, this.#models, this.#signingKey);
    const reply = await this.player(setScene(request));
    const answer = writeAnswer(request, reply, this.#cache.use(request, this.#now()), this.#signingKey);
    const call: LoggedCall = { request, answer, finished: false };
    this.calls.push(call);
    if (request.stream !== true) sendJson(response, 200, describeMessage(answer));
    else await streamAnswer(answer, response, fault, id);
    call.finished = response.writableFinished || (response.writableEnded && !response.destroyed);
  }

  #limit(): void {
    const now = this.#now();
    this.#recent = this.#recent.filter((at) => at > now - 60_000);
    if (this.#recent.length >= this.#perMinute) {
      const wait = Math.ceil(((this.#recent[0] ?? now) + 60_000 - now) / 1000);
      throw new ApiError(429, 'This request would exceed your rate limit of requests per minute.', {
        'retry-after': String(wait),
        'anthropic-ratelimit-requests-limit': String(this.#perMinute),
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': new Date(now + wait * 1000).toISOString(),
      });
    }
    this.#recent.push(now);
  }
}

/** The key, in either of the headers that the API takes. */
function readKey(request: IncomingMessage): string {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const plain = request.headers['x-api-key'];
  return bearer ?? (typeof plain === 'string' ? plain : '');
}

const FAULT_WORDS = {
  400: 'a fault that was asked for',
  401: 'invalid x-api-key',
  403: 'Your API key does not have permission to use the specified resource.',
  429: 'This request would exceed your rate limit.',
  500: 'Internal server error',
  529: 'Overloaded',
} as const;

async function streamAnswer(answer: Answer, response: ServerResponse, fault: Fault | undefined, id: string): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' });
  for (const [index, { event, data }] of listEvents(answer).entries()) {
    if (response.destroyed) return;
    if (fault?.kind === 'cut' && index >= fault.afterEvents) {
      // What was written must have left, or the caller sees a connection that never answered.
      await new Promise((resolve) => response.write(': \n\n', resolve));
      response.destroy();
      return;
    }
    if (fault?.kind === 'stream-error' && index >= fault.afterEvents) {
      const error = { type: 'overloaded_error', message: 'Overloaded' };
      response.end(`event: error\ndata: ${JSON.stringify(describeError(error, id))}\n\n`);
      return;
    }
    if (fault?.kind === 'slow' && event === 'content_block_delta') await sleep(fault.milliseconds);
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
  response.end();
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError(400, 'The request body is not valid JSON');
  }
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof BodyTooLarge) return new ApiError(413, 'Request exceeds the maximum size');
  return new ApiError(500, error instanceof Error ? error.message : String(error));
}
