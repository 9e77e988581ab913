import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '../shared/http.ts';
import type { Context } from './context.ts';

/** Opens an upload: the token that names it later and the address that takes its bytes. */
export function openUpload(ctx: Context, name: string, length: number): { token: string; createUrl: string } {
  const token = randomBytes(24).toString('base64url');
  ctx.state.uploads.set(token, { token, name, length, bytes: Buffer.alloc(0), done: false });
  return { token, createUrl: `${ctx.url()}/upload/${token}` };
}

/** Takes the bytes of an upload, in one piece or resumed with Content-Range. */
export async function takeUpload(ctx: Context, request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
  const upload = ctx.state.uploads.get(token);
  if (upload === undefined) return sendJson(response, 404, { error: 'This upload has expired' });
  const body = await readBody(request);
  const range = /^bytes (?:\*|(\d+)-\d+)\/\d+$/.exec(request.headers['content-range'] ?? '');
  if (range?.[1] !== undefined) upload.bytes = Buffer.concat([upload.bytes.subarray(0, Number(range[1])), body]);
  else if (range === null) upload.bytes = body;
  upload.done = upload.bytes.length === upload.length;
  if (upload.done) return sendJson(response, 200, {});
  const known = upload.bytes.length === 0 ? {} : { Range: `bytes=0-${upload.bytes.length - 1}` };
  response.writeHead(308, known).end();
}
