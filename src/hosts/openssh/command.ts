/** The command lines of ssh that this transport uses. */
import { ReprobotError } from '../../errors.ts';
import type { SshHostOptions } from '../shared/ssh-host.ts';

const ALWAYS = [
  '-T',
  ...listOptions({
    // Unknown and changed keys end the login; nothing is ever accepted or updated on a person's behalf.
    StrictHostKeyChecking: 'yes',
    UpdateHostKeys: 'no',
    // Settings of ~/.ssh/config that make sense for a person's terminal only.
    RemoteCommand: 'none',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
  }),
];

/** Words that choose the account and the keys; the rest is up to ~/.ssh/config. */
export function buildTargetArgs(options: SshHostOptions): string[] {
  if (options.hostname.startsWith('-') || options.hostname.includes('\0')) {
    throw new ReprobotError({ code: 'config.invalid', doing: `setting up ${options.id}`, why: 'the host name starts with a dash' });
  }
  return [
    ...(options.configFile === undefined ? [] : ['-F', options.configFile]),
    ...(options.port === undefined ? [] : ['-p', String(options.port)]),
    ...(options.user === undefined ? [] : ['-l', options.user]),
    ...(options.identityFile === undefined ? [] : ['-i', options.identityFile, '-o', 'IdentitiesOnly=yes']),
    ...(options.knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${quoteOptionPath(options.knownHostsFile)}`]),
  ];
}

/** The long-lived connection. Verbose, because only the debug lines tell which key was shown and which methods are left. */
export function buildMasterArgs(options: SshHostOptions, socket: string): string[] {
  const wantsPerson = options.askSecret !== undefined;
  const isPassword = options.auth === 'password' || options.auth === 'password-otp';
  return [
    '-v',
    '-N',
    '-M',
    '-S',
    socket,
    ...ALWAYS,
    ...listOptions({
      ControlPersist: 'no',
      ServerAliveInterval: '30',
      ServerAliveCountMax: '3',
      ConnectTimeout: '60',
      BatchMode: wantsPerson ? 'no' : 'yes',
      NumberOfPasswordPrompts: '1',
    }),
    ...(isPassword ? listOptions({ PreferredAuthentications: 'keyboard-interactive,password' }) : []),
    ...buildTargetArgs(options),
    '--',
    options.hostname,
  ];
}

/** One session over the control socket. It fails rather than log in by itself when the master will not have it. */
export function buildSessionArgs(options: SshHostOptions, socket: string, command: string): string[] {
  return [
    '-S',
    socket,
    ...listOptions({ ControlMaster: 'no', BatchMode: 'yes', ProxyCommand: 'exit 1', ProxyJump: 'none' }),
    ...ALWAYS,
    ...buildTargetArgs(options),
    '--',
    options.hostname,
    command,
  ];
}

/** Asks the master to end. */
export function buildExitArgs(options: SshHostOptions, socket: string): string[] {
  return ['-S', socket, '-O', 'exit', ...buildTargetArgs(options), '--', options.hostname];
}

function listOptions(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

// ssh splits this option at spaces and expands % in it.
function quoteOptionPath(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
