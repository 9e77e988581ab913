/** A control master of the system's ssh, and sessions over it. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReprobotError } from '../../errors.ts';
import { type Connection, type PlainChannel, SessionRefused } from '../shared/link.ts';
import { BOOT_MARK, BOOT_WITH_MARK } from '../shared/program.ts';
import type { SshHostOptions } from '../shared/ssh-host.ts';
import type { ChannelEnd } from '../shared/transport.ts';
import { type Askpass, startAskpass } from './askpass.ts';
import { buildExitArgs, buildMasterArgs, buildSessionArgs } from './command.ts';
import { explainMasterEnd } from './explain.ts';

const READY_TIMEOUT_MS = 90_000;
/** A person needs time to find the phone with the code. */
const READY_WITH_PERSON_MS = 180_000;
const SAID_KEPT = 64 * 1024;

// Ends ssh when our end of fd 3 closes, so that not even a killed bot leaves a connection behind.
const LEASH = `ssh "$@" </dev/null 3<&- & p=$!
{ read -r _; kill "$p"; } <&3 >/dev/null 2>&1 & r=$!
exec 3<&-
wait "$p"; c=$?
kill "$r" 2>/dev/null
exit "$c"`;

/** Starts the master and waits until its socket is there; rejects with the host.* code that fits. */
export async function connectOpenssh(options: SshHostOptions, folder: string, signal: AbortSignal): Promise<Connection> {
  const name = randomBytes(4).toString('hex');
  const socket = join(folder, name);
  const over = new AbortController();
  const askpass =
    options.askSecret === undefined
      ? undefined
      : await startAskpass({
          hostId: options.id,
          folder,
          name,
          introduction: `Logging in to ${options.hostname}${options.user === undefined ? '' : ` as ${options.user}`}`,
          askSecret: options.askSecret,
          signal: AbortSignal.any([over.signal, signal]),
        });
  const master = startMaster(options, socket, askpass);
  try {
    await waitUntilReady(options, { master, socket, askpass, signal });
  } catch (error) {
    await endMaster(master);
    throw error;
  } finally {
    over.abort();
    await askpass?.close();
  }
  return {
    isAlive: () => !master.hasEnded(),
    openChannel: () => openSession(options, master, socket),
    close: async () => {
      if (!master.hasEnded()) await runSsh(buildExitArgs(options, socket));
      await endMaster(master);
      await rm(socket, { force: true });
    },
  };
}

interface Master {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  said(): string;
}

function startMaster(options: SshHostOptions, socket: string, askpass: Askpass | undefined): Master {
  const child = spawn('/bin/sh', ['-c', LEASH, 'ssh', ...buildMasterArgs(options, socket)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...askpass?.env },
    // Away from the terminal's process group: Ctrl-C must reach the bot, which then says goodbye properly.
    detached: true,
  });
  let said = '';
  let hasEnded = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-SAID_KEPT);
  });
  child.stdio[3]?.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    const settle = () => {
      hasEnded = true;
      child.stdio[3]?.destroy();
      resolve();
    };
    child.once('error', settle);
    child.once('exit', settle);
  });
  return { child, ended, hasEnded: () => hasEnded, said: () => said };
}

interface Login {
  readonly master: Master;
  readonly socket: string;
  readonly askpass: Askpass | undefined;
  readonly signal: AbortSignal;
}

// The socket appears when the login is done; ssh has no better sign that leaves all of ~/.ssh/config in force.
async function waitUntilReady(options: SshHostOptions, login: Login): Promise<void> {
  const { master, signal } = login;
  const deadline = Date.now() + (options.askSecret === undefined ? READY_TIMEOUT_MS : READY_WITH_PERSON_MS);
  while (!existsSync(login.socket)) {
    if (signal.aborted) throw new ReprobotError({ code: 'cancelled', doing: `connecting to ${options.id}`, why: 'the host was closed' });
    if (master.hasEnded()) {
      // The last words may still be in the pipe.
      await sleep(50);
      throw explainMasterEnd(options, { said: master.said(), askFailure: login.askpass?.failure() });
    }
    if (Date.now() > deadline) {
      throw new ReprobotError({
        code: 'host.unreachable',
        doing: `connecting to ${options.id}`,
        why: 'the login did not finish in time',
        remedy: 'Check whether the cluster is in maintenance.',
        transient: true,
        details: { mayHaveRun: false },
      });
    }
    await sleep(30);
  }
}

