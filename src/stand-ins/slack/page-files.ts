import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sendText } from './http.ts';

const folder = fileURLToPath(new URL('page/', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/** Serves a file of the console's page; `name` is its path below page/. */
export async function servePage(response: ServerResponse, name: string): Promise<void> {
  const type = types[extname(name)];
  const isPlain = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(name);
  if (!isPlain || type === undefined) return sendText(response, 404, 'not found');
  const bytes = await readFile(join(folder, name)).catch(() => undefined);
  if (bytes === undefined) return sendText(response, 404, 'not found');
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  response.end(bytes);
}
