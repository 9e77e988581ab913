import type { ClusterJobDetails } from '../src/core/jobs/cluster-job.ts';
import type { JobRef } from '../src/core/jobs/job.ts';
import type { WatchItem } from '../src/core/run/watch-schema.ts';
import { hasCode } from '../src/errors.ts';
import type { Backend, JobBrowser } from '../src/ports.ts';

const PIECE = 1_000_000;
/** Beginning and end of a log that is too long to read whole. */
const HEAD = 2_000_000;
const TAIL = 6_000_000;

export interface JobLog {
  /** Text of the log; of a very long one its beginning and its end, with a line between that says what is left out. */
  readonly text: string;
  readonly bytes: number;
  /** Its middle was left out. */
  readonly cut: boolean;
}

/** Reads what a job printed. A job that printed nothing has an empty log. */
export async function readJobLog(backend: Backend, ref: JobRef): Promise<JobLog> {
  const head = await readRange(backend, ref, 0, HEAD);
  if (head.size <= head.bytes.byteLength) return { text: head.bytes.toString('utf8'), bytes: head.size, cut: false };
  const from = Math.max(head.bytes.byteLength, head.size - TAIL);
  const tail = await readRange(backend, ref, from, TAIL + PIECE);
  const left = from - head.bytes.byteLength;
  const gap = left === 0 ? '' : `\n[reprobot: ${left} bytes of the log are left out here]\n`;
  return { text: head.bytes.toString('utf8') + gap + tail.bytes.toString('utf8'), bytes: head.size, cut: left > 0 };
}

/** The ends of the files into which a job that somebody else started writes, or a part of it; empty for files that are not there. */
export async function readWatchedLog(
  browser: JobBrowser,
  item: Pick<WatchItem, 'shape' | 'logs'>,
  id: string,
  bytes: number,
): Promise<{ paths: readonly string[]; texts: readonly string[] }> {
  const paths = item.shape === 'single' && item.logs.length > 0 ? item.logs : listPaths(await browser.find(id));
  const texts: string[] = [];
  for (const path of paths) {
    const text = await browser.tail(path, bytes);
    if (text !== null) texts.push(text);
  }
  return { paths, texts };
}

function listPaths(job: ClusterJobDetails | null): string[] {
  return job === null ? [] : [...new Set([job.stdout, job.stderr])].filter((path) => path !== '');
}

async function readRange(backend: Backend, ref: JobRef, from: number, limit: number): Promise<{ bytes: Buffer; size: number }> {
  const pieces: Uint8Array[] = [];
  let offset = from;
  let size = 0;
  while (offset - from < limit) {
    const chunk = await backend.tail(ref, offset, Math.min(PIECE, limit - (offset - from))).catch((error: unknown) => {
      if (hasCode(error, 'host.no-such-file')) return null;
      throw error;
    });
    if (chunk === null || chunk.bytes.byteLength === 0 || chunk.offset < offset)
      return { bytes: Buffer.concat(pieces), size: Math.max(size, chunk?.size ?? 0) };
    pieces.push(chunk.bytes);
    offset += chunk.bytes.byteLength;
    size = chunk.size;
  }
  return { bytes: Buffer.concat(pieces), size };
}
