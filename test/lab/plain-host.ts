import { spawn } from 'node:child_process';
import { cp, mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ReprobotError } from '../../src/errors.ts';
import type { ExecOptions, ExecResult, Host } from '../../src/ports.ts';

export interface PlainHost extends Host {
  /** Commands run so far. */
  readonly commands: () => number;
  /** Kills the transport (not what it started) of the next command whose script holds the text, once that many ms have passed. */
  cutNext(text: string, afterMs: number): void;
}

/** A host for tests of backends: this machine, with extra environment, a count of commands and a transport that can be cut. */
export function createPlainHost(options: { id: string; env?: Record<string, string> }): PlainHost {
  let count = 0;
  let cut: { text: string; afterMs: number } | undefined;

  const exec = (argv: readonly string[], given: ExecOptions = {}): Promise<ExecResult> => {
    count += 1;
    const plannedCut = cut !== undefined && argv.some((word) => word.includes(cut?.text ?? '')) ? cut : undefined;
    if (plannedCut !== undefined) cut = undefined;
    return run(argv, given, options, plannedCut?.afterMs);
  };

  return {
    id: options.id,
    exec,
    script: (source, args, given) => exec(['/bin/sh', '-c', source, 'sh', ...args], given),
    readFrom: readChunk,
    writeFile: async (path, data, { mode } = {}) => {
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      await writeFile(temporary, data, { mode: mode ?? 0o644 });
      await rename(temporary, path);
    },
    exists: async (path) => (await stat(path).catch(() => null)) !== null,
    makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
    uploadFolder: (localPath, path) => cp(localPath, path, { recursive: true }),
    downloadFolder: (path, localPath) => cp(path, localPath, { recursive: true, verbatimSymlinks: true }),
    expand: (path) => Promise.resolve(path.replace(/^~/, process.env['HOME'] ?? '~')),
    close: () => Promise.resolve(),
    commands: () => count,
    cutNext: (text, afterMs) => {
      cut = { text, afterMs };
    },
  };
}

function run(argv: readonly string[], given: ExecOptions, host: { id: string; env?: Record<string, string> }, cutAfterMs?: number) {
  return new Promise<ExecResult>((resolve, reject) => {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { env: { ...process.env, ...host.env, ...given.env }, cwd: given.cwd, detached: true });
    const streams = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let timedOut = false;
    let lost = false;
    const stop = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, given.timeoutMs ?? 60_000);
    const cutter = cutAfterMs === undefined ? undefined : setTimeout(() => ((lost = true), stop()), cutAfterMs);
    given.signal?.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', (data: Buffer) => streams.stdout.push(data));
    child.stderr.on('data', (data: Buffer) => streams.stderr.push(data));
    child.stdin.on('error', () => undefined);
    child.stdin.end(given.stdin ?? '');
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(cutter);
      const text = (parts: Buffer[]): string => Buffer.concat(parts).toString('utf8');
      if (lost) reject(cutError(host.id));
      else resolve({ stdout: text(streams.stdout), stderr: text(streams.stderr), code, signal, timedOut, truncated: false });
    });
  });
}

function cutError(id: string): ReprobotError {
  return new ReprobotError({ code: 'host.unreachable', doing: `running on ${id}`, why: 'the connection was cut', transient: true });
}

const readChunk: Host['readFrom'] = async (path, offset, maxBytes) => {
  const file = await open(path).catch((cause: unknown) => {
    throw new ReprobotError({ code: 'host.no-such-file', doing: `reading ${path}`, why: 'no such file', cause });
  });
  try {
    const { size, ino } = await file.stat();
    const from = offset > size ? 0 : offset;
    const buffer = Buffer.alloc(Math.min(maxBytes, size - from));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    return { bytes: new Uint8Array(buffer.subarray(0, bytesRead)), offset: from, size, inode: String(ino) };
  } finally {
    await file.close();
  }
};
