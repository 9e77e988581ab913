/** What both ssh transports are made from, and what they offer beyond the Host port. */
import type { AskSecret, Host } from '../../ports.ts';
import type { HostLog } from './transport.ts';

export interface SshHostOptions {
  readonly id: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly identityFile?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  readonly auth: 'key' | 'key-or-agent' | 'password' | 'password-otp' | 'key-otp' | 'certificate';
  readonly maxSessions: number;
  readonly askSecret?: AskSecret | undefined;
  readonly log?: HostLog | undefined;
  /** Private folder for control sockets; openssh only. */
  readonly controlFolder?: string | undefined;
  /** Replaces ~/.ssh/config; openssh only. */
  readonly configFile?: string | undefined;
  readonly now?: () => number;
}

export interface SshHost extends Host {
  /** Logs in now, even after earlier failures: for the moment when a person says "try again". */
  connect(): Promise<void>;
}
