import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatKernelId } from '../../core/kaggle/kernel-id.ts';
import type { KernelRun } from '../../core/kaggle/kernel-run.ts';
import { splitOutputName } from '../../core/kaggle/output-path.ts';
import { readKernelLog, renderLog } from '../../core/kaggle/read-log.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import { pullKernel } from './kernels.ts';
import { OutputAnswer } from './schema.ts';
import type { Transport } from './transport.ts';

const PAGE_SIZE = 200;
const MOST_PAGES = 100;
/** Each address may turn out old, and each download break, so often. */
const TRIES = 3;

export interface FetchOptions {
  readonly maxFiles?: number;
  /** Of all files together. */
  readonly maxBytes?: number;
  /** Only these; all unless told. */
  readonly wants?: (name: string) => boolean;
  readonly signal?: AbortSignal;
}

export interface Fetched {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** What was left out and why. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  /** False when the log ends in the middle. */
  readonly logWhole: boolean;
}

interface Page {
  readonly token: string;
  readonly files: readonly { readonly url: string; readonly fileName: string }[];
  readonly next: string;
  readonly log: string;
}

const DEFAULTS = { maxFiles: 2000, maxBytes: 2 * 1024 ** 3 };

/**
 * Copies what a run wrote into `folder`: its files under `outputs/`, its log as `kernel.log` and, as it came, `kernel.log.json`. Each file is
 * written whole or not at all, nothing is written outside the folder, and a repeated call ends in the same state.
 */
export async function fetchOutputs(transport: Transport, run: KernelRun, folder: string, options: FetchOptions = {}): Promise<Fetched> {
  const { maxFiles = DEFAULTS.maxFiles, wants = () => true } = options;
  const budget = { left: options.maxBytes ?? DEFAULTS.maxBytes };
  const files: { name: string; bytes: number }[] = [];
  const skipped: { name: string; why: string }[] = [];
  let log = '';
  let token = '';
  await mkdir(join(folder, 'outputs'), { recursive: true });
  for (let number = 0; number === 0 || token !== ''; number += 1) {
    if (number >= MOST_PAGES) {
      skipped.push({ name: '…', why: `there are more than ${MOST_PAGES * PAGE_SIZE} files` });
      break;
    }
    const page = await listPage(transport, run, token, options.signal);
    if (number === 0) log = page.log;
    for (const { fileName: name } of page.files) {
      if (!wants(name)) continue;
      const why =
        files.length >= maxFiles
          ? `more than ${maxFiles} files`
          : await fetchFile(transport, { run, page, name, folder, budget, options }, files);
      if (why !== null) skipped.push({ name, why });
    }
    token = page.next;
  }
  const read = readKernelLog(log);
  await writeWhole(join(folder, 'kernel.log.json'), log);
  await writeWhole(join(folder, 'kernel.log'), renderLog(read.records));
  return { files, skipped, logWhole: read.whole };
}

async function listPage(transport: Transport, run: KernelRun, token: string, signal: AbortSignal | undefined): Promise<Page> {
  const { id, versionNumber } = run;
  const ask = async (label: object): Promise<Page> => {
    const { files, log, nextPageToken } = await transport.call({
      service: 'kernels.KernelsApiService',
      method: 'ListKernelSessionOutput',
      body: { userName: id.owner, kernelSlug: id.slug, ...label, pageSize: PAGE_SIZE, ...(token === '' ? {} : { pageToken: token }) },
      answer: OutputAnswer,
      doing: `listing what ${formatKernelId(id)} wrote`,
      named: true,
      signal,
    });
    return { token, files, log, next: nextPageToken };
  };
  try {
    return await ask({ versionLabel: `v${versionNumber}` });
  } catch (error) {
    if (!hasCode(error, 'kaggle.not-found')) throw error;
    // Not every server takes the label. Without it the newest version answers, which has to be ours.
    const newest = await pullKernel(transport, id, undefined, signal);
    if (newest?.metadata.currentVersionNumber !== versionNumber) throw error;
    return ask({});
  }
}

