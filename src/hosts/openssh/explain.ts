/** Reads what `ssh -v` said when a login did not come about. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ReprobotError } from '../../errors.ts';
import { buildKeyChanged, buildKeyUnknown, type HostKeyFacts } from '../shared/host-key-errors.ts';
import type { SshHostOptions } from '../shared/ssh-host.ts';

export interface MasterEnd {
  /** Everything that ssh wrote to stderr, debug lines included. */
  readonly said: string;
  /** Why a question went unanswered, if one did. */
  readonly askFailure: unknown;
}

/** The ReprobotError for a login that ended early. */
export function explainMasterEnd(options: SshHostOptions, end: MasterEnd): ReprobotError {
  const lines = end.said.split(/\r?\n/).filter((line) => line !== '');
  const plain = lines.filter((line) => !/^(debug\d|OpenSSH_)/.test(line));
  const text = plain.join('\n');
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY|marked as revoked/i.test(text))
    return buildKeyChanged(readKeyFacts(options, end.said));
  if (/Host key verification failed|host key is known for|Host key is not known/i.test(text))
    return buildKeyUnknown(readKeyFacts(options, end.said));
  if (/Permission denied|Too many authentication failures|no such identity.*\n.*denied/i.test(text))
    return explainRefusal(options, end, text);
  if (/ssh: not found|ssh: command not found/.test(text)) {
    return new ReprobotError({
      code: 'config.missing-tool',
      doing: `connecting to ${options.id}`,
      why: 'there is no ssh on this machine',
      remedy: 'Install the OpenSSH client, or set the transport of this site to ssh2.',
    });
  }
  return new ReprobotError({
    code: 'host.unreachable',
    doing: `connecting to ${options.id}`,
    why: plain.at(-1)?.trim() ?? 'ssh ended without a word',
    remedy: 'Check the name, the port and whether the cluster is in maintenance.',
    transient: true,
    details: { mayHaveRun: false },
  });
}

function explainRefusal(options: SshHostOptions, end: MasterEnd, text: string): ReprobotError {
  const doing = `logging in to ${options.id}`;
  const allowed = /Permission denied \(([^)]*)\)/.exec(text)?.[1] ?? '';
  const methods = allowed.split(',').filter((method) => method !== '');
  const hadPartialSuccess = /Authenticated using .* with partial success/.test(end.said);
  const kindNeedsPerson = ['password', 'password-otp', 'key-otp'].includes(options.auth);
  const onlyPersonLeft = methods.some((method) => /^(keyboard-interactive|password)$/.test(method)) && !methods.includes('publickey');
  const isUnanswered = end.askFailure !== undefined;
  if (isUnanswered || (options.askSecret === undefined && (hadPartialSuccess || kindNeedsPerson || onlyPersonLeft))) {
    return new ReprobotError({
      code: 'host.auth-needed',
      doing,
      why: isUnanswered ? 'nobody answered what the login asked' : `the login needs something that only a person knows (${allowed})`,
      remedy: 'Connect again when somebody can answer.',
      ...(isUnanswered ? { cause: end.askFailure } : {}),
    });
  }
  return new ReprobotError({
    code: 'host.auth-refused',
    doing,
    why: `the server refused the login; it allows ${allowed === '' ? 'nothing more' : allowed}`,
    remedy: 'Check the user name, that the public key is registered with the site, and that a certificate has not run out.',
  });
}

function readKeyFacts(options: SshHostOptions, said: string): HostKeyFacts {
  const key = /Server host key: (\S+) (SHA256:\S+)/.exec(said);
  const place = /Connecting to (\S+) (?:\[\S+\] )?port (\d+)/.exec(said);
  return {
    hostId: options.id,
    hostname: place?.[1] ?? options.hostname,
    port: Number(place?.[2] ?? options.port ?? 22),
    knownHostsFile: options.knownHostsFile ?? join(homedir(), '.ssh', 'known_hosts'),
    keyType: key?.[1],
    fingerprint: key?.[2],
    // With a jump host or a proxy there is no line about connecting.
    isBehindProxy: place === null,
  };
}
