import { z } from 'zod';
import { ReprobotError } from '../../errors.ts';
import type { KaggleCredentials } from './credentials.ts';
import { explainAnswer, readMessage } from './failures.ts';
import { Pace, waitReally, type PaceOptions } from './pace.ts';

/** Where the API is; below it come service and method. */
const KAGGLE_API_URL = 'https://api.kaggle.com/v1';

export interface TransportOptions {
  readonly credentials: KaggleCredentials;
  readonly apiUrl?: string;
  readonly pace?: Partial<PaceOptions>;
  /** Of one call; an answer that takes longer is given up. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

export interface CallRequest<T> {
  readonly service:
    | 'kernels.KernelsApiService'
    | 'datasets.DatasetApiService'
    | 'competitions.CompetitionApiService'
    | 'blobs.BlobApiService'
    | 'security.OAuthService';
  readonly method: string;
  readonly body: object;
  readonly answer: z.ZodType<T>;
  readonly doing: string;
  /** True for a call that changes something. */
  readonly changes?: boolean;
  /** True for a call that names one kernel or data set. */
  readonly named?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Failures of the connection that prove that nothing was sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;
/** Kaggle publishes no limits; two calls a second is far below what its own tool makes. */
const DEFAULT_PACE = { intervalMs: 500, patienceMs: 10_000 };
const QUIET_SECONDS = 60;

interface Reach {
  readonly doing: string;
  readonly changes: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Carries calls to Kaggle: signed, paced, with every failure as a ReprobotError that holds no secret. */
export class Transport {
  readonly now: () => number;
  readonly wait: PaceOptions['wait'];
  readonly credentials: KaggleCredentials;
  readonly #apiUrl: string;
  readonly #pace: Pace;
  readonly #timeoutMs: number;

  constructor(options: TransportOptions) {
    this.credentials = options.credentials;
    this.#apiUrl = (options.apiUrl ?? KAGGLE_API_URL).replace(/\/$/, '');
    this.now = options.now ?? options.pace?.now ?? Date.now;
    this.wait = options.pace?.wait ?? waitReally;
    this.#pace = new Pace({ ...DEFAULT_PACE, ...options.pace, now: this.now, wait: this.wait });
    this.#timeoutMs = options.timeoutMs ?? 60_000;
  }

  /** One method of the API; its answer is checked by the schema. */
  async call<T>(request: CallRequest<T>): Promise<T> {
    const { doing, changes = false, named = false } = request;
    await this.#pace.takeTurn(doing, request.signal);
    const url = `${this.#apiUrl}/${request.service}/${request.method}`;
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(request.body) };
    const limit = AbortSignal.timeout(this.#timeoutMs);
    const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
    const { response, text } = await this.#reach({ doing, changes, signal: request.signal }, async () => {
      const response = await fetch(url, { ...init, headers: { ...init.headers, ...this.#sign() }, signal });
      return { response, text: await readText(response) };
    });
    if (!response.ok) throw this.#explain(doing, response, text, { changes, named });
    return parseAnswer(text, request.answer, doing, changes);
  }

  /** Opens the live log, which is a plain route; the caller reads and closes the body. */
  async openStream(path: string, doing: string, signal: AbortSignal): Promise<Response> {
    await this.#pace.takeTurn(doing, signal);
    const headers = { Accept: 'text/event-stream, */*', ...this.#sign() };
    const response = await this.#reach({ doing, changes: false, signal }, () => fetch(`${this.#apiUrl}/${path}`, { headers, signal }));
    if (!response.ok) throw this.#explain(doing, response, await readText(response), { changes: false, named: true });
    return response;
  }

  /** A request to a signed address of the storage, which gets no token. Any status is an answer; the caller looks at it. */
  async reachStorage(address: string, doing: string, init: RequestInit): Promise<Response> {
    if (!isSafeAddress(address)) {
      throw new ReprobotError({ code: 'kaggle.refused', doing, why: 'the address of the file is not a safe one (no https)' });
    }
    return this.#reach({ doing, changes: false, signal: init.signal ?? undefined }, () => fetch(address, init));
  }

  #sign(): Record<string, string> {
    const { credentials } = this;
    // Kaggle's own tool sends a name of its own, too.
    const agent = { 'User-Agent': 'reprobot' };
    if (credentials.kind === 'token') return { ...agent, Authorization: `Bearer ${credentials.token}` };
    return { ...agent, Authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.key}`).toString('base64')}` };
  }

  async #reach<T>({ doing, changes, signal }: Reach, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof ReprobotError) throw error;
      if (signal?.aborted === true) {
        throw new ReprobotError({ code: 'cancelled', doing, why: 'it was stopped', cause: error });
      }
      const reason = readReason(error);
      const unsure = changes && !NOT_SENT.has(reason);
      throw new ReprobotError({
        code: unsure ? 'kaggle.outcome-unknown' : 'kaggle.unavailable',
        doing,
        why:
          reason === 'TimeoutError'
            ? `Kaggle did not answer within ${this.#timeoutMs / 1000} s`
            : `the connection to Kaggle broke (${reason})`,
        remedy: unsure ? 'It is looked up before anything is sent again.' : 'It is tried again later.',
        transient: true,
        cause: error,
      });
    }
  }

  #explain(doing: string, response: Response, text: string, { changes, named }: { changes: boolean; named: boolean }): ReprobotError {
    const retryAfterSeconds = response.status === 429 ? readRetryAfter(response, this.now()) : null;
    if (retryAfterSeconds !== null) this.#pace.keepQuiet(retryAfterSeconds);
    return explainAnswer({ doing, status: response.status, said: this.#hideSecret(readMessage(text)), retryAfterSeconds, changes, named });
  }

  #hideSecret(text: string): string {
    const secret = this.credentials.kind === 'token' ? this.credentials.token : this.credentials.key;
    return text.replaceAll(secret, '[secret]');
  }
}

function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

/** The code that a failed fetch carries, or the name of its error. */
function readReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error && error.name === 'TypeError' ? cause.name : error.name;
}

async function readText(response: Response): Promise<string> {
  const bytes = await readLimited(response, MOST_ANSWER_BYTES);
  return new TextDecoder().decode(bytes);
}

async function readLimited(response: Response, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > most) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseAnswer<T>(text: string, schema: z.ZodType<T>, doing: string, changes: boolean): T {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  const code = changes ? 'kaggle.outcome-unknown' : 'kaggle.unavailable';
  throw new ReprobotError({
    code,
    doing,
    why: `Kaggle’s answer has a form that is not known${where}`,
    transient: true,
    cause: parsed.error,
  });
}

/** Seconds from Retry-After, which may also be a date. */
function readRetryAfter(response: Response, now: number): number {
  const text = response.headers.get('retry-after') ?? '';
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : QUIET_SECONDS;
}
