import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readKaggleCredentials } from '../../../src/backends/kaggle/credentials.ts';

it('takes a token before a pair, and nothing for nothing', () => {
  const pair = { KAGGLE_USERNAME: 'ada', KAGGLE_KEY: 'k' };
  expect(readKaggleCredentials({})).toBeNull();
  expect(readKaggleCredentials(pair)).toEqual({ kind: 'key', username: 'ada', key: 'k' });
  expect(readKaggleCredentials({ ...pair, KAGGLE_API_TOKEN: ' KGAT_x ' })).toEqual({ kind: 'token', token: 'KGAT_x' });
});

it('reads a token from the file that the variable names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kaggle-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'access_token');
  writeFileSync(path, 'KGAT_file\n');
  expect(readKaggleCredentials({ KAGGLE_API_TOKEN: path })).toEqual({ kind: 'token', token: 'KGAT_file' });
});

it.each([
  [{ KAGGLE_USERNAME: 'ada' }, 'KAGGLE_KEY'],
  [{ KAGGLE_KEY: 'k' }, 'KAGGLE_USERNAME'],
])('asks for the other half of %j', (env, missing) => {
  expect(() => readKaggleCredentials(env)).toThrow(`${missing} is not set and the other one is`);
});
