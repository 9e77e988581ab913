import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { BodyTooLarge, sendJson } from '../shared/http.ts';
import { handleApi } from './api/index.ts';
import { buildContext, type Machinery, type StandInOptions } from './build-context.ts';
import type { Context, Credentials } from './context.ts';
import { holdsKey, refuseKey, takeKey, type ControlDoor } from './control-key.ts';
import { handleControl } from './control/index.ts';
import { verificationToken } from './events.ts';
import { handleUpload, serveFile } from './files.ts';
import { forward, type Forward } from './forward.ts';
import { HttpDelivery } from './http-delivery.ts';
import { sendText } from './http.ts';
import { isOwnRequest } from './origin.ts';
import { servePage } from './page-files.ts';
import { handleResponseUrl } from './response-url.ts';

export type { StandInOptions } from './build-context.ts';
export type { Credentials } from './context.ts';

export interface SlackStandIn {
  /** Where the page is; no trailing slash. */
  readonly url: string;
  /** What slackApiUrl has to be. */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  /** Delivers over signed HTTP to this address from now on; false when it did not answer the challenge. */
  readonly deliverTo: (address: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Starts a local Slack on the loopback interface. It is ready when the promise resolves. */
export async function startSlackStandIn(options: StandInOptions = {}): Promise<SlackStandIn> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer();
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let machinery: Machinery;
  try {
    machinery = buildContext(options, url);
  } catch (error) {
    server.close();
    throw error;
  }
  const { ctx } = machinery;
  const pages = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  const door: Door = { host, key: options.controlKey, cookie: `console_key_${port}`, forward: options.forward };
  server.on('request', (request, response) => ctx.background(answer(ctx, door, request, response)));
  server.on('upgrade', (request, socket, head) => upgrade(ctx, door, pages, request, socket, head));
  const deliverTo = (address: string): Promise<boolean> => deliverOverHttp(machinery, address);
  const address = options.deliverTo ?? ctx.app.requestUrl;
  if (address !== undefined) ctx.background(deliverTo(address));
  return { url, apiUrl: `${url}/api/`, credentials: ctx.credentials, deliverTo, close: () => close(server, machinery) };
}

interface Door extends ControlDoor {
  /** The name under which the server listens. */
  readonly host: string;
  readonly forward: Forward | undefined;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function deliverOverHttp({ ctx, setHttp }: Machinery, address: string): Promise<boolean> {
  const { credentials, clock, traffic } = ctx;
  const http = new HttpDelivery({ url: address, signingSecret: credentials.signingSecret, now: clock.now, traffic });
  setHttp(http);
  const verified = await http.verify(verificationToken);
  ctx.delivery.releaseHeld();
  return verified;
}

async function close(server: Server, { ctx, saver }: Machinery): Promise<void> {
  ctx.clock.stop();
  await ctx.delivery.close();
  await ctx.sockets.close();
  ctx.live.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  await saver?.flush();
}

// A request line can hold what is no address at all, such as "//".
function readTarget(ctx: Context, request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  return URL.canParse(target, ctx.url) ? new URL(target, ctx.url) : undefined;
}

async function answer(ctx: Context, door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // What is served here is for this page; other sites may not even embed it.
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  try {
    const target = readTarget(ctx, request);
    if (target === undefined) return sendText(response, 400, 'not an address');
    await route(ctx, door, request, response, target.pathname, target.searchParams);
  } catch (error) {
    if (response.headersSent || response.destroyed) return void response.destroy();
    if (error instanceof BodyTooLarge) return sendText(response, 413, error.message);
    sendJson(response, 500, { ok: false, error: 'internal_error' });
    throw error;
  }
}

async function route(
  ctx: Context,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const [, first = '', ...rest] = path.split('/');
  const last = rest.at(-1) ?? '';
  switch (first) {
    case 'api':
      return handleApi(ctx, request, response, rest.join('/'), query);
    case 'response':
      return handleResponseUrl(ctx, request, response, last);
    case 'upload':
      return handleUpload(ctx, request, response, last);
    case 'files':
      return serveFile(ctx, response, rest[0] ?? '');
    case 'control':
      if (!isOwnRequest(request, door.host)) return sendJson(response, 403, { ok: false, error: 'foreign_origin' });
      if (!holdsKey(request, door)) return sendJson(response, 403, { ok: false, error: 'console_key_needed' });
      return handleControl(ctx, request, response, `/${rest.join('/')}`, query);
    case 'page':
      return servePage(response, rest.join('/'));
    case '':
    case 'archives':
      if (first === '' && query.has('key')) return takeKey(response, query.get('key') ?? '', door);
      if (!holdsKey(request, door)) return refuseKey(response);
      return servePage(response, 'index.html');
    default:
      if (first === door.forward?.first) return forward(request, response, door.forward, holdsKey(request, door) ? door.key : undefined);
      return sendText(response, 404, 'not found');
  }
}

function upgrade(ctx: Context, door: Door, pages: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { pathname, searchParams } = readTarget(ctx, request) ?? new URL(ctx.url);
  socket.on('error', () => socket.destroy());
  if (pathname === '/link/') return ctx.sockets.handleUpgrade(request, socket, head, searchParams);
  if (pathname === '/control/live' && isOwnRequest(request, door.host) && holdsKey(request, door)) {
    pages.handleUpgrade(request, socket, head, (page) => ctx.live.attach(page, searchParams.get('user') ?? undefined));
    return;
  }
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
