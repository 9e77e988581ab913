import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '../../shared/http.ts';
import type { Context } from '../context.ts';
import { readForm } from '../http.ts';
import type { Fault } from '../page-api.ts';
import { nameDirectChannel } from '../seed.ts';
import type { Dict } from '../state.ts';
import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { files } from './files.ts';
import { identity } from './identity.ts';
import { type ApiFamily, type ApiMethod, ApiError, readText } from './method.ts';
import { people } from './people.ts';
import { reactions } from './reactions.ts';
import { shelves } from './shelves.ts';
import { views } from './views.ts';

const methods: ApiFamily = { ...identity, ...chat, ...conversations, ...people, ...reactions, ...views, ...files, ...shelves };

interface Answer {
  readonly status: number;
  readonly body: Dict | string;
  readonly headers?: Record<string, string>;
}

/** Answers one Web API call. Refusals are HTTP 200 with ok:false, as Slack's are; only limits and injected faults have another status. */
export async function handleApi(
  ctx: Context,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  query: URLSearchParams,
): Promise<void> {
  const began = ctx.clock.now();
  const form = await readForm(request.headers['content-type'] ?? '', await readBody(request));
  const args: Dict = { ...Object.fromEntries(query), ...form.fields };
  const token = readBearer(request) ?? readText(args, 'token');
  delete args['token'];
  const channel = identifyChannel(ctx, readText(args, 'channel') ?? readText(args, 'channel_id'));
  const method = methods[name];
  const answer =
    form.problem === undefined ? await answerCall(ctx, name, method, args, token, channel) : refuse(new ApiError(form.problem));
  ctx.traffic.note({
    direction: 'api-call',
    name,
    status:
      answer.status === 200 && typeof answer.body === 'object' && answer.body['ok'] === false
        ? String(answer.body['error'])
        : answer.status,
    milliseconds: Math.round(ctx.clock.now() - began),
    request: readable(args),
    response: answer.body,
  });
  await send(ctx, request, response, name, channel, withScopes(ctx, method, answer));
}

async function answerCall(
  ctx: Context,
  name: string,
  method: ApiMethod | undefined,
  args: Dict,
  token: string | undefined,
  channel: string | undefined,
): Promise<Answer> {
  const fault = ctx.faults.take(['http-error', 'error', 'rate-limit'], name, channel);
  if (fault !== undefined) return answerFault(ctx, name, fault);
  try {
    checkToken(ctx, method, token);
    if (method === undefined) throw new ApiError('unknown_method', { req_method: name });
    checkScopes(ctx, method, channel);
    const wait = ctx.limits.count(name, method.tier, channel);
    if (wait !== undefined) return answerLimit(wait);
    return { status: 200, body: { ok: true, ...(await method.run(ctx, args)) } };
  } catch (error) {
    if (error instanceof ApiError) return refuse(error);
    throw error;
  }
}

function refuse(error: ApiError): Answer {
  return { status: 200, body: { ok: false, error: error.code, ...error.extra } };
}

function answerLimit(seconds: number): Answer {
  return { status: 429, body: { ok: false, error: 'ratelimited' }, headers: { 'Retry-After': String(seconds) } };
}

function answerFault(ctx: Context, name: string, fault: Fault): Answer {
  if (fault.kind === 'rate-limit') {
    ctx.limits.noteRefusal(name);
    return answerLimit(fault.retry_after ?? 1);
  }
  if (fault.kind === 'error') return refuse(new ApiError(fault.error ?? 'internal_error'));
  return { status: fault.status ?? 500, body: 'upstream trouble (injected)' };
}

// Limits and faults count for the channel, however the call names it.
function identifyChannel(ctx: Context, reference: string | undefined): string | undefined {
  if (reference === undefined) return undefined;
  if (ctx.store.user(reference) !== undefined) return nameDirectChannel(reference);
  return ctx.store.resolveChannel(reference)?.id ?? reference;
}

function readBearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function checkToken(ctx: Context, method: ApiMethod | undefined, token: string | undefined): void {
  if (token === undefined || token === '') throw new ApiError('not_authed');
  const isBot = token === ctx.credentials.botToken;
  const isApp = token === ctx.credentials.appToken;
  if (!isBot && !isApp) throw new ApiError('invalid_auth');
  const wanted = method?.token ?? 'bot';
  if (wanted !== 'either' && (wanted === 'app') !== isApp) throw new ApiError('not_allowed_token_type');
}

const scopeWords = { channel: 'channels', private: 'groups', im: 'im' } as const;

function checkScopes(ctx: Context, method: ApiMethod, channel: string | undefined): void {
  const needed = listScopes(ctx, method, channel);
  if (needed.length === 0 || needed.some((scope) => ctx.app.scopes.includes(scope))) return;
  throw new ApiError('missing_scope', { needed: needed.join(','), provided: ctx.app.scopes.join(',') });
}

function listScopes(ctx: Context, method: ApiMethod, channel: string | undefined): readonly string[] {
  if (method.conversationScope === undefined) return method.scopes ?? [];
  const kind = (channel === undefined ? undefined : ctx.store.resolveChannel(channel)?.kind) ?? 'channel';
  return [`${scopeWords[kind]}:${method.conversationScope}`];
}

function withScopes(ctx: Context, method: ApiMethod | undefined, answer: Answer): Answer {
  if (method === undefined || method.token === 'app') return answer;
  const headers = { 'X-OAuth-Scopes': ctx.app.scopes.join(','), 'X-Accepted-OAuth-Scopes': (method.scopes ?? []).join(',') };
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

async function send(
  ctx: Context,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  channel: string | undefined,
  answer: Answer,
): Promise<void> {
  const fault = ctx.faults.take(['lost-answer', 'hang'], name, channel);
  if (fault?.kind === 'lost-answer') {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'hang') await ctx.clock.wait(fault.ms ?? 10_000);
  if (typeof answer.body !== 'string') return sendJson(response, answer.status, answer.body, answer.headers ?? {});
  response.writeHead(answer.status, { 'Content-Type': 'text/plain', ...answer.headers });
  response.end(answer.body);
}

// Form fields that hold JSON are shown unfolded in the record.
function readable(args: Dict): Dict {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (typeof value !== 'string' || !/^[[{]/.test(value)) return [key, value];
      try {
        return [key, JSON.parse(value) as unknown];
      } catch {
        return [key, value];
      }
    }),
  );
}
