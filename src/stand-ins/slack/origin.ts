import type { IncomingMessage } from 'node:http';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * True when a request comes from this server's own page, or from a program on this machine. A page elsewhere names its own origin; one that
 * made its name point here (DNS rebinding) names a host that is not ours. Any port passes, because people reach the console through a tunnel.
 */
export function isOwnRequest(request: IncomingMessage, ownHost: string): boolean {
  const host = request.headers.host ?? '';
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!loopback.has(name) && name !== ownHost.toLowerCase()) return false;
  const origin = request.headers.origin;
  return origin === undefined || origin === `http://${host}`;
}
