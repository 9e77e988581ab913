import { fork, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 10_000;
const MAX_RESTART_WAIT_MS = 15_000;

export interface ChildOptions {
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly watch?: boolean;
  readonly say: (line: string) => void;
}

/** A program of ours that is kept running: started again with back-off when it dies, ended in good order by stop(). */
export interface Child {
  readonly name: string;
  /** Process id of the program as it runs now. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts a program and resolves when it says that it is ready; rejects with its last words when it does not come up. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let stopping = false;
  let child = launch(options, log);
  await waitForReady(child, options);
  let restarts = 0;
  const watch = (): void => {
    const startedAt = Date.now();
    child.once('exit', (code, signal) => {
      if (stopping) return;
      restarts = Date.now() - startedAt > 60_000 ? 1 : restarts + 1;
      const wait = Math.min(MAX_RESTART_WAIT_MS, 250 * 2 ** Math.min(restarts, 8));
      options.say(`The ${options.name} ended (${signal ?? code}); starting it again. Its log: ${options.logFile}`);
      void sleep(wait).then(() => {
        if (stopping) return;
        child = launch(options, log);
        watch();
      });
    });
  };
  watch();
  return {
    name: options.name,
    pid: () => child.pid,
    stop: async () => {
      stopping = true;
      await stopProcess(child);
      log.end();
    },
  };
}

function launch(options: ChildOptions, log: WriteStream): ChildProcess {
  const execArgv = [
    '--import',
    new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href,
    ...(options.watch === true ? ['--watch', '--watch-preserve-output'] : []),
  ];
  // A group of its own: Ctrl-C in the terminal reaches the supervisor, which then ends the parts in order.
  const child = fork(fileURLToPath(new URL(`../../${options.file}`, import.meta.url)), [], {
    cwd: ROOT,
    execArgv,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  return child;
}

async function waitForReady(child: ChildProcess, options: ChildOptions): Promise<void> {
  let words = '';
  child.stderr?.on('data', (text: Buffer) => (words = (words + text.toString()).slice(-2_000)));
  child.stdout?.on('data', (text: Buffer) => (words = (words + text.toString()).slice(-2_000)));
  const ready = new Promise<boolean>((resolve) => {
    child.once('exit', () => resolve(false));
    child.stdout?.on('data', (text: Buffer) => {
      if (text.toString().includes('"ready":true')) resolve(true);
    });
  });
  const timer = new AbortController();
  const late = sleep(READY_MS, false, { signal: timer.signal }).catch(() => false);
  const up = await Promise.race([ready, late]);
  timer.abort();
  if (up) return;
  await stopProcess(child);
  throw new Error(`the ${options.name} did not come up. Its last words:\n${words.trim()}\nIts whole log: ${options.logFile}`);
}

/** Asks a process to end and waits; kills it when it will not. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
}

/** Starts another program's server, bound to our life where the system can do that, so that even a kill -9 leaves nothing behind. */
export function spawnServer(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly deathSignal: string | undefined },
): ChildProcess {
  const words = options.deathSignal === undefined ? [program, ...args] : [options.deathSignal, '--pdeathsig', 'TERM', program, ...args];
  return spawn(words[0] ?? program, words.slice(1), { cwd: options.cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
}
