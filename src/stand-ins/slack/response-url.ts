import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '../shared/http.ts';
import { ApiError } from './api/method.ts';
import { type Content, readContent } from './content.ts';
import type { Context } from './context.ts';
import { readForm, sendText } from './http.ts';
import { addMessage, deleteMessage, editMessage } from './messages.ts';
import type { Dict, StoredChannel, StoredMessage, StoredResponseUrl } from './state.ts';
import type { Store } from './store.ts';

const mostUses = 5;

/** Addresses that allow a few answers to one command or click. */
export class ResponseUrls {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #life: number;

  constructor(store: Store, now: () => number, life: number) {
    this.#store = store;
    this.#now = now;
    this.#life = life;
  }

  issue(fields: Pick<StoredResponseUrl, 'kind' | 'user' | 'channel' | 'original'>): StoredResponseUrl {
    const now = this.#now();
    const record: StoredResponseUrl = { ...fields, id: randomBytes(18).toString('base64url'), expires: now + this.#life, uses: 0 };
    this.#store.data.response_urls = [...this.#store.data.response_urls.filter((one) => one.expires > now - this.#life), record];
    this.#store.touch();
    return record;
  }

  /** Counts one use, or says why there is none left. */
  use(id: string): StoredResponseUrl | 'used_url' | 'expired_url' | 'unknown_url' {
    const record = this.#store.data.response_urls.find((one) => one.id === id);
    if (record === undefined) return 'unknown_url';
    if (this.#now() > record.expires) return 'expired_url';
    if (record.uses >= mostUses) return 'used_url';
    record.uses += 1;
    this.#store.touch();
    return record;
  }
}

/** The full address of a record. */
export function buildResponseUrl(ctx: Context, record: StoredResponseUrl): string {
  return `${ctx.url}/response/${record.kind}/${ctx.store.data.team.id}/${record.id}`;
}

/** Answers a POST to such an address. */
export async function handleResponseUrl(ctx: Context, request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  const form = await readForm(request.headers['content-type'] ?? '', await readBody(request));
  const record = ctx.responseUrls.use(id);
  const answer = typeof record === 'string' ? { status: 404, error: record } : answerResponse(ctx, record, form.fields, form.problem);
  ctx.traffic.note({
    direction: 'response-url',
    name: typeof record === 'string' ? 'refused' : record.kind,
    status: answer.error ?? answer.status,
    milliseconds: null,
    request: form.fields,
    response: answer.error ?? 'ok',
  });
  if (answer.error === undefined) sendText(response, 200, 'ok');
  else sendJson(response, answer.status, { ok: false, error: answer.error });
}

function answerResponse(ctx: Context, record: StoredResponseUrl, body: Dict, problem?: string): { status: number; error?: string } {
  if (problem !== undefined) return { status: 400, error: problem };
  try {
    applyResponse(ctx, record, body);
    return { status: 200 };
  } catch (error) {
    if (error instanceof ApiError) return { status: 400, error: error.code };
    throw error;
  }
}

/** Carries out what the app answered to a command or a click: posts, replaces or deletes. Works where the bot is no member. */
export function applyResponse(ctx: Context, record: StoredResponseUrl, body: Dict): void {
  const channel = ctx.store.channel(record.channel);
  if (channel === undefined) throw new ApiError('channel_not_found');
  const original = findOriginal(ctx, record);
  if (body['delete_original'] === true) {
    if (original !== undefined) deleteMessage(ctx, channel, original);
    return;
  }
  const content = readContent(ctx, body, { checkTotal: false });
  const isEmpty = (content.text ?? '') === '' && (content.blocks ?? []).length === 0 && (content.attachments ?? []).length === 0;
  if (isEmpty) throw new ApiError('no_text');
  if (body['replace_original'] === true && original !== undefined) {
    const { text = '', blocks = [], attachments = [] } = content;
    return editMessage(ctx, channel, original, { text, blocks, attachments });
  }
  const message = postAnswer(ctx, channel, record, content, body);
  if (record.kind === 'commands') record.original = { ts: message.ts, ephemeral: message.ephemeral_for !== undefined };
}

function postAnswer(ctx: Context, channel: StoredChannel, record: StoredResponseUrl, content: Content, body: Dict): StoredMessage {
  const thread = typeof body['thread_ts'] === 'string' ? body['thread_ts'] : undefined;
  return addMessage(ctx, channel, {
    user: ctx.store.data.app.bot_user,
    bot: true,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ...(body['response_type'] === 'in_channel' ? {} : { ephemeral_for: record.user }),
  });
}

function findOriginal(ctx: Context, record: StoredResponseUrl): StoredMessage | undefined {
  if (record.original === undefined) return undefined;
  const { ts, ephemeral } = record.original;
  return ephemeral ? ctx.store.ephemeral(record.channel, ts) : ctx.store.message(record.channel, ts);
}
