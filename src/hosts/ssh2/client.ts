/** One ssh2 connection: made, checked and logged in; opens channels. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import ssh2, { type Client, type ClientChannel, type ServerHostKeyAlgorithm } from 'ssh2';
import { ReprobotError } from '../../errors.ts';
import type { AskSecret } from '../../ports.ts';
import { buildKeyChanged, buildKeyUnknown } from '../shared/host-key-errors.ts';
import { type Connection, type PlainChannel, SessionRefused } from '../shared/link.ts';
import { BOOT } from '../shared/program.ts';
import type { ChannelEnd } from '../shared/transport.ts';
import { type AuthKind, createAuthHandler } from './auth.ts';
import { explainConnectFailure } from './explain.ts';
import { fingerprintOf, judgeHostKey, type KnownHostLine, listKnownTypes, parseKnownHosts, readKeyType } from './known-hosts.ts';

export interface Ssh2Target {
  readonly hostId: string;
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly kind: AuthKind;
  readonly identityFile: string | undefined;
  readonly agentSocket: string | undefined;
  readonly knownHostsFile: string;
  readonly askSecret: AskSecret | undefined;
}

const READY_TIMEOUT_MS = 60_000;
/** A person needs time to find the phone with the code. */
const READY_WITH_PERSON_MS = 180_000;
const KEEPALIVE = { keepaliveInterval: 30_000, keepaliveCountMax: 3 };
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Connects and logs in; rejects with the host.* code that fits. */
export async function connectSsh2(target: Ssh2Target, signal: AbortSignal): Promise<Connection> {
  const lines = await readKnownHosts(target.knownHostsFile);
  const client = new ssh2.Client();
  let isAlive = false;
  client.on('error', () => {
    isAlive = false;
  });
  client.on('close', () => {
    isAlive = false;
  });
  await logIn(client, target, lines, signal);
  // Small writes follow each other here; waiting to fill a packet would cost 40 ms a command.
  client.setNoDelay(true);
  isAlive = true;
  return {
    isAlive: () => isAlive,
    openChannel: () => openChannel(client),
    close: async () => {
      if (!isAlive) return;
      await new Promise<void>((resolve) => {
        client.once('close', () => resolve());
        client.end();
        // A peer that is gone does not answer the goodbye.
        setTimeout(() => client.destroy(), 1000).unref();
      });
    },
  };
}

function logIn(client: Client, target: Ssh2Target, lines: readonly KnownHostLine[], signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const { handler, record } = createAuthHandler({ ...target, signal: AbortSignal.any([over.signal, signal]) });
  let keyError: ReprobotError | undefined;
  const { promise, resolve, reject } = createDeferred();
  const fail = (error: Error) => reject(keyError ?? explainConnectFailure(target, error, record));
  const onAbort = () => {
    reject(new ReprobotError({ code: 'cancelled', doing: `connecting to ${target.hostId}`, why: 'the host was closed' }));
    client.destroy();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  client.once('ready', resolve);
  client.once('error', fail);
  client.once('close', () => fail(new Error('the server closed the connection')));
  const person = { readyTimeout: target.askSecret === undefined ? READY_TIMEOUT_MS : READY_WITH_PERSON_MS };
  try {
    client.connect({
      host: target.hostname,
      port: target.port,
      username: target.username,
      ...KEEPALIVE,
      ...person,
      authHandler: handler as never,
      algorithms: { serverHostKey: orderHostKeyTypes(lines, target) },
      hostVerifier: (key: Buffer) => {
        keyError = judge(target, lines, key);
        return keyError === undefined;
      },
    });
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
  }
  return promise.finally(() => {
    over.abort();
    signal.removeEventListener('abort', onAbort);
  });
}

function createDeferred(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

// A server has keys of several types and shows the first that we ask for: ask for those we can check.
function orderHostKeyTypes(lines: readonly KnownHostLine[], target: Ssh2Target): ServerHostKeyAlgorithm[] {
  const known = listKnownTypes(lines, target.hostname, target.port).flatMap((type) =>
    type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [type],
  );
  const first = HOST_KEY_ALGORITHMS.filter((algorithm) => known.includes(algorithm));
  return [...first, ...HOST_KEY_ALGORITHMS.filter((algorithm) => !first.includes(algorithm))];
}

function judge(target: Ssh2Target, lines: readonly KnownHostLine[], key: Buffer): ReprobotError | undefined {
  const facts = {
    hostId: target.hostId,
    hostname: target.hostname,
    port: target.port,
    knownHostsFile: target.knownHostsFile,
    keyType: readKeyType(key),
    fingerprint: fingerprintOf(key),
  };
  switch (judgeHostKey(lines, target.hostname, target.port, key)) {
    case 'known':
      return undefined;
    case 'changed':
      return buildKeyChanged(facts);
    case 'revoked':
      return buildKeyChanged(facts, `the host key of ${target.hostname} is marked @revoked in ${target.knownHostsFile}`);
    case 'authority-only':
      return new ReprobotError({
        code: 'host.key-unknown',
        doing: `connecting to ${target.hostId}`,
        why: `${target.knownHostsFile} has a @cert-authority for ${target.hostname}, which the ssh2 transport cannot check`,
        remedy: 'Set the transport of this site to openssh.',
        details: { hostname: target.hostname, port: target.port, fingerprint: facts.fingerprint },
      });
    case 'unknown':
      return buildKeyUnknown(facts);
  }
}

async function readKnownHosts(file: string): Promise<KnownHostLine[]> {
  const files = [file.replace(/^~(?=\/)/, homedir()), '/etc/ssh/ssh_known_hosts'];
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')));
  return parseKnownHosts(texts.join('\n'));
}

function openChannel(client: Client): Promise<PlainChannel> {
  return new Promise((resolve, reject) => {
    client.exec(BOOT, (error, stream) => {
      if (error === undefined) resolve(wrapChannel(stream));
      else reject(/Channel open failure/.test(error.message) ? new SessionRefused(error.message) : error);
    });
  });
}

function wrapChannel(stream: ClientChannel): PlainChannel {
  let letGo: (end: ChannelEnd) => void = () => {};
  const ended = new Promise<ChannelEnd>((resolve) => {
    letGo = resolve;
    let end: ChannelEnd = { code: null, signal: null, lost: new Error('the connection was lost') };
    stream.on('exit', (code: number | null, signal?: string) => {
      end = { code, signal: signal ?? null };
    });
    stream.on('close', () => {
      if (stream.stderr.readableEnded || stream.stderr.destroyed) resolve(end);
      else stream.stderr.once('end', () => resolve(end));
    });
  });
  return {
    stdin: stream,
    stdout: stream,
    stderr: stream.stderr,
    ended,
    signal: (name) => {
      if (stream.writable) stream.signal(name);
    },
    destroy: () => {
      stream.close();
      letGo({ code: null, signal: null, lost: new Error('the session was given up') });
    },
  };
}
