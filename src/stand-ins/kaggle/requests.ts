import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** Reads the body of a call by its content type; an empty one is an empty request. */
export async function readRequestBody(request: IncomingMessage, bytes: Buffer): Promise<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  const type = request.headers['content-type'] ?? '';
  if (/multipart\/form-data/i.test(type)) {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
    return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
  }
  if (/x-www-form-urlencoded/i.test(type)) return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ApiError(400, 'The request body is not a JSON object');
}
