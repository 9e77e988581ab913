import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprintOf, judgeHostKey, listKnownTypes, parseKnownHosts, readKeyType } from '../../src/hosts/ssh2/known-hosts.ts';
import { KEYGEN } from './support.ts';

describe('known_hosts', () => {
  let folder: string;
  let ours: string;
  let other: string;
  let rsa: string;
  const bytes = (line: string) => Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const judge = (text: string, hostname = 'login.example.org', port = 22) =>
    judgeHostKey(parseKnownHosts(text), hostname, port, bytes(ours));
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'known-'));
    const make = (name: string, type: string) => {
      execFileSync(KEYGEN, ['-q', '-t', type, '-N', '', '-f', join(folder, name)]);
      return readFileSync(join(folder, `${name}.pub`), 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ');
    };
    ours = make('ours', 'ed25519');
    other = make('other', 'ed25519');
    rsa = make('rsa', 'rsa');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['a plain line', (key: string) => `login.example.org ${key} comment`, 'known'],
    ['a list with a pattern', (key: string) => `a,*.example.org,b ${key}`, 'known'],
    ['other case', (key: string) => `Login.Example.ORG ${key}`, 'known'],
    ['a negated pattern', (key: string) => `*.example.org,!login.example.org ${key}`, 'unknown'],
    ['another host', (key: string) => `login.example.com ${key}`, 'unknown'],
    ['a dot is a dot', (key: string) => `loginXexample.org ${key}`, 'unknown'],
    ['comments and broken lines', (key: string) => `# login.example.org\n\nlogin.example.org\n@odd login.example.org ${key}\n`, 'unknown'],
    ['a revoked key, whatever else is there', (key: string) => `login.example.org ${key}\n@revoked * ${key}`, 'revoked'],
    ['an authority only', (key: string) => `@cert-authority *.example.org ${key}`, 'authority-only'],
  ] as const)('%s', (_, line, verdict) => {
    expect(judge(line(ours))).toBe(verdict);
  });

  test('another key of the same type is a change, of another type is not', () => {
    expect(judge(`login.example.org ${other}`)).toBe('changed');
    expect(judge(`login.example.org ${rsa}`)).toBe('unknown');
    expect(judge(`login.example.org ${other}\nlogin.example.org ${ours}`)).toBe('known');
  });

  test('ports stand in brackets; an entry without one counts when the key is the same', () => {
    expect(judge(`[login.example.org]:2222 ${ours}`, 'login.example.org', 2222)).toBe('known');
    expect(judge(`[login.example.org]:2222 ${ours}`)).toBe('unknown');
    expect(judge(`login.example.org ${ours}`, 'login.example.org', 2222)).toBe('known');
    expect(judge(`login.example.org ${other}`, 'login.example.org', 2222)).toBe('unknown');
  });

  test('hashed names as ssh-keygen writes them', () => {
    const file = join(folder, 'hashed');
    writeFileSync(file, `login.example.org ${ours}\n[login.example.org]:2222 ${other}\n`);
    execFileSync(KEYGEN, ['-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('login');
    expect(judge(text)).toBe('known');
    expect(judge(text, 'login.example.org', 2222)).toBe('known');
    expect(judge(`${text.split('\n')[1]}`, 'login.example.org', 2222)).toBe('changed');
    expect(judge(text, 'else.example.org')).toBe('unknown');
  });

  test('types and fingerprints are read as ssh-keygen reads them', () => {
    const lines = parseKnownHosts(`login.example.org ${ours}\nlogin.example.org ${rsa}\n@cert-authority * ${other}`);
    expect(listKnownTypes(lines, 'login.example.org', 22)).toEqual(['ssh-ed25519', 'ssh-rsa']);
    expect(readKeyType(bytes(rsa))).toBe('ssh-rsa');
    const printed = execFileSync(KEYGEN, ['-l', '-f', join(folder, 'rsa.pub')], { encoding: 'utf8' });
    expect(printed).toContain(fingerprintOf(bytes(rsa)));
  });
});
