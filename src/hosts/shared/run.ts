/** Runs one program over a transport and collects what it says; the same for every host. */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReprobotError } from '../../errors.ts';
import { buildProgram, KILL_SCRIPT, type Payload } from './program.ts';
import { StreamTap } from './stream-tap.ts';
import type { Channel, ChannelEnd, Transport } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_OUTPUT_BYTES = 8 * 1024 * 1024;
/** How long a stopped command may take to be gone before we stop waiting for it. */
const STOP_PATIENCE_MS = 10_000;

/** One program to run; the options are those of Host.exec, with streams and bytes besides text. */
export interface RunRequest {
  /** For messages: "running git on lumi". */
  readonly doing: string;
  readonly payload: Payload;
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly stdin?: string | Uint8Array | Readable | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly maxOutputBytes?: number | undefined;
  /** Called with each piece; reading pauses until a returned promise resolves. */
  readonly onBytes?: ((stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void> | void) | undefined;
}

/** ExecResult with bytes. */
export interface RunResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly truncated: boolean;
}

type StopReason = 'timeout' | 'cancel';

/** Resolves for every program that started, whatever its end; rejects as Host.exec says. */
export async function runProgram(transport: Transport, request: RunRequest): Promise<RunResult> {
  const { signal } = request;
  if (signal?.aborted === true) throw buildCancelled(request.doing);
  const nonce = randomBytes(12).toString('hex');
  const reportStatus = !transport.carriesStatus;
  const program = buildProgram({
    payload: request.payload,
    nonce,
    reportStatus,
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    ...(request.env === undefined ? {} : { env: request.env }),
  });
  const channel = await transport.open(signal);
  const limit = request.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const listen = (stream: 'stdout' | 'stderr') => (bytes: Buffer) => {
    const busy = request.onBytes?.(stream, bytes);
    if (!(busy instanceof Promise)) return;
    channel[stream].pause();
    void busy.finally(() => channel[stream].resume());
  };
  const stdout = tapStream(channel.stdout, { nonce, limit, endsWithStatus: false, onBytes: listen('stdout') });
  const stderr = tapStream(channel.stderr, { nonce, limit, endsWithStatus: reportStatus, onBytes: listen('stderr') });
  feedStdin(channel, program, request.stdin);
  const stopper = watchForStop(channel, stdout, request);
  const end = await Promise.race([channel.ended, stopper.gaveUp]);
  stopper.dispose();
  stdout.end();
  stderr.end();
  if (stopper.reason() === 'cancel') throw buildCancelled(request.doing);
  return describeEnd(request, { stdout, stderr, end, timedOut: stopper.reason() === 'timeout' });
}

/** The error of a call that its caller gave up. */
export function buildCancelled(doing: string): ReprobotError {
  return new ReprobotError({ code: 'cancelled', doing, why: 'the call was cancelled' });
}

function tapStream(stream: Readable, options: ConstructorParameters<typeof StreamTap>[0]): StreamTap {
  const tap = new StreamTap(options);
  stream.on('data', (chunk: Buffer) => tap.push(chunk));
  stream.on('error', () => {});
  stream.resume();
  return tap;
}

function feedStdin(channel: Channel, program: string, stdin: RunRequest['stdin']): void {
  // A command may end without reading all of its input; that is no error of ours.
  channel.stdin.on('error', () => {});
  channel.stdin.write(program);
  if (stdin === undefined) channel.stdin.end();
  else if (typeof stdin === 'string' || stdin instanceof Uint8Array) channel.stdin.end(stdin);
  else {
    stdin.on('error', () => channel.destroy());
    stdin.pipe(channel.stdin);
  }
}

