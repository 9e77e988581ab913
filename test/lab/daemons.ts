/** Starts and ends the daemons of a lab by process id; a guard ends them too when the test process dies without a word. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export const run = promisify(execFile);

export interface DaemonOptions {
  readonly folder: string;
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts one program in the foreground form it has, with its output in log/<name>.out and its id in pids/<name>. */
export async function startDaemon(options: DaemonOptions): Promise<number> {
  const { folder, name, argv, env, uid, gid } = options;
  const out = openSync(join(folder, 'log', `${name}.out`), 'a');
  const [program = '', ...args] = argv;
  const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
  const child = spawn(program, args, { stdio: ['ignore', out, out], detached: true, env: { ...process.env, ...env }, ...ids });
  child.on('error', () => undefined);
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} is not here: install it first`);
  await writeFile(join(folder, 'pids', name), String(child.pid));
  return child.pid;
}

/** Ends the daemon: TERM, then KILL after ten seconds. */
export async function stopDaemon(folder: string, name: string): Promise<void> {
  const file = join(folder, 'pids', name);
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  await rm(file, { force: true });
  if (!(pid > 0)) return;
  signal(pid, 'SIGTERM');
  for (let tries = 0; tries < 100 && isAlive(pid); tries += 1) await sleep(100);
  if (isAlive(pid)) signal(pid, 'SIGKILL');
  for (let tries = 0; tries < 50 && isAlive(pid); tries += 1) await sleep(20);
}

/** Lets the guard end a process that somebody else started: the one whose arguments name the given folder. */
export async function recordDaemon(folder: string, name: string, ownFolder: string): Promise<void> {
  for (const entry of await readdir('/proc')) {
    const words = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/cmdline`, 'latin1').catch(() => '') : '';
    if (words.includes(`${ownFolder}/`)) await writeFile(join(folder, 'pids', name), entry);
  }
}

/** Ends what the lab's jobs left behind: every process whose environment names the lab's folder. */
export async function killByFolder(folder: string): Promise<void> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const environment = await readFile(`/proc/${entry}/environ`, 'latin1').catch(() => '');
    if (environment.includes(`SLURM_CONF=${folder}/`)) signal(Number(entry), 'SIGKILL');
  }
}

/** Waits until the check holds; what the lab said last is in the error when it never does. */
export async function waitUntil(what: string, check: () => Promise<boolean> | boolean, seconds = 40): Promise<void> {
  for (let tries = 0; tries < seconds * 5; tries += 1) {
    if (await check()) return;
    await sleep(200);
  }
  throw new Error(`${what} did not come about within ${seconds} s`);
}

/** A shell process that ends the lab when this process is gone. */
export async function startGuard(folder: string): Promise<void> {
  const script = `
    while kill -0 ${process.pid} 2>/dev/null && [ -d '${folder}' ]; do sleep 2; done
    for file in '${folder}'/pids/*; do [ -f "$file" ] && [ "\${file##*/}" != guard ] && kill -9 "$(cat "$file")"; done
    rm -rf '${folder}'`;
  await startDaemon({ folder, name: 'guard', argv: ['/bin/sh', '-c', script] });
}

export function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already gone.
  }
}
