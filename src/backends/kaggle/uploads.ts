import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ReprobotError } from '../../errors.ts';
import { readMessage } from './failures.ts';
import type { Transport } from './transport.ts';

/** A file to hand over; its name may hold folders where the receiver knows them. */
export interface UploadFile {
  readonly name: string;
  readonly path: string;
}

const TRIES = 4;

/** Facts of a file that the start of an upload names. */
export async function describeUpload({ path }: UploadFile): Promise<{ contentLength: number; lastModifiedEpochSeconds: number }> {
  const { size, mtimeMs } = await stat(path);
  return { contentLength: size, lastModifiedEpochSeconds: Math.floor(mtimeMs / 1000) };
}

/** Sends a file's bytes to the address that Kaggle gave for it; repeats the whole of it while the storage is busy. */
export async function sendBytes(transport: Transport, file: UploadFile, address: string, signal?: AbortSignal): Promise<void> {
  const doing = `uploading ${file.name} to Kaggle`;
  let why = '';
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await transport.wait(2 ** attempt * 500, signal);
    const { size } = await stat(file.path);
    const body = size === 0 ? '' : (Readable.toWeb(createReadStream(file.path)) as RequestInit['body']);
    const response = await transport.reachStorage(address, doing, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) },
      body: body ?? null,
      duplex: 'half',
      ...(signal === undefined ? {} : { signal }),
    } as RequestInit);
    const said = readMessage(await response.text());
    if (response.status === 200 || response.status === 201) return;
    why = `the storage answered ${response.status}${said === '' ? '' : ` (${said})`}`;
    if (response.status !== 503 && response.status !== 308) break;
  }
  throw new ReprobotError({ code: 'kaggle.unavailable', doing, why, remedy: 'It is uploaded anew later.', transient: true });
}