function watchForStop(channel: Channel, stdout: StreamTap, request: RunRequest) {
  let reason: StopReason | undefined;
  let giveUp: (end: ChannelEnd) => void = () => {};
  const gaveUp = new Promise<ChannelEnd>((resolve) => {
    giveUp = resolve;
  });
  const stop = (why: StopReason) => {
    if (reason !== undefined) return;
    reason = why;
    void endRemoteGroup(channel, stdout).then((signal) => giveUp({ code: null, signal }));
  };
  const timer = setTimeout(() => stop('timeout'), request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const onAbort = () => stop('cancel');
  if (request.signal?.aborted === true) onAbort();
  else request.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    reason: () => reason,
    gaveUp,
    dispose: () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** Ends the command's process group on the host, then waits a moment for the channel; resolves with the signal that was needed. */
async function endRemoteGroup(channel: Channel, stdout: StreamTap): Promise<string> {
  const patience = new AbortController();
  const expired = sleep(STOP_PATIENCE_MS, undefined, { signal: patience.signal, ref: false }).catch(() => {});
  await Promise.race([stdout.marked, channel.ended, expired]);
  channel.signal('TERM');
  const pid = stdout.mark;
  if (pid !== undefined && /^[0-9]+$/.test(pid)) {
    await Promise.race([killGroup(channel, pid).catch(() => channel.signal('KILL')), expired]);
  }
  await Promise.race([channel.ended, expired]);
  patience.abort();
  channel.destroy();
  return 'SIGTERM';
}

async function killGroup(target: Channel, pid: string): Promise<void> {
  const nonce = randomBytes(12).toString('hex');
  const channel = await target.openKiller();
  channel.stdout.resume();
  channel.stderr.resume();
  feedStdin(
    channel,
    buildProgram({ payload: { kind: 'script', source: KILL_SCRIPT, args: [pid] }, nonce, reportStatus: false }),
    undefined,
  );
  const end = await channel.ended;
  if (end.lost !== undefined) throw end.lost;
}

interface Collected {
  readonly stdout: StreamTap;
  readonly stderr: StreamTap;
  readonly end: ChannelEnd;
  readonly timedOut: boolean;
}

function describeEnd(request: RunRequest, collected: Collected): RunResult {
  const { stdout, stderr, end, timedOut } = collected;
  if (stdout.mark === 'nocwd') {
    throw new ReprobotError({ code: 'host.no-such-file', doing: request.doing, why: `the folder ${request.cwd ?? ''} cannot be entered` });
  }
  const streams = { stdout: stdout.bytes(), stderr: stderr.bytes(), truncated: stdout.truncated || stderr.truncated };
  if (timedOut) return { ...streams, code: null, signal: end.signal ?? 'SIGTERM', timedOut };
  if (stderr.status !== undefined) return { ...streams, ...decodeStatus(stderr.status), timedOut };
  if (end.lost !== undefined) throw buildLost(request, end.lost);
  if (stdout.mark === undefined) throw buildNotStarted(request, stdout, stderr, end);
  return { ...streams, code: end.code, signal: end.signal, timedOut };
}

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
};

/** A shell reports death by signal n as 128 + n; `exit 137` looks the same here. */
function decodeStatus(status: number): { code: number | null; signal: string | null } {
  const signal = SIGNALS[status - 128];
  return signal === undefined ? { code: status, signal: null } : { code: null, signal };
}

// Even without the program's mark it may have started: the mark can have been on its way.
function buildLost(request: RunRequest, lost: Error): ReprobotError {
  return new ReprobotError({
    code: 'host.unreachable',
    doing: request.doing,
    why: `the connection ended before the command did (${lost.message})`,
    remedy: 'The command may have done its work: look before repeating it.',
    transient: true,
    cause: lost,
    details: { mayHaveRun: true },
  });
}

function buildNotStarted(request: RunRequest, stdout: StreamTap, stderr: StreamTap, end: ChannelEnd): ReprobotError {
  const said = `${stdout.noise} ${stderr.noise}`.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  const how = end.signal ?? `status ${end.code}`;
  return new ReprobotError({
    code: 'host.command-failed',
    doing: request.doing,
    why: `the login shell ended (${how}) without running the command${said === '' ? '' : `; it said: ${said}`}`,
    remedy: 'Check that the account may run commands there: ssh to it with `/bin/sh -c true`.',
  });
}
