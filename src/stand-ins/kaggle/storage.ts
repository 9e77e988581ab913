import { createHmac, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join, relative } from 'node:path';
import type { Context } from './context.ts';
import { listSessions } from './sessions.ts';

interface OutputFile {
  /** Relative to its folder. */
  readonly name: string;
  readonly size: number;
  readonly path: string;
}

/** The files that a run left in its working folder, by name; links are not followed. */
export async function listOutputs(folder: string): Promise<OutputFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files: OutputFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.push({ name: relative(folder, path), size: (await stat(path)).size, path });
  }
  return files.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A signed address of a file, good for a while and for nobody's account in particular. */
export function signAddress(ctx: Context, kind: 'output' | 'dataset', id: string, name: string): string {
  const expires = String(ctx.now() + ctx.timings.urlLifeMs);
  const query = new URLSearchParams({ expires, signature: sign(ctx, [kind, id, name, expires]) });
  return `${ctx.url()}/storage/${kind}/${id}/${name.split('/').map(encodeURIComponent).join('/')}?${query.toString()}`;
}

/** Answers a signed address as a storage service does: bytes, or an error in XML. */
export async function serveStorage(ctx: Context, response: ServerResponse, path: readonly string[], query: URLSearchParams): Promise<void> {
  const [kind = '', id = '', ...parts] = path;
  const name = parts.join('/');
  const expires = query.get('expires') ?? '';
  const good = Buffer.from(sign(ctx, [kind, id, name, expires]));
  const given = Buffer.from(query.get('signature') ?? '');
  const isSigned = good.length === given.length && timingSafeEqual(good, given);
  if (!isSigned) return sendXml(response, 403, 'SignatureDoesNotMatch');
  if (ctx.now() > Number(expires) || ctx.faults.take('expired-url') !== undefined) return sendXml(response, 403, 'ExpiredToken');
  if (kind === 'dataset') {
    const file = findDatasetFile(ctx, id, name);
    if (file === undefined) return sendXml(response, 404, 'NoSuchKey');
    return sendFile(ctx, response, file);
  }
  const session = listSessions(ctx).find((one) => String(one.session.id) === id)?.session;
  const file = session === undefined ? undefined : (await listOutputs(session.workingFolder)).find((one) => one.name === name);
  if (file === undefined) return sendXml(response, 404, 'NoSuchKey');
  sendFile(ctx, response, file);
}

function findDatasetFile(ctx: Context, id: string, name: string): OutputFile | undefined {
  const [dataset, number] = id.split('-').map(Number);
  const version = ctx.state.datasets.find((one) => one.id === dataset)?.versions.find((one) => one.number === number);
  const file = version?.files.find((one) => one.name === name);
  return version === undefined || file === undefined ? undefined : { ...file, path: join(version.folder, file.name) };
}

function sendFile(ctx: Context, response: ServerResponse, file: OutputFile): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': file.size, 'Accept-Ranges': 'bytes' });
  const cut = ctx.faults.take('cut-download');
  if (cut === undefined) {
    createReadStream(file.path).pipe(response);
    return;
  }
  const part = createReadStream(file.path, { end: Math.max(0, cut.bytes - 1) });
  part.on('end', () => response.destroy());
  part.pipe(response, { end: false });
}

function sendXml(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml; charset=UTF-8' });
  response.end(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`);
}

function sign(ctx: Context, parts: readonly string[]): string {
  return createHmac('sha256', ctx.state.signingKey).update(parts.join('\n')).digest('hex');
}
