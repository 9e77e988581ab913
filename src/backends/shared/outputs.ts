import type { JobRef } from '../../core/jobs/job.ts';
import { hasCode } from '../../errors.ts';
import type { FileChunk, Host } from '../../ports.ts';

/** The log from an offset; empty for a job that has written none yet. */
export async function readLog(host: Host, ref: JobRef, offset: number, maxBytes: number): Promise<FileChunk> {
  try {
    return await host.readFrom(`${ref.folder}/job.log`, offset, maxBytes);
  } catch (error) {
    if (!hasCode(error, 'host.no-such-file')) throw error;
    return { bytes: new Uint8Array(), offset: 0, size: 0, inode: '' };
  }
}

/** Copies the job's folder: its script, records, log, and `outputs/`, which the payload finds as $REPROBOT_OUTPUTS. */
export async function downloadOutputs(host: Host, ref: JobRef, localPath: string, maxBytes: number | undefined): Promise<void> {
  await host.downloadFolder(ref.folder, localPath, maxBytes === undefined ? {} : { maxBytes });
}
