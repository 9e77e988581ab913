/** What the tests of hosts share. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOpensshHost } from '../../src/hosts/openssh/index.ts';
import type { SshHost, SshHostOptions } from '../../src/hosts/shared/ssh-host.ts';
import { createSsh2Host } from '../../src/hosts/ssh2/index.ts';
import type { Sshd } from '../lab/sshd.ts';

export type SshKind = 'ssh2' | 'openssh';
export const KEYGEN = 'ssh-keygen';
export const SSH_KINDS: readonly SshKind[] = ['ssh2', 'openssh'];

/** A host of one kind that reaches the test's sshd with its key. */
export function createTestHost(kind: SshKind, sshd: Sshd, change: Partial<SshHostOptions> = {}): SshHost {
  const options: SshHostOptions = {
    id: 'lab',
    hostname: sshd.host,
    port: sshd.port,
    user: sshd.user,
    identityFile: sshd.identityFile,
    knownHostsFile: sshd.knownHostsFile,
    auth: 'key',
    maxSessions: 4,
    configFile: 'none',
    ...change,
  };
  return kind === 'ssh2' ? createSsh2Host(options) : createOpensshHost(options);
}

/** Whether a process of this machine still runs; one that only waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\d+ \(.*\) [ZX]/s.test(stat);
  } catch {
    return false;
  }
}

/** Waits until the check holds; fails the test when it never does. */
export async function waitFor(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await check()) return;
    await sleep(50);
  }
  throw new Error(`waited in vain: ${what}`);
}

/** An openssh host that is only an alias of a config file; everything else comes from there. */
export function createAliasHost(alias: string, configFile: string): SshHost {
  return createOpensshHost({ id: 'lab', hostname: alias, auth: 'key-or-agent', maxSessions: 4, configFile });
}
