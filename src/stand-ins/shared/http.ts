import type { IncomingMessage, ServerResponse } from 'node:http';

/** A body larger than a stand-in takes. */
export class BodyTooLarge extends Error {}

const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a whole request body of at most `mostBytes`, 64 MiB unless told. */
export async function readBody(request: IncomingMessage, mostBytes = MOST_BYTES): Promise<Buffer> {
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

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}
