import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendText } from './http.ts';

/** Who may drive the console: everybody who reaches it, or only those who hold the key. */
export interface ControlDoor {
  readonly key: string | undefined;
  /** One name a console: cookies of one host are shared by all its ports. */
  readonly cookie: string;
}

/** True for a request that carries the key, as header `x-console-key` or as the cookie; always when there is no key. */
export function holdsKey(request: IncomingMessage, { key, cookie }: ControlDoor): boolean {
  if (key === undefined) return true;
  const header = request.headers['x-console-key'];
  const cookies = (request.headers.cookie ?? '').split(';').map((item) => item.trim());
  const carried = cookies.filter((item) => item.startsWith(`${cookie}=`)).map((item) => item.slice(cookie.length + 1));
  return [...(typeof header === 'string' ? [header] : []), ...carried].some((word) => isSame(word, key));
}

/** Takes the key from the page's address into a cookie that no script reads and no other site sends, and drops it from the address. */
export function takeKey(response: ServerResponse, given: string, { key, cookie }: ControlDoor): void {
  if (key === undefined || !isSame(given, key)) return refuseKey(response);
  response.writeHead(303, {
    Location: '/',
    'Set-Cookie': `${cookie}=${key}; HttpOnly; SameSite=Strict; Path=/`,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  });
  response.end();
}

/** What a browser without the key is told. */
export function refuseKey(response: ServerResponse): void {
  sendText(
    response,
    403,
    'This local Slack opens only with its key: use the whole address that Reprobot printed when it started, with ?key=…',
  );
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
