import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { readBody } from '../shared/http.ts';
import type { Context } from './context.ts';
import { readForm, sendText } from './http.ts';
import type { StoredFile } from './state.ts';

/** Contents of files: in memory, or in a folder when the workspace is saved. */
export class FileBytes {
  readonly #folder: string | undefined;
  readonly #memory = new Map<string, Buffer>();
  readonly #uploads = new Map<string, string>();

  constructor(folder: string | undefined) {
    this.#folder = folder;
    if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async put(id: string, bytes: Buffer): Promise<void> {
    if (this.#folder === undefined) {
      this.#memory.set(id, bytes);
      return;
    }
    const place = join(this.#folder, id);
    await writeFile(`${place}.part`, bytes, { mode: 0o600 });
    await rename(`${place}.part`, place);
  }

  async get(id: string): Promise<Buffer | undefined> {
    if (this.#folder === undefined) return this.#memory.get(id);
    return readFile(join(this.#folder, id)).catch(() => undefined);
  }

  async remove(id: string): Promise<void> {
    this.#memory.delete(id);
    if (this.#folder !== undefined) await rm(join(this.#folder, id), { force: true });
  }

  /** An unguessable word that allows one upload. */
  issueTicket(id: string): string {
    const ticket = randomBytes(18).toString('base64url');
    this.#uploads.set(ticket, id);
    return ticket;
  }

  redeemTicket(ticket: string): string | undefined {
    const id = this.#uploads.get(ticket);
    this.#uploads.delete(ticket);
    return id;
  }

  async clear(): Promise<void> {
    this.#memory.clear();
    this.#uploads.clear();
    if (this.#folder === undefined) return;
    await rm(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }
}

const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.out': 'text/plain',
  '.err': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.py': 'text/x-python',
  '.sh': 'text/x-shellscript',
  '.json': 'application/json',
  '.ipynb': 'application/json',
  '.yaml': 'application/yaml',
  '.yml': 'application/yaml',
  '.toml': 'application/toml',
  '.pdf': 'application/pdf',
};

/** A file that waits for its bytes. */
export function createFile(ctx: Context, fields: Pick<StoredFile, 'name' | 'user' | 'alt'>): StoredFile {
  const file: StoredFile = {
    ...fields,
    id: ctx.store.nextId('F'),
    title: fields.name,
    mimetype: types[extname(fields.name).toLowerCase()] ?? 'application/octet-stream',
    size: 0,
    created: Math.floor(ctx.clock.now() / 1000),
    state: 'waiting',
    shares: [],
  };
  ctx.store.data.files.push(file);
  ctx.store.touch();
  return file;
}

/** Stores the bytes of a file. */
export async function fillFile(ctx: Context, file: StoredFile, bytes: Buffer): Promise<void> {
  await ctx.files.put(file.id, bytes);
  file.size = bytes.length;
  file.state = 'uploaded';
  ctx.store.touch();
}

/** Slack has looked at a file a moment after it is complete, and knows its kind from then on. */
export function isLookedAt(ctx: Context, file: StoredFile): boolean {
  return file.state === 'complete' && ctx.clock.now() >= (file.ready_at ?? 0);
}

/** Whether a block may show this file: a picture of a kind that Slack shows, complete and looked at. */
export function showsImage(ctx: Context, id: string): boolean {
  const file = ctx.store.file(id);
  return file !== undefined && isLookedAt(ctx, file) && /^image\/(?:png|jpeg|gif)$/.test(file.mimetype);
}

/** Takes a file away; messages that carried it say that it is gone. */
export async function removeFile(ctx: Context, file: StoredFile): Promise<void> {
  ctx.store.data.files = ctx.store.data.files.filter((one) => one !== file);
  ctx.store.touch();
  await ctx.files.remove(file.id);
}

/** Takes the bytes of an upload, as a plain body or as multipart, at the address that files.getUploadURLExternal gave. */
export async function handleUpload(ctx: Context, request: IncomingMessage, response: ServerResponse, ticket: string): Promise<void> {
  const contentType = request.headers['content-type'] ?? '';
  const body = await readBody(request);
  const file = ctx.store.file(ctx.files.redeemTicket(ticket) ?? '');
  if (file === undefined) return sendText(response, 404, 'upload address is unknown or used');
  const form = contentType.startsWith('multipart/') ? await readForm(contentType, body) : undefined;
  const bytes = form === undefined ? body : Object.values(form.files)[0]?.bytes;
  if (bytes === undefined) return sendText(response, 400, 'no file in the form');
  await fillFile(ctx, file, bytes);
  sendText(response, 200, `OK - ${bytes.length}`);
}

// What a browser may show in place; everything else is offered as a download, because uploads are not to be trusted.
const shownInline = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml', 'text/plain']);

/** Serves a file's bytes. */
export async function serveFile(ctx: Context, response: ServerResponse, id: string): Promise<void> {
  const file = ctx.store.file(id);
  const bytes = file === undefined ? undefined : await ctx.files.get(id);
  if (file === undefined || bytes === undefined) return sendText(response, 404, 'file_not_found');
  const disposition = shownInline.has(file.mimetype) ? 'inline' : 'attachment';
  response.writeHead(200, {
    'Content-Type': file.mimetype.startsWith('text/') ? `${file.mimetype}; charset=utf-8` : file.mimetype,
    'Content-Length': bytes.length,
    'Content-Disposition': `${disposition}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  response.end(bytes);
}
