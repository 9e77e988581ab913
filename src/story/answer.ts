import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Span } from '../runs/diary.ts';
import { checkLink, isSame } from './link.ts';
import { readSpan } from './read-span.ts';
import { readPolicy } from './render-page.ts';
import type { Format } from './tell-project.ts';
import type { StoryTeller } from './teller.ts';

export interface StoryDoor {
  readonly tell: StoryTeller;
  /** Of signed links, see deriveLinkKey. */
  readonly linkKey: string;
  /** Opens every story to whoever sends it as `x-page-key`: the console of `npm start`. Null where there is none. */
  readonly pageKey: string | null;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Answers a request; never rejects. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const TYPES: Readonly<Record<Format, string>> = {
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  json: 'application/json; charset=utf-8',
};
const REFUSALS = {
  wrong: 'This page opens with a link that `/hpc story` gives to people who may see it.',
  expired: 'This link has expired; `/hpc story` gives a new one.',
} as const;

/** Answers `GET /story/<project>`: the page, or with `?format=md` or `json` its exports; `from` and `to` are days. Nobody without a good link
 *  or the key learns which projects there are. */
export function answerStories(door: StoryDoor): Answer {
  return (request, response) => {
    answer(door, request, response).catch((error: unknown) => {
      door.onError(error);
      if (response.headersSent) response.destroy();
      else send(response, 500, 'The story could not be told; the log of the app says why.');
    });
  };
}

/** A server for where no other one listens. */
export function listenForStories(answerOne: Answer, port: number, host: string | undefined): Promise<Server> {
  const server = createServer(answerOne);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(server));
  });
}

async function answer(door: StoryDoor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = readTarget(request);
  if (target === null || request.method !== 'GET') return send(response, 404, 'There is nothing here.');
  const { project, query } = target;
  const key = request.headers['x-page-key'];
  const holdsKey = door.pageKey !== null && typeof key === 'string' && isSame(key, door.pageKey);
  const link = checkLink(project, query, door.now(), door.linkKey);
  if (!holdsKey && link !== 'good') return send(response, 403, REFUSALS[link]);
  const format = readFormat(query.get('format'));
  const span = trySpan(query);
  if (format === null || span === null) return send(response, 400, 'Use from=2026-11-27, to=2026-11-28 and format=html, md or json.');
  const story = await door.tell(project, span, format);
  if (story === null) return send(response, 404, 'Nothing has been told of this project yet.');
  response.writeHead(200, {
    ...HEADERS,
    'Content-Type': TYPES[format],
    'Content-Security-Policy': `${await readPolicy()}; frame-ancestors 'none'; sandbox allow-scripts allow-modals allow-downloads allow-popups`,
  });
  response.end(story);
}

function readTarget({ url = '' }: IncomingMessage): { project: string; query: URLSearchParams } | null {
  if (!URL.canParse(url, 'http://here')) return null;
  const { pathname, searchParams } = new URL(url, 'http://here');
  const [, project] = /^\/story\/([^/]{1,300})$/.exec(pathname) ?? [];
  if (project === undefined) return null;
  try {
    return { project: decodeURIComponent(project), query: searchParams };
  } catch {
    return null;
  }
}

function readFormat(asked: string | null): Format | null {
  if (asked === null) return 'html';
  return asked === 'html' || asked === 'md' || asked === 'json' ? asked : null;
}

function trySpan(query: URLSearchParams): Span | null {
  try {
    return readSpan(query.get('from') ?? undefined, query.get('to') ?? undefined);
  } catch {
    return null;
  }
}

// The address holds what opens the page: it goes into no cache and to nobody else.
const HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
