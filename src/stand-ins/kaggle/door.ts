import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLarge, readBody, sendJson } from '../shared/http.ts';
import { ApiError, describeError, type ErrorShape } from './api-error.ts';
import { findMethod } from './api/index.ts';
import { findKernel } from './api/kernels.ts';
import { Redirect, type Call, type Method } from './api/method.ts';
import { readAccount } from './auth.ts';
import type { Context } from './context.ts';
import { streamLog } from './log.ts';
import { Rate } from './rate.ts';
import { readRequestBody } from './requests.ts';
import { dressAnswer, readRoute } from './rest.ts';
import { moveSessions } from './sessions.ts';
import { serveStorage } from './storage.ts';
import { takeUpload } from './uploads.ts';

/** A call of the API, for those who ask afterwards; without secrets. */
export interface LoggedCall {
  readonly dialect: 'rpc' | 'rest';
  readonly method: string;
  readonly body: unknown;
  /** `Bearer`, `Basic` or nothing. */
  readonly scheme: string;
}

const NEWEST_CLI = '2.2.3';
const KEPT_CALLS = 500;

interface Target {
  readonly dialect: LoggedCall['dialect'];
  readonly name: string;
  readonly method: Method | undefined;
  readonly read: (body: Record<string, unknown>) => unknown;
}

/** Takes every request: finds out what it asks, whether it may, and answers in the dialect it was asked in. */
export class Door {
  readonly calls: LoggedCall[] = [];
  readonly #ctx: Context;
  readonly #rate: Rate;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#rate = new Rate(ctx.limits.callsPerMinute, ctx.now);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = this.#readTarget(request);
    try {
      moveSessions(this.#ctx);
      if (path[0] === 'storage') return await serveStorage(this.#ctx, response, path.slice(1), query);
      if (path[0] === 'upload' && request.method === 'PUT') return await takeUpload(this.#ctx, request, response, path[1] ?? '');
      const below = path[0] === 'api' ? path.slice(1) : path;
      if (below[0] !== 'v1') throw new ApiError(404, 'Not found');
      await this.#serve(request, response, below.slice(1), query);
    } catch (error) {
      if (response.headersSent || response.destroyed) return void response.destroy();
      sendError(response, error, path.some((part) => part.includes('Service')) ? 'nested' : 'flat');
    }
  }

  // A client that takes this server for its proxy sends whole addresses; some send what is none.
  #readTarget(request: IncomingMessage): { readonly path: readonly string[]; readonly query: URLSearchParams } {
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.#ctx.url());
      return { path: pathname.split('/').slice(1).map(decodeURIComponent), query: searchParams };
    } catch {
      return { path: [], query: new URLSearchParams() };
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse, path: readonly string[], query: URLSearchParams): Promise<void> {
    const bytes = await readBody(request);
    const isStream = path.slice(0, 3).join('/') === 'kernels/logs/stream' && request.method === 'GET';
    const target = isStream ? STREAM : findTarget(request.method ?? 'GET', path, query);
    const body = target.read(await readRequestBody(request, bytes));
    const call: LoggedCall = {
      dialect: target.dialect,
      method: target.name,
      body: target.name === 'IntrospectToken' ? {} : body,
      scheme: (request.headers.authorization ?? '').split(' ')[0] ?? '',
    };
    this.calls.push(call);
    if (this.calls.length > KEPT_CALLS) this.calls.shift();
    if (this.#failsOnPurpose(target, response)) return;
    const account = readAccount(request, this.#ctx.accounts);
    const wait = this.#rate.count(account.username);
    if (wait !== undefined) throw new ApiError(429, 'Too many requests', wait);
    if (isStream) {
      const [owner = '', slug = '', ...more] = path.slice(3);
      if (more.length > 0) throw new ApiError(404, 'Not found');
      const { versions } = findKernel(this.#ctx, account, owner, slug, this.#ctx.unknownKernelStatus);
      const session = versions.at(-1)?.session;
      if (session === undefined) throw new ApiError(404, 'Session not found');
      return streamLog(this.#ctx, response, session);
    }
    if (target.method === undefined) throw new ApiError(404, `Method not found: ${target.name}`);
    const isLost = this.#ctx.faults.take('lost-answer', target.name) !== undefined;
    const answer = await runMethod(target.method, { ctx: this.#ctx, account, body }).finally(() => isLost && response.destroy());
    if (isLost) return;
    response.setHeader('X-Kaggle-ApiVersion', NEWEST_CLI);
    if (answer instanceof Redirect) return void response.writeHead(302, { Location: answer.address }).end();
    sendJson(response, 200, target.dialect === 'rest' ? dressAnswer(target.name, answer) : answer);
  }

  #failsOnPurpose({ name, dialect }: Target, response: ServerResponse): boolean {
    const fault = this.#ctx.faults.take('status', name);
    if (fault === undefined) return false;
    const shape = fault.shape ?? (dialect === 'rpc' ? 'nested' : 'flat');
    sendError(response, new ApiError(fault.status, fault.message ?? 'A fault that was asked for', fault.retryAfterSeconds), shape);
    return true;
  }
}

async function runMethod(method: Method, call: Call): Promise<object> {
  return method(call);
}

const STREAM: Target = { dialect: 'rest', name: 'GetKernelSessionLogsStream', method: undefined, read: (body) => body };

function findTarget(verb: string, path: readonly string[], query: URLSearchParams): Target {
  const [service = '', name = ''] = path;
  if (service.includes('.') && path.length === 2) {
    if (verb !== 'POST') throw new ApiError(405, 'Method not allowed');
    return { dialect: 'rpc', name, method: findMethod(service, name), read: (body) => body };
  }
  const route = readRoute(verb, path, query);
  if (route === undefined) throw new ApiError(404, 'Not found');
  const { bodyField, fields } = route;
  const read = (body: Record<string, unknown>): unknown =>
    bodyField === undefined ? { ...body, ...fields } : { [bodyField]: body, ...fields };
  return { dialect: 'rest', name: route.method, method: findMethod(undefined, route.method), read };
}

function sendError(response: ServerResponse, error: unknown, shape: ErrorShape): void {
  const shown = toApiError(error);
  const wait: Record<string, string> = shown.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(shown.retryAfterSeconds) };
  response.writeHead(shown.status, { 'Content-Type': shape === 'page' ? 'text/html' : 'application/json; charset=utf-8', ...wait });
  response.end(describeError(shown, shape));
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof BodyTooLarge) return new ApiError(413, 'The request is too large');
  return new ApiError(500, error instanceof Error ? error.message : 'Internal error');
}
