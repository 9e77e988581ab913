import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ReprobotError } from '../errors.ts';
import { spawnServer, stopProcess } from './child.ts';

const START_MS = 20_000;
/** Longest path of a Unix socket that every system takes. */
const SOCKET_LIMIT = 100;

export interface PrivateRedis {
  /** What REDIS_URL would say: a path of a Unix socket that only this account may open. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A Redis of our own: no network port, every write on disk before it is answered, nothing ever evicted. */
export async function startPrivateRedis(folder: string): Promise<PrivateRedis> {
  const program = findOnPath('redis-server') ?? findOnPath('valkey-server');
  if (program === undefined) {
    throw new ReprobotError({
      code: 'config.missing-tool',
      doing: 'starting a private Redis',
      why: 'neither redis-server nor valkey-server is on PATH',
      remedy: 'Install one, or set REDIS_URL.',
    });
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const socket = await chooseSocket(folder);
  await endLeftover(socket);
  await rm(socket, { force: true });
  const settings = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--unixsocketperm',
    '700',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--maxmemory-policy',
    'noeviction',
    '--daemonize',
    'no',
    '--logfile',
    join(folder, 'redis.log'),
  ];
  const server = spawnServer(program, settings, { cwd: folder, deathSignal: findOnPath('setpriv') });
  let words = '';
  server.stderr?.on('data', (text: Buffer) => (words = (words + text.toString()).slice(-1_000)));
  const deadline = Date.now() + START_MS;
  while (!(await answers(socket))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stopProcess(server);
      throw new ReprobotError({
        code: 'config.missing-tool',
        doing: 'starting a private Redis',
        why: words.trim() || 'it did not answer',
        remedy: `Its log: ${join(folder, 'redis.log')}`,
      });
    }
    await sleep(30);
  }
  return { url: socket, stop: () => stopProcess(server) };
}

/** Full path of a program on PATH or in the usual folders of servers. */
export function findOnPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function chooseSocket(folder: string): Promise<string> {
  const inside = join(folder, 'redis.sock');
  if (inside.length <= SOCKET_LIMIT) return inside;
  const short = join(tmpdir(), `reprobot-${userInfo().uid}-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`);
  await mkdir(short, { recursive: true, mode: 0o700 });
  return join(short, 'redis.sock');
}

async function answers(socket: string): Promise<boolean> {
  if (!existsSync(socket)) return false;
  const client = connect(socket);
  try {
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** A server that a killed start left behind holds the same files; it is asked to end before they are opened again. */
async function endLeftover(socket: string): Promise<void> {
  if (!(await answers(socket))) return;
  const client = connect(socket);
  await client.shutdown('NOSAVE').catch(() => undefined);
  client.disconnect();
  while (await answers(socket)) await sleep(50);
}

function connect(socket: string): Redis {
  const client = new Redis(socket, { maxRetriesPerRequest: 0, retryStrategy: () => null, lazyConnect: false });
  client.on('error', () => {});
  return client;
}
