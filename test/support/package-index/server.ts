/**
 * A package index on this machine, as pip and uv speak to one: the simple repository API in HTML (PEP 503, 592, 658) and JSON (PEP 691,
 * 700), and the files. What pypi.org refuses it refuses, and it can be told what goes wrong.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { normalise, type Distribution } from './packages.ts';

/** What goes wrong with the files whose name begins so; `times` says how often, always unless told. */
export interface IndexFault {
  readonly filename: string;
  readonly kind: 'break-off' | 'other-bytes' | 'stall' | 'server-error' | 'gone';
  times?: number;
}

export interface PackageIndex {
  /** As pip wants it, ending in /simple. */
  readonly url: string;
  /** The same, with a name and a password in it where the index asks for them. */
  readonly signedUrl: string;
  /** `METHOD /path` of every request, in order. */
  readonly requests: readonly string[];
  readonly add: (...files: readonly Distribution[]) => void;
  readonly fail: (...faults: readonly IndexFault[]) => void;
  /** `sha256:…` as it stands in a lock file. */
  readonly hashOf: (file: Distribution) => string;
  readonly close: () => Promise<void>;
}

interface IndexOptions {
  readonly files?: readonly Distribution[];
  /** Without these, a request is refused. */
  readonly login?: { readonly user: string; readonly password: string };
}

