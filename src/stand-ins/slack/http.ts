import type { ServerResponse } from 'node:http';
import type { Dict } from './state.ts';

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

/** Answers with a few words. */
export function sendText(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
