import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRef } from '../../core/jobs/job.ts';
import { hasCode } from '../../errors.ts';
import type { FileChunk, Host } from '../../ports.ts';

/** Of each record at most. */
const LOG_BYTES = 64 * 1024 * 1024;

const EMPTY: FileChunk = { bytes: new Uint8Array(), offset: 0, size: 0, inode: '' };

const IS_PLAIN = '[ -f "$1" ] && [ ! -L "$1" ]';

/** Small files that tell of a job; the copy of the checkout and the caches stay where they are. */
const RECORDS = ['job.sh', 'job.sbatch', 'started', 'exit.json'];

/** The log from an offset; empty for a job that has written none yet, and for what is no plain file. */
export async function readLog(host: Host, ref: JobRef, offset: number, maxBytes: number): Promise<FileChunk> {
  try {
    if (!(await isPlain(host, `${ref.folder}/job.log`))) return EMPTY;
    return await host.readFrom(`${ref.folder}/job.log`, offset, maxBytes);
  } catch (error) {
    if (!hasCode(error, 'host.no-such-file')) throw error;
    return EMPTY;
  }
}

/** A payload without a sandbox could have put a link to something else there. */
async function isPlain(host: Host, path: string): Promise<boolean> {
  const { code } = await host.script(IS_PLAIN, [path]);
  return code === 0;
}

/** Copies `outputs/`, which the payload finds as $REPROBOT_OUTPUTS, and the job's script, records and log beside it. */
export async function downloadOutputs(host: Host, ref: JobRef, localPath: string, maxBytes: number | undefined): Promise<void> {
  const limit = maxBytes === undefined ? {} : { maxBytes };
  await mkdir(localPath, { recursive: true });
  await host.downloadFolder(`${ref.folder}/outputs`, join(localPath, 'outputs'), limit);
  for (const name of [...RECORDS, 'job.log']) {
    if (!(await isPlain(host, `${ref.folder}/${name}`))) continue;
    const { bytes } = await host.readFrom(`${ref.folder}/${name}`, 0, maxBytes ?? LOG_BYTES);
    await writeFile(join(localPath, name), bytes);
  }
}
