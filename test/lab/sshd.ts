/** A private real sshd on a free port, for tests: own keys, own home, nothing of the machine's ssh touched. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SshdOptions {
  /** Further `-o Name=value` settings, such as `{ MaxSessions: '2' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Environment of remote commands, such as SLURM_CONF. HOME is a folder of the sshd's own unless given here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Content of the remote account's .bashrc, for instance to print noise. */
  readonly bashrc?: string;
  /** Listen here again instead of on a free port. */
  readonly port?: number;
}

export interface Sshd {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  readonly folder: string;
  /** Home folder of remote commands. */
  readonly home: string;
  /** Private key that the server accepts. */
  readonly identityFile: string;
  /** Holds the server's host key. */
  readonly knownHostsFile: string;
  /** `SHA256:…` of the host key, as ssh-keygen prints it. */
  readonly fingerprint: string;
  /** Ends the listener and every connection, as a reboot would. */
  halt(): Promise<void>;
  /** Listens again on the same port. */
  resume(): Promise<void>;
  /** Ends the connections only. */
  dropConnections(): Promise<void>;
  /** Number of connections (authenticated or not). */
  countConnections(): Promise<number>;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

/** Starts an sshd that lets the current user in with a fresh key. Needs root or a user that may run sshd for itself. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  // Without its privilege separation folder sshd exits at once; containers that never ran it lack it.
  if (!existsSync('/run/sshd')) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const folder = await mkdtemp(join(tmpdir(), 'lab-sshd-'));
  const port = options.port ?? (await findFreePort());
  const home = options.env?.['HOME'] ?? join(folder, 'home');
  await mkdir(home, { recursive: true });
  if (options.bashrc !== undefined) await writeFile(join(home, '.bashrc'), options.bashrc);
  for (const name of ['host_key', 'id']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  await writeFile(join(folder, 'authorized_keys'), await readFile(join(folder, 'id.pub')));
  const hostKey = (await readFile(join(folder, 'host_key.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  const { stdout } = await run('ssh-keygen', ['-l', '-E', 'sha256', '-f', join(folder, 'host_key.pub')]);
  const args = buildArgs({ folder, home, port, options });
  let listener = await listen(args, port);
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    folder,
    home,
    identityFile: join(folder, 'id'),
    knownHostsFile: join(folder, 'known_hosts'),
    fingerprint: stdout.split(' ')[1] ?? '',
    halt: () => endSshd(listener),
    resume: async () => {
      listener = await listen(args, port);
    },
    dropConnections: async () => killAll(await findDescendants(listener.pid)),
    countConnections: async () => (await listChildren()).filter((entry) => entry.parent === listener.pid).length,
    stop: async () => {
      await endSshd(listener);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A TCP port of the loopback interface that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function buildArgs(parts: { folder: string; home: string; port: number; options: SshdOptions }): string[] {
  const { folder, home, port, options } = parts;
  const env = { HOME: home, ...options.env };
  const settings = {
    Port: String(port),
    ListenAddress: '127.0.0.1',
    HostKey: join(folder, 'host_key'),
    AuthorizedKeysFile: join(folder, 'authorized_keys'),
    PidFile: 'none',
    StrictModes: 'no',
    UsePAM: 'no',
    PermitRootLogin: 'yes',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    PrintMotd: 'no',
    // sshd takes the first SetEnv line only, so that all variables stand on it.
    SetEnv: Object.entries(env)
      .map(([name, value]) => `"${name}=${value}"`)
      .join(' '),
    ...options.settings,
  };
  return ['-D', '-e', '-f', '/dev/null', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

async function listen(args: readonly string[], port: number): Promise<ChildProcess> {
  const listener = spawn('/usr/sbin/sshd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  listener.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < 4000) said += chunk.toString('utf8');
  });
  for (let tries = 0; tries < 200; tries += 1) {
    if (listener.exitCode !== null) throw new Error(`sshd ended with ${listener.exitCode}: ${said}`);
    if (said.includes('Server listening') && (await answers(port))) return listener;
    await sleep(50);
  }
  listener.kill('SIGKILL');
  throw new Error(`sshd does not listen on ${port}: ${said}`);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function endSshd(listener: ChildProcess): Promise<void> {
  const descendants = await findDescendants(listener.pid);
  if (listener.exitCode === null && listener.signalCode === null) {
    const closed = once(listener, 'exit');
    listener.kill('SIGKILL');
    await closed;
  }
  killAll(descendants);
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}

/** The sshd processes of connections. What they run is left alone: a dropped connection does not end it either. */
async function findDescendants(root: number | undefined): Promise<number[]> {
  const entries = (await listChildren()).filter((entry) => entry.name.startsWith('sshd'));
  const found: number[] = [];
  let frontier = root === undefined ? [] : [root];
  while (frontier.length > 0) {
    const next = entries.filter((entry) => frontier.includes(entry.parent)).map((entry) => entry.pid);
    found.push(...next);
    frontier = next;
  }
  return found;
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

async function listChildren(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const entries = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const match = /^(\d+) \((.*)\) \S (\d+)/s.exec(line);
      return match === null ? undefined : { pid: Number(match[1]), name: match[2] ?? '', parent: Number(match[3]) };
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}
