/** Builds the host that a site's profile describes. */
import type { SiteProfile } from '../core/site.ts';
import type { AskSecret, Host } from '../ports.ts';
import { createLocalHost } from './local/index.ts';
import { createOpensshHost } from './openssh/index.ts';
import type { SshHost, SshHostOptions } from './shared/ssh-host.ts';
import type { HostLog } from './shared/transport.ts';
import { createSsh2Host } from './ssh2/index.ts';

export type { SshHost } from './shared/ssh-host.ts';

export interface HostDeps {
  readonly log?: HostLog;
  /** Without it, logins that need a person are refused with host.auth-needed. */
  readonly askSecret?: AskSecret;
  /** Wins over the profile's own. */
  readonly knownHostsFile?: string;
  /** Private folder for the control sockets of openssh; a temporary one unless told. */
  readonly controlFolder?: string;
}

/** The host of a site. Connects at the first call, not here. A host over ssh also has `connect()`. */
export function createHost(profile: Pick<SiteProfile, 'id' | 'host'>, deps: HostDeps = {}): Host | SshHost {
  const { host } = profile;
  if (host.kind === 'local') return createLocalHost({ id: profile.id, log: deps.log });
  const options: SshHostOptions = {
    id: profile.id,
    hostname: host.hostname,
    port: host.port,
    user: host.user,
    identityFile: host.identityFile,
    knownHostsFile: deps.knownHostsFile ?? host.knownHostsFile,
    auth: host.auth,
    maxSessions: host.maxSessions,
    askSecret: deps.askSecret,
    log: deps.log,
    controlFolder: deps.controlFolder,
  };
  return host.transport === 'ssh2' ? createSsh2Host(options) : createOpensshHost(options);
}

/** Whether a host has a login that a person can ask to repeat. */
export function isSshHost(host: Host): host is SshHost {
  return 'connect' in host;
}
