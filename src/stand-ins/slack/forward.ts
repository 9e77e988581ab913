import { type IncomingMessage, request as ask, type ServerResponse } from 'node:http';
import { sendText } from './http.ts';

/** Pages of somebody else that appear below an address of the console. */
export interface Forward {
  /** First part of the path, without slashes. */
  readonly first: string;
  /** Where they are: the address of a server on this machine. */
  readonly to: string;
}

/** Asks the server behind the console for the same path, and hands its answer on as it comes. Nothing of the console's own goes along but the
 *  key, and that only for whoever holds it here. */
export function forward(request: IncomingMessage, response: ServerResponse, { to }: Forward, key: string | undefined): Promise<void> {
  if (request.method !== 'GET') {
    sendText(response, 405, 'Only GET is passed on.');
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const headers = { accept: request.headers.accept ?? '*/*', ...(key === undefined ? {} : { 'x-page-key': key }) };
    const asked = ask(new URL(request.url ?? '/', to), { headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response).on('close', resolve);
    });
    response.on('close', () => asked.destroy());
    asked.on('error', () => {
      if (response.headersSent) response.destroy();
      else sendText(response, 502, 'The bot does not answer; its log says why.');
      resolve();
    });
    asked.end();
  });
}
