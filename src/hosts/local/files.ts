/** Files of this machine, without a process for each look. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ReprobotError, type ErrorCode } from '../../errors.ts';
import type { FileChunk } from '../../ports.ts';

/** Up to maxBytes from offset. An offset beyond the end starts again at 0. */
export async function readLocalFile(path: string, offset: number, maxBytes: number): Promise<FileChunk> {
  return explainFailure(`reading ${path}`, async () => {
    const file = await open(resolvePath(path), 'r');
    try {
      const info = await file.stat();
      if (!info.isFile()) throw new ReprobotError({ code: 'host.command-failed', doing: `reading ${path}`, why: 'it is not a file' });
      const start = offset > info.size ? 0 : offset;
      const buffer = Buffer.alloc(Math.min(maxBytes, info.size - start));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return { bytes: buffer.subarray(0, bytesRead), offset: start, size: info.size, inode: String(info.ino) };
    } finally {
      await file.close();
    }
  });
}

/** Writes beside the target and renames. */
export async function writeLocalFile(path: string, data: string | Uint8Array, mode: number | undefined): Promise<void> {
  await explainFailure(`writing ${path}`, async () => {
    const target = resolvePath(path);
    const part = `${target}.part-${randomBytes(6).toString('hex')}`;
    await mkdir(dirname(target), { recursive: true });
    try {
      const file = await open(part, 'wx', mode === undefined ? 0o666 : 0o600);
      try {
        await file.writeFile(data);
        if (mode !== undefined) await file.chmod(mode);
      } finally {
        await file.close();
      }
      await rename(part, target);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  });
}

/** Whether anything is at the path; a link that points nowhere counts as nothing. */
export async function localPathExists(path: string): Promise<boolean> {
  return stat(resolvePath(path)).then(
    () => true,
    () => false,
  );
}

/** Makes the folder and its parents; fine when it is there. */
export async function makeLocalFolder(path: string): Promise<void> {
  await explainFailure(`making the folder ${path}`, () => mkdir(resolvePath(path), { recursive: true }));
}

function resolvePath(path: string): string {
  if (path === '~') return homedir();
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  if (path.startsWith('/')) return path;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: `using the path ${JSON.stringify(path)}`,
    why: 'paths on a host are absolute or start with ~/',
  });
}

async function explainFailure<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReprobotError) throw error;
    const errno = (error as NodeJS.ErrnoException).code;
    const code: ErrorCode =
      errno === 'ENOENT' || errno === 'ENOTDIR'
        ? 'host.no-such-file'
        : errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS'
          ? 'host.permission-denied'
          : 'host.command-failed';
    throw new ReprobotError({ code, doing, why: error instanceof Error ? error.message : String(error), cause: error });
  }
}