interface Held {
  readonly files: Distribution[];
  readonly faults: IndexFault[];
  readonly requests: string[];
  readonly login: IndexOptions['login'];
}

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html';
const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Starts an index on a free port of this machine. */
export async function startPackageIndex(options: IndexOptions = {}): Promise<PackageIndex> {
  const { login } = options;
  const held: Held = { files: [...(options.files ?? [])], faults: [], requests: [], login };
  const server = createServer((request, response) => answer(held, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = `127.0.0.1:${String((server.address() as AddressInfo).port)}/simple`;
  const signed = login === undefined ? '' : `${login.user}:${encodeURIComponent(login.password)}@`;
  return {
    url: `http://${place}`,
    signedUrl: `http://${signed}${place}`,
    requests: held.requests,
    add: (...files) => void held.files.push(...files),
    fail: (...faults) => void held.faults.push(...faults),
    hashOf: (file) => `sha256:${sha256(file.data)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(held: Held, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://index');
  const method = request.method ?? 'GET';
  held.requests.push(`${method} ${pathname}`);
  if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'text/plain', 'only reading', { Allow: 'GET, HEAD' });
  if (!isLoggedIn(held, request)) return send(response, 401, 'text/plain', 'who are you?', { 'WWW-Authenticate': 'Basic realm="index"' });
  const [, root, name, ...rest] = pathname.split('/');
  if (root === 'files' && name !== undefined && rest.length === 0) return sendFile(held, decodeURIComponent(name), request, response);
  if (root !== 'simple') return send(response, 404, 'text/plain', 'not found');
  if (name === undefined || (name !== '' && rest.length === 0))
    return redirect(response, `/simple/${name === undefined ? '' : `${normalise(name)}/`}`);
  if (rest.length > 1 || (rest[0] ?? '') !== '') return send(response, 404, 'text/plain', 'not found');
  return sendPage(held, name, request, response);
}

function isLoggedIn({ login }: Held, request: IncomingMessage): boolean {
  if (login === undefined) return true;
  const expected = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  return request.headers.authorization === `Basic ${expected}`;
}

function redirect(response: ServerResponse, location: string): void {
  send(response, 301, 'text/plain', '', { Location: location });
}

function sendPage(held: Held, name: string, request: IncomingMessage, response: ServerResponse): void {
  const type = chooseType(request.headers.accept ?? '*/*');
  if (type === null) return send(response, 406, 'text/plain', 'no such kind of page');
  if (name === '') return sendTagged(request, response, type, renderRoot(held.files, type));
  if (normalise(name) !== name) return redirect(response, `/simple/${normalise(name)}/`);
  const files = held.files.filter((file) => normalise(file.project) === name);
  if (files.length === 0) return send(response, 404, 'text/plain', 'not found');
  return sendTagged(request, response, type, type === JSON_TYPE ? renderJson(name, files) : renderHtml(name, files));
}

/** The kind of page that a client wants most; null where it takes none of ours. */
function chooseType(accept: string): string | null {
  const wanted = accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.trim().split(';');
    const quality = parameters.map((item) => /^\s*q=([\d.]+)\s*$/.exec(item)?.[1]).find((value) => value !== undefined);
    return { type: type.trim(), quality: Number(quality ?? '1') };
  });
  for (const { type, quality } of wanted.toSorted((a, b) => b.quality - a.quality)) {
    if (quality === 0) continue;
    if (type === JSON_TYPE || type === 'application/vnd.pypi.simple.latest+json') return JSON_TYPE;
    if (type === HTML_TYPE || type === 'application/vnd.pypi.simple.latest+html') return HTML_TYPE;
    if (type === 'text/html' || type === 'text/*' || type === '*/*') return 'text/html';
  }
  return null;
}

function renderRoot(files: readonly Distribution[], type: string): string {
  const names = [...new Set(files.map((file) => file.project))];
  if (type === JSON_TYPE) return JSON.stringify({ meta: { 'api-version': '1.1' }, projects: names.map((name) => ({ name })) });
  const links = names.map((name) => `<a href="/simple/${normalise(name)}/">${escape(name)}</a>`);
  return `<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"></head><body>${links.join('<br>\n')}</body></html>`;
}

function renderHtml(name: string, files: readonly Distribution[]): string {
  const links = files.map((file) => {
    const attributes = [
      `href="/files/${encodeURIComponent(file.filename)}#sha256=${sha256(file.data)}"`,
      ...(file.requiresPython === null ? [] : [`data-requires-python="${escape(file.requiresPython)}"`]),
      ...(file.metadata === null ? [] : [`data-core-metadata="sha256=${sha256(file.metadata)}"`]),
      ...(file.yanked === false ? [] : [`data-yanked="${escape(file.yanked)}"`]),
    ];
    return `<a ${attributes.join(' ')}>${escape(file.filename)}</a><br>`;
  });
  const head = `<meta name="pypi:repository-version" content="1.1"><title>Links for ${escape(name)}</title>`;
  return `<!DOCTYPE html>\n<html><head>${head}</head><body>\n${links.join('\n')}\n</body></html>\n`;
}

function renderJson(name: string, files: readonly Distribution[]): string {
  return JSON.stringify({
    meta: { 'api-version': '1.1' },
    name,
    versions: [...new Set(files.map((file) => file.version))],
    files: files.map((file) => ({
      filename: file.filename,
      url: `/files/${encodeURIComponent(file.filename)}`,
      hashes: { sha256: sha256(file.data) },
      'requires-python': file.requiresPython,
      size: file.data.length,
      'upload-time': file.uploadedAt,
      yanked: file.yanked,
      'core-metadata': file.metadata === null ? false : { sha256: sha256(file.metadata) },
    })),
  });
}

/** A page with its ETag: who has it already is told so. */
function sendTagged(request: IncomingMessage, response: ServerResponse, type: string, body: string): void {
  const tag = `"${sha256(body).slice(0, 22)}"`;
  const headers = { ETag: tag, Vary: 'Accept, Accept-Encoding', 'Cache-Control': 'max-age=600, public' };
  if (request.headers['if-none-match'] === tag) send(response, 304, type, '', headers);
  else send(response, 200, `${type}${type === 'text/html' ? '; charset=UTF-8' : ''}`, request.method === 'HEAD' ? '' : body, headers);
}

function sendFile(held: Held, filename: string, request: IncomingMessage, response: ServerResponse): void {
  const isMetadata = filename.endsWith('.metadata');
  const file = held.files.find((item) => item.filename === (isMetadata ? filename.slice(0, -'.metadata'.length) : filename));
  const fault = isMetadata ? undefined : takeFault(held, filename);
  if (file === undefined || fault?.kind === 'gone') return send(response, 404, 'text/plain', 'not found');
  if (fault?.kind === 'server-error') return send(response, 503, 'text/plain', 'try again later');
  if (isMetadata)
    return file.metadata === null ? send(response, 404, 'text/plain', 'not found') : send(response, 200, 'text/plain', file.metadata);
  const bytes = fault?.kind === 'other-bytes' ? Buffer.concat([file.data.subarray(0, -1), Buffer.from('?')]) : file.data;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = range === null ? 0 : Number(range[1]);
  const to = range === null || range[2] === '' ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
  if (from > to) return send(response, 416, 'text/plain', '', { 'Content-Range': `bytes */${String(bytes.length)}` });
  const body = bytes.subarray(from, to + 1);
  response.writeHead(range === null ? 200 : 206, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': body.length,
    'Accept-Ranges': 'bytes',
    ...(range === null ? {} : { 'Content-Range': `bytes ${String(from)}-${String(to)}/${String(bytes.length)}` }),
  });
  if (request.method === 'HEAD') response.end();
  else if (fault?.kind === 'break-off' || fault?.kind === 'stall') sendHalf(response, body, fault.kind);
  else response.end(body);
}

/** Half of it, and then nothing: either the connection goes, or it stays open. */
function sendHalf(response: ServerResponse, body: Buffer, kind: 'break-off' | 'stall'): void {
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
    if (kind === 'break-off') response.destroy();
  });
}

function takeFault(held: Held, filename: string): IndexFault | undefined {
  const fault = held.faults.find((item) => filename.startsWith(item.filename) && item.times !== 0);
  if (fault?.times !== undefined) fault.times -= 1;
  return fault;
}

function send(response: ServerResponse, status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
