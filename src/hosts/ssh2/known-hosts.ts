/** Reads known_hosts files and judges a host key by them, as OpenSSH does with strict checking. */
import { createHash, createHmac } from 'node:crypto';

export interface KnownHostLine {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** Comma-separated patterns, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  readonly key: string;
}

export type KeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked' | 'authority-only';

/** The lines of a known_hosts file; what cannot be read is skipped, as OpenSSH does. */
export function parseKnownHosts(text: string): KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) continue;
    const marker = words[0].startsWith('@') ? words.shift()?.slice(1) : undefined;
    const [hosts, keyType, key] = words;
    if (hosts === undefined || keyType === undefined || key === undefined) continue;
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') continue;
    lines.push({ marker, hosts, keyType, key });
  }
  return lines;
}

/** Judges a key that a server showed. An entry without the port counts when its key is the same. */
export function judgeHostKey(lines: readonly KnownHostLine[], hostname: string, port: number, key: Buffer): KeyVerdict {
  const shown = key.toString('base64');
  const exact = lines.filter((line) => matchesHost(line.hosts, nameFor(hostname, port)));
  const anyPort = port === 22 ? [] : lines.filter((line) => matchesHost(line.hosts, nameFor(hostname, 22)));
  const matching = [...exact, ...anyPort];
  if (matching.some((line) => line.marker === 'revoked' && line.key === shown)) return 'revoked';
  const plain = matching.filter((line) => line.marker === undefined);
  if (plain.some((line) => line.key === shown)) return 'known';
  const type = readKeyType(key);
  if (exact.some((line) => line.marker === undefined && line.keyType === type)) return 'changed';
  if (exact.some((line) => line.marker === 'cert-authority')) return 'authority-only';
  return 'unknown';
}

/** Types of key that the files know for a host, so that the server can be asked for one of those. */
export function listKnownTypes(lines: readonly KnownHostLine[], hostname: string, port: number): string[] {
  const names = port === 22 ? [nameFor(hostname, 22)] : [nameFor(hostname, port), nameFor(hostname, 22)];
  const types = lines.filter((line) => line.marker === undefined && names.some((name) => matchesHost(line.hosts, name)));
  return [...new Set(types.map((line) => line.keyType))];
}

/** The name of the key's type, which is the first field of the key itself. */
export function readKeyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.toString('latin1', 4, 4 + Math.min(length, 64));
}

/** As ssh-keygen prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function nameFor(hostname: string, port: number): string {
  const name = hostname.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHashed(hosts, name);
  let matches = false;
  for (const pattern of hosts.split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!matchesPattern(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    matches = true;
  }
  return matches;
}

function matchesHashed(hosts: string, name: string): boolean {
  const [, , salt, hash] = hosts.split('|');
  if (salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}
