/** Folders to and from a host as one tar stream; the system's tar on both sides. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { ReprobotError } from '../../errors.ts';
import { pickReason, requireSuccess } from './files.ts';
import type { HostContext } from './host.ts';
import { quotePath } from './quote.ts';

const TRANSFER_TIMEOUT_MS = 2 * 60 * 60 * 1000;
const DEFAULT_DOWNLOAD_BYTES = 4 * 1024 ** 3;

export interface UploadOptions {
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface DownloadOptions {
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Copies a local folder's content into a folder of the host. Links are copied as links; what is there and not here stays. */
export async function uploadTree(context: HostContext, localPath: string, path: string, options: UploadOptions): Promise<void> {
  const doing = `copying ${localPath} to ${path} on ${context.id}`;
  const source = `LC_ALL=C; export LC_ALL; mkdir -p -- ${quotePath(path)} && cd -- ${quotePath(path)} && tar -x -o -f -`;
  const excludes = (options.exclude ?? []).map((name) => `--exclude=${escapePattern(doing, name)}`);
  const isFolder = await stat(localPath).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new ReprobotError({ code: 'usage.bad-input', doing, why: `${localPath} is not a folder` });
  const packer = startTar(['-c', '-C', localPath, ...excludes, '-f', '-', '.'], ['ignore', 'pipe', 'pipe']);
  try {
    const packed = watchTar(packer);
    // Node throws away what a child wrote when the child ends before anybody reads; connecting can take longer than that.
    const archive = new PassThrough();
    packer.stdout?.pipe(archive);
    // A tar that cannot start ends nothing by itself.
    void packed.finally(() => archive.end());
    const result = await context.run({
      doing,
      payload: { kind: 'script', source, args: [] },
      stdin: archive,
      timeoutMs: TRANSFER_TIMEOUT_MS,
      signal: options.signal,
    });
    requireSuccess(doing, result);
    requireTar(doing, await packed);
  } finally {
    packer.kill('SIGKILL');
  }
}

/**
 * Copies a folder of the host into a local one. Links that lead out of the folder or nowhere, and special files, are left out, with a warning in the log.
 * Nothing is put in place when the transfer breaks or exceeds maxBytes.
 */
export async function downloadTree(context: HostContext, path: string, localPath: string, options: DownloadOptions): Promise<void> {
  const doing = `copying ${path} on ${context.id} to ${localPath}`;
  const target = resolve(localPath);
  const staging = join(dirname(target), `.part-${randomBytes(6).toString('hex')}`);
  await mkdir(staging, { recursive: true, mode: 0o700 });
  try {
    await receiveTree(context, { doing, path, staging, options });
    const refused = await removeEscapes(staging);
    if (refused.length > 0) {
      context.log?.warn(
        { host: context.id, path, refused: refused.slice(0, 20), count: refused.length },
        'left out links that do not end inside the folder',
      );
    }
    await moveInto(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

interface Reception {
  readonly doing: string;
  readonly path: string;
  readonly staging: string;
  readonly options: DownloadOptions;
}

async function receiveTree(context: HostContext, { doing, path, staging, options }: Reception): Promise<void> {
  const maxBytes = options.maxBytes ?? DEFAULT_DOWNLOAD_BYTES;
  const tooLarge = new AbortController();
  const signal = options.signal === undefined ? tooLarge.signal : AbortSignal.any([options.signal, tooLarge.signal]);
  const unpacker = startTar(['-x', '-o', '-C', staging, '-f', '-'], ['pipe', 'ignore', 'pipe']);
  const unpacked = watchTar(unpacker);
  const sink = unpacker.stdin;
  // tar may stop reading when its disk is full; its own message says so.
  sink?.on('error', () => {});
  let received = 0;
  try {
    // GNU tar says 1 when a file grew while it was read, which logs do.
    const result = await context.run({
      doing,
      payload: {
        kind: 'script',
        source: `LC_ALL=C; export LC_ALL; cd -- ${quotePath(path)} && { tar -c -f - . || [ $? -eq 1 ]; }`,
        args: [],
      },
      maxOutputBytes: 64 * 1024,
      timeoutMs: TRANSFER_TIMEOUT_MS,
      signal,
      onBytes: (stream, bytes) => {
        if (stream !== 'stdout') return undefined;
        received += bytes.length;
        if (received > maxBytes) tooLarge.abort();
        else if (sink?.write(bytes) === false) return waitForRoom(sink);
        return undefined;
      },
    });
    requireSuccess(doing, result);
    sink?.end();
    requireTar(doing, await unpacked);
  } catch (error) {
    throw received > maxBytes && options.signal?.aborted !== true ? buildTooLarge(doing, maxBytes) : error;
  } finally {
    unpacker.kill('SIGKILL');
  }
}

/** Resolves when the stream takes more, or never will. */
async function waitForRoom(sink: Writable): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(sink, 'drain', { signal }), once(sink, 'close', { signal })]).catch(() => {});
  // Takes the listeners of the one that did not happen away again.
  over.abort();
}

