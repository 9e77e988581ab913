import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';
import { isSame, type Account } from './state.ts';

/** The account that a request proves to be: an API token as Bearer, or username and legacy key as Basic. */
export function readAccount(request: IncomingMessage, accounts: readonly Account[]): Account {
  const [scheme = '', secret = ''] = (request.headers.authorization ?? '').split(' ');
  const account = /^bearer$/i.test(scheme)
    ? accounts.find(({ token }) => token === secret)
    : /^basic$/i.test(scheme)
      ? findByKey(secret, accounts)
      : undefined;
  if (account === undefined) throw new ApiError(401, 'Unauthenticated');
  return account;
}

function findByKey(secret: string, accounts: readonly Account[]): Account | undefined {
  const text = Buffer.from(secret, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return accounts.find(({ username, key }) => isSame(username, text.slice(0, colon)) && key === text.slice(colon + 1));
}
