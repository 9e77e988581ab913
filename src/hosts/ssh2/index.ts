/** The Host port over one ssh2 connection inside this process. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ReprobotError } from '../../errors.ts';
import { ConnectGate } from '../shared/connect-gate.ts';
import { createHostOver } from '../shared/host.ts';
import { createLink } from '../shared/link.ts';
import type { SshHost, SshHostOptions } from '../shared/ssh-host.ts';
import { connectSsh2 } from './client.ts';

/** A cluster reached without the system's ssh. Knows no certificates and no ~/.ssh/config. */
export function createSsh2Host(options: SshHostOptions): SshHost {
  if (options.auth === 'certificate') {
    throw new ReprobotError({
      code: 'config.invalid',
      doing: `setting up ${options.id}`,
      why: 'the ssh2 transport cannot use ssh certificates',
      remedy: 'Set the transport of this site to openssh.',
    });
  }
  const link = createLink({
    hostId: options.id,
    maxSessions: options.maxSessions,
    carriesStatus: true,
    log: options.log,
    gate: new ConnectGate({ now: options.now ?? Date.now, asksPerson: options.askSecret !== undefined }),
    connect: (signal) =>
      connectSsh2(
        {
          hostId: options.id,
          hostname: options.hostname,
          port: options.port ?? 22,
          username: options.user ?? userInfo().username,
          kind: options.auth,
          identityFile: options.identityFile,
          agentSocket: process.env['SSH_AUTH_SOCK'],
          knownHostsFile: options.knownHostsFile ?? join(homedir(), '.ssh', 'known_hosts'),
          askSecret: options.askSecret,
        },
        signal,
      ),
  });
  return { ...createHostOver(link, { id: options.id, log: options.log }), connect: () => link.connect() };
}
