import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dict } from './state.ts';

const mostBytes = 64 * 1024 * 1024;

/** A body larger than the stand-in takes. */
export class BodyTooLarge extends Error {}

/** Reads a whole request body. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > mostBytes) throw new BodyTooLarge(`reading a request: it is larger than ${mostBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export interface Upload {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface Form {
  readonly fields: Dict;
  readonly files: Readonly<Record<string, Upload>>;
  /** Slack's word for a body that could not be read. */
  readonly problem?: 'invalid_json' | 'json_not_object' | 'invalid_form_data' | 'invalid_post_type';
}

/** Reads fields from a body of any of the kinds that Slack takes: form, JSON, multipart. */
export async function readForm(contentType: string, body: Buffer): Promise<Form> {
  const kind = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.length === 0) return { fields: {}, files: {} };
  if (kind === 'application/json') return readJson(body);
  if (kind === 'multipart/form-data') return readMultipart(contentType, body);
  if (kind === 'application/x-www-form-urlencoded' || kind === '') {
    return { fields: Object.fromEntries(new URLSearchParams(body.toString('utf8'))), files: {} };
  }
  return { fields: {}, files: {}, problem: 'invalid_post_type' };
}

function readJson(body: Buffer): Form {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { fields: value as Dict, files: {} } : { fields: {}, files: {}, problem: 'json_not_object' };
  } catch {
    return { fields: {}, files: {}, problem: 'invalid_json' };
  }
}

async function readMultipart(contentType: string, body: Buffer): Promise<Form> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    const fields: Dict = {};
    const files: Record<string, Upload> = {};
    for (const [key, value] of form.entries()) {
      if (typeof value === 'string') fields[key] = value;
      else files[key] = { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
    }
    return { fields, files };
  } catch {
    return { fields: {}, files: {}, problem: 'invalid_form_data' };
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with a few words. */
export function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