/** Removes links that lead out of `root` or nowhere, and everything that is neither file, folder nor link; returns their paths. */
async function removeEscapes(root: string): Promise<string[]> {
  const base = await realpath(root);
  const refused: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && (await staysInside(base, path)))) continue;
      else refused.push(path);
    }
  };
  await visit(base);
  // Only now, because a link can lead outside by way of another one.
  for (const path of refused) await rm(path, { force: true });
  return refused.map((path) => path.slice(base.length + 1));
}

// Judged by the words of the link as well as by where it ends. One that leads nowhere goes too: something may appear there tomorrow.
async function staysInside(base: string, link: string): Promise<boolean> {
  const words = resolve(dirname(link), await readlink(link));
  if (!isWithin(base, words)) return false;
  const end = await realpath(link).catch(() => undefined);
  return end !== undefined && isWithin(base, end);
}

function isWithin(base: string, path: string): boolean {
  return path === base || path.startsWith(base + sep);
}

async function moveInto(staging: string, target: string): Promise<void> {
  const existing = await lstat(target).catch(() => undefined);
  if (existing === undefined) {
    await rename(staging, target);
    return;
  }
  for (const name of await readdir(staging)) {
    await rm(join(target, name), { recursive: true, force: true });
    await rename(join(staging, name), join(target, name));
  }
}

function startTar(args: readonly string[], stdio: ('ignore' | 'pipe')[]): ChildProcess {
  return spawn('tar', args, { stdio, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', COPYFILE_DISABLE: '1' } });
}

interface TarEnd {
  readonly code: number | null;
  readonly said: string;
}

async function watchTar(child: ChildProcess): Promise<TarEnd> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < 2000) said += chunk.toString('utf8');
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  } catch (error) {
    return { code: null, said: error instanceof Error ? error.message : String(error) };
  }
}

function requireTar(doing: string, end: TarEnd): void {
  if (end.code === 0 || (end.code === 1 && /changed as we read|removed before we read/.test(end.said))) return;
  const why = pickReason(end.said);
  throw new ReprobotError({ code: 'host.command-failed', doing, why: `tar on this machine ended with ${end.code}: ${why}` });
}

function buildTooLarge(doing: string, maxBytes: number): ReprobotError {
  return new ReprobotError({
    code: 'host.command-failed',
    doing,
    why: `there are more than ${maxBytes} bytes`,
    remedy: 'Fetch a smaller folder, or raise the limit.',
    details: { maxBytes },
  });
}

/** tar reads an exclusion as a pattern; here it is one literal name. */
function escapePattern(doing: string, name: string): string {
  if (name === '' || name.includes('/') || name.includes('\0')) {
    throw new ReprobotError({ code: 'usage.bad-input', doing, why: `${JSON.stringify(name)} is not a single file name` });
  }
  return name.replaceAll(/[\\*?[\]]/g, '\\$&');
}
