import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The key of the folder's local Slack, made at the first start and readable for its owner only. A job cannot see the folder. */
export function obtainConsoleKey(folder: string): string {
  const path = join(folder, 'console-key');
  if (existsSync(path)) {
    chmodSync(path, 0o600);
    const known = readFileSync(path, 'utf8').trim();
    if (/^[\w-]{20,}$/.test(known)) return known;
  }
  const key = randomBytes(24).toString('base64url');
  writeFileSync(path, `${key}\n`, { mode: 0o600 });
  return key;
}

/** The address that opens the page. */
export function addKey(url: string, key: string): string {
  return `${url}?key=${key}`;
}