async function endMaster(master: Master): Promise<void> {
  if (master.hasEnded()) return;
  master.child.stdio[3]?.destroy();
  const patience = new AbortController();
  const late = sleep(3000, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
  if ((await Promise.race([master.ended, late])) === 'late' && master.child.pid !== undefined) {
    process.kill(-master.child.pid, 'SIGKILL');
    await master.ended;
  }
  patience.abort();
}

async function openSession(options: SshHostOptions, master: Master, socket: string): Promise<PlainChannel> {
  if (master.hasEnded()) throw new Error('the connection was lost');
  const child = spawn('ssh', buildSessionArgs(options, socket, BOOT_WITH_MARK), { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  let letGo: (end: ChannelEnd) => void = () => {};
  const ended = new Promise<ChannelEnd>((resolve) => {
    letGo = resolve;
    child.once('error', (lost) => resolve({ code: null, signal: null, lost }));
    child.once('close', (code) => void describeSessionEnd(master, code).then(resolve));
  });
  await waitForBoot(options, child, ended);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    // The client has no way to pass signals on; the kill script does the work.
    signal: () => {},
    destroy: () => {
      child.kill('SIGKILL');
      letGo({ code: null, signal: null, lost: new Error('the session was given up') });
    },
  };
}

/** Reads what the session says until our shell is there; whatever came before is noise of the login. */
async function waitForBoot(options: SshHostOptions, child: ChildProcessWithoutNullStreams, ended: Promise<ChannelEnd>): Promise<void> {
  const heard = { stdout: '', stderr: '' };
  let announce: (found: 'booted') => void = () => {};
  const booted = new Promise<'booted'>((resolve) => {
    announce = resolve;
  });
  const onStdout = (chunk: Buffer) => {
    heard.stdout = (heard.stdout + chunk.toString('utf8')).slice(-SAID_KEPT);
    if (heard.stdout.includes(BOOT_MARK)) announce('booted');
  };
  const onStderr = (chunk: Buffer) => {
    heard.stderr = (heard.stderr + chunk.toString('utf8')).slice(-SAID_KEPT);
  };
  child.stdout.on('data', onStdout);
  child.stderr.on('data', onStderr);
  const first = await Promise.race([booted, ended]);
  child.stdout.pause().off('data', onStdout);
  child.stderr.pause().off('data', onStderr);
  if (first !== 'booted' && !heard.stdout.includes(BOOT_MARK)) throw explainNoBoot(options, first, heard);
}

function explainNoBoot(options: SshHostOptions, end: ChannelEnd, heard: { stdout: string; stderr: string }): Error {
  if (/refused by peer|session request failed|too many sessions/i.test(heard.stderr)) return new SessionRefused(heard.stderr.trim());
  if (end.lost !== undefined || end.code === null) return end.lost ?? new Error(heard.stderr.trim() || 'the session did not start');
  const said = `${heard.stdout} ${heard.stderr}`.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return new ReprobotError({
    code: 'host.command-failed',
    doing: `opening a session on ${options.id}`,
    why: `the login shell ended (status ${end.code}) without running the command${said === '' ? '' : `; it said: ${said}`}`,
    remedy: 'Check that the account may run commands there: ssh to it with `/bin/sh -c true`.',
  });
}

// ssh says 255 for its own failures, for a command that a signal ended and for `exit 255`; the last reports itself.
async function describeSessionEnd(master: Master, code: number | null): Promise<ChannelEnd> {
  if (code !== 255 && code !== null) return { code, signal: null };
  const patience = new AbortController();
  await Promise.race([master.ended, sleep(300, undefined, { signal: patience.signal }).catch(() => {})]);
  patience.abort();
  if (master.hasEnded()) return { code: null, signal: null, lost: new Error('the connection was lost') };
  return { code: null, signal: 'SIGKILL' };
}

async function runSsh(args: readonly string[]): Promise<void> {
  const child = spawn('ssh', args, { stdio: 'ignore', timeout: 5000 });
  await once(child, 'close').catch(() => {});
}
