import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Python {
  readonly executable: string;
  /** Folders that an interpreter needs to see of itself. */
  readonly folders: readonly string[];
}

/** What the interpreter says of itself. Rejects when it does not run. */
export async function findPython(command: string): Promise<Python> {
  const { stdout } = await run(command, ['-c', 'import sys; print(sys.executable); print(sys.prefix); print(sys.base_prefix)']);
  const [executable = command, ...folders] = stdout.trim().split('\n');
  return { executable, folders: [...new Set(folders)] };
}

/** Of the machine a run sees these and its interpreter: no home, no data of anybody, no settings. */
const SHOWN = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64'];
const SHOWN_SETTINGS = [
  'ld.so.cache',
  'alternatives',
  'passwd',
  'group',
  'ssl/certs',
  'ca-certificates.conf',
  'hosts',
  'nsswitch.conf',
  'resolv.conf',
  'localtime',
];

export interface Box {
  readonly internet: boolean;
  readonly shown: readonly string[];
  /** Folders of the run by the path at which it sees them; the first can be written. */
  readonly mounts: readonly { readonly from: string; readonly to: string; readonly write?: boolean }[];
  readonly workdir: string;
}

const ALWAYS = [
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--clearenv',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
  '--tmpfs',
  '/tmp',
];

/** The words before a command that give it a root of its own with /kaggle in it. */
export function wrapInBox({ internet, shown, mounts, workdir }: Box): string[] {
  const machine = [...SHOWN, ...SHOWN_SETTINGS.map((name) => `/etc/${name}`), ...shown];
  return [
    'bwrap',
    '--unshare-all',
    ...(internet ? ['--share-net'] : []),
    ...ALWAYS,
    ...machine.flatMap((path) => ['--ro-bind-try', path, path]),
    '--dir',
    '/kaggle/input',
    ...mounts.flatMap(({ from, to, write }) => [write === true ? '--bind' : '--ro-bind', from, to]),
    '--remount-ro',
    '/',
    '--chdir',
    workdir,
  ];
}

let boxWorks: Promise<boolean> | undefined;

/** Whether bubblewrap can make such a root on this machine; tried once. */
export function canBox(): Promise<boolean> {
  boxWorks ??= tryBox();
  return boxWorks;
}

async function tryBox(): Promise<boolean> {
  if (!existsSync('/proc/self/ns/user')) return false;
  const [program = '', ...args] = wrapInBox({ internet: false, shown: [], mounts: [], workdir: '/' });
  return run(program, [...args, '/bin/sh', '-c', ':']).then(
    () => true,
    () => false,
  );
}