interface FileRequest {
  readonly run: KernelRun;
  readonly page: Page;
  readonly name: string;
  readonly folder: string;
  readonly budget: { left: number };
  readonly options: FetchOptions;
}

/** Null when it was written, else why it was left out. */
async function fetchFile(transport: Transport, request: FileRequest, files: { name: string; bytes: number }[]): Promise<string | null> {
  const { name, folder, budget } = request;
  const parts = splitOutputName(name);
  if (parts === null) return 'its name is no safe path';
  const path = await makePlace(join(folder, 'outputs'), parts);
  if (path === null) return 'something else stands where its folder would be';
  const bytes = await download(transport, request, path);
  if (bytes === null) return 'it does not fit into what may be fetched';
  budget.left -= bytes;
  files.push({ name, bytes });
  return null;
}

/** The path of a file below a folder, its parents made; null where one of them is a link or a file. */
async function makePlace(root: string, parts: readonly string[]): Promise<string | null> {
  let place = root;
  for (const part of parts.slice(0, -1)) {
    place = join(place, part);
    await mkdir(place).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    if (!(await lstat(place)).isDirectory()) return null;
  }
  const path = join(place, parts.at(-1) ?? '');
  const there = await lstat(path).catch(() => null);
  return there === null || there.isFile() ? path : null;
}

/** Bytes written, or null when the file is too large. Addresses live for minutes: one that is refused is asked for anew. */
async function download(transport: Transport, request: FileRequest, path: string): Promise<number | null> {
  const { run, page, name, budget, options } = request;
  const doing = `fetching ${name} of ${formatKernelId(run.id)}`;
  let url = page.files.find((file) => file.fileName === name)?.url;
  let why = 'its address is not to be had';
  for (let attempt = 0; attempt < TRIES && url !== undefined; attempt += 1) {
    try {
      const result = await writeBody(transport, { url, doing, path, most: budget.left, signal: options.signal });
      if (typeof result !== 'string') return result.bytes;
      why = result;
    } catch (error) {
      if (!hasCode(error, 'kaggle.unavailable')) throw error;
      why = error.why;
    }
    if (why === TOO_LARGE) return null;
    const again = await listPage(transport, run, page.token, options.signal);
    url = again.files.find((file) => file.fileName === name)?.url;
  }
  throw new ReprobotError({ code: 'kaggle.unavailable', doing, why, remedy: 'It is tried again later.', transient: true });
}

const TOO_LARGE = 'too large';

interface BodyRequest {
  readonly url: string;
  readonly doing: string;
  readonly path: string;
  readonly most: number;
  readonly signal: AbortSignal | undefined;
}

/** Writes a body beside its place and moves it there when all of it has come; else why not. */
async function writeBody(transport: Transport, { url, doing, path, most, signal }: BodyRequest): Promise<{ bytes: number } | string> {
  const response = await transport.reachStorage(url, doing, signal === undefined ? {} : { signal });
  if (!response.ok) {
    await response.body?.cancel();
    return `the storage answered ${response.status}`;
  }
  const expected = Number(response.headers.get('content-length') ?? Number.NaN);
  if (expected > most) {
    await response.body?.cancel();
    return TOO_LARGE;
  }
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > most ? new Error(TOO_LARGE) : null, chunk);
    },
  });
  try {
    await pipeline(Readable.from(response.body ?? []), count, createWriteStream(part, { flags: 'wx' }), { signal });
    // Without a compressed body the length is that of the file.
    if (!Number.isNaN(expected) && !response.headers.has('content-encoding') && bytes !== expected) return 'the download broke off';
    await rename(part, path);
    return { bytes };
  } catch (error) {
    if (signal?.aborted === true) throw new ReprobotError({ code: 'cancelled', doing, why: 'it was stopped', cause: error });
    if (isOurDisk(error)) throw error;
    return error instanceof Error && error.message === TOO_LARGE ? TOO_LARGE : 'the download broke off';
  } finally {
    await rm(part, { force: true });
  }
}

function isOurDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EMFILE'].includes(String(error.code));
}

async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  await writeFile(part, text, { flag: 'wx' });
  await rename(part, path);
}
