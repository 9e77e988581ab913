import { readFileSync, statSync } from 'node:fs';
import { ReprobotError } from '../../errors.ts';

/** An API token, or the older pair of name and key. */
export type KaggleCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly username: string; readonly key: string };

type Env = Readonly<Record<string, string | undefined>>;

const MOST_BYTES = 10_000;

/**
 * The credentials in the environment, as Kaggle's own tool reads them: KAGGLE_API_TOKEN (the token, or the path of a file that holds it),
 * else KAGGLE_USERNAME with KAGGLE_KEY. Null when there are none. Rejects with config.invalid for half a pair.
 */
export function readKaggleCredentials(env: Env): KaggleCredentials | null {
  const { KAGGLE_API_TOKEN: token = '', KAGGLE_USERNAME: username = '', KAGGLE_KEY: key = '' } = env;
  if (token.trim() !== '') return { kind: 'token', token: readToken(token.trim()) };
  if (username === '' && key === '') return null;
  if (username !== '' && key !== '') return { kind: 'key', username, key };
  throw new ReprobotError({
    code: 'config.invalid',
    doing: 'reading the Kaggle settings',
    why: `${username === '' ? 'KAGGLE_USERNAME' : 'KAGGLE_KEY'} is not set and the other one is`,
    remedy: 'Set both, or KAGGLE_API_TOKEN alone.',
  });
}

function readToken(value: string): string {
  const isFile = value.includes('/') && (statSync(value, { throwIfNoEntry: false })?.isFile() ?? false);
  return isFile ? readFileSync(value, 'utf8').slice(0, MOST_BYTES).trim() : value;
}
