/** What to tell a person about a host key; keys are never accepted on their behalf. */
import { ReprobotError } from '../../errors.ts';
import { quoteWord } from './quote.ts';

export interface HostKeyFacts {
  readonly hostId: string;
  readonly hostname: string;
  readonly port: number;
  readonly knownHostsFile: string;
  /** Of the key that the server showed, such as `ssh-ed25519`. */
  readonly keyType?: string | undefined;
  readonly fingerprint?: string | undefined;
  /** The host is behind another one, so that ssh-keyscan cannot reach it. */
  readonly isBehindProxy?: boolean;
}

export function buildKeyUnknown(facts: HostKeyFacts): ReprobotError {
  const add = facts.isBehindProxy
    ? `ssh to ${facts.hostname} once in a terminal and compare before you answer yes`
    : `\`${formatKeyscan(facts)}\``;
  return new ReprobotError({
    code: 'host.key-unknown',
    doing: `connecting to ${facts.hostId}`,
    why: `the host key of ${facts.hostname} port ${facts.port} is not in ${facts.knownHostsFile}`,
    remedy: `Compare ${facts.fingerprint ?? 'its fingerprint'} with what the site publishes; if it is the same, run ${add}.`,
    details: describeFacts(facts),
  });
}

export function buildKeyChanged(facts: HostKeyFacts, why?: string): ReprobotError {
  const target = facts.port === 22 ? facts.hostname : `[${facts.hostname}]:${facts.port}`;
  return new ReprobotError({
    code: 'host.key-changed',
    doing: `connecting to ${facts.hostId}`,
    why: why ?? `${facts.hostname} port ${facts.port} shows another host key than the one in ${facts.knownHostsFile}`,
    remedy:
      `Ask the site whether it changed the key to ${facts.fingerprint ?? 'a new one'}; only then remove the old one with ` +
      `\`ssh-keygen -R ${quoteWord(target)} -f ${quoteWord(facts.knownHostsFile)}\`.`,
    details: describeFacts(facts),
  });
}

function formatKeyscan(facts: HostKeyFacts): string {
  const type = facts.keyType === undefined ? '' : ` -t ${facts.keyType.replace(/^ssh-/, '').replace(/^ecdsa-.*/, 'ecdsa')}`;
  return `ssh-keyscan -p ${facts.port}${type} ${quoteWord(facts.hostname)} >> ${quoteWord(facts.knownHostsFile)}`;
}

function describeFacts(facts: HostKeyFacts): Record<string, string | number> {
  return {
    hostname: facts.hostname,
    port: facts.port,
    ...(facts.fingerprint === undefined ? {} : { fingerprint: facts.fingerprint }),
    ...(facts.isBehindProxy === true ? {} : { addCommand: formatKeyscan(facts) }),
  };
}
