import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { LogRecord } from './state.ts';

/** A process that runs a kernel. */
export interface Run {
  /** Ends it and everything that it started. */
  readonly kill: () => void;
  /** Resolves when it has ended: its exit code, or 137 when a KILL ended it. */
  readonly ended: Promise<number>;
}

const MOST_LOG_BYTES = 32 * 1024 * 1024;
const KILLED = 137;

export interface RunRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onRecord: (record: Omit<LogRecord, 'time'>) => void;
}

/** Starts a process in a group of its own, with no environment but the given one, and reports its lines as they come. */
export function startRun({ argv, cwd, env, onRecord }: RunRequest): Run {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let left = MOST_LOG_BYTES;
  const say = (name: LogRecord['stream_name'], data: string): void => {
    if (data === '' || left <= 0) return;
    left -= data.length;
    onRecord({ stream_name: name, data });
  };
  readLines(child, 'stdout', say);
  readLines(child, 'stderr', say);
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      say('stderr', `${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? KILLED : 1)));
  });
  return { kill: () => killGroup(child), ended };
}

function readLines(child: ChildProcess, name: LogRecord['stream_name'], say: (name: LogRecord['stream_name'], data: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split(/(?<=\n)/);
    rest = lines.at(-1)?.endsWith('\n') === false ? (lines.pop() ?? '') : '';
    for (const line of lines) say(name, line);
  };
  child[name]?.on('data', (bytes: Buffer) => take(decoder.write(bytes)));
  child[name]?.on('end', () => say(name, rest + decoder.end()));
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
