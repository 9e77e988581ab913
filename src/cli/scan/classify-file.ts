import { open, type FileHandle } from 'node:fs/promises';
import type { FailureClass } from '../../core/diagnosis/failure-class.ts';
import { CELL, scanLog, type LogSource } from '../../core/diagnosis/scan-log.ts';
import { createStemSearch, STEMS } from '../../core/diagnosis/stem-search.ts';
import type { Failure } from '../../core/failure.ts';

const CHUNK = 1024 * 1024;
const search = createStemSearch(STEMS);
const LONGEST = Math.max(...STEMS.map((stem) => stem.length));

async function readBytes(file: FileHandle, buffer: Uint8Array, from: number, to: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < to - from) {
    const { bytesRead } = await file.read(buffer, filled, to - from - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** How many lines end before an offset. */
async function countLines(file: FileHandle, to: number, buffer: Uint8Array): Promise<number> {
  let lines = 0;
  for (let from = 0; from < to; from += CHUNK) {
    const bytes = await readBytes(file, buffer, from, Math.min(to, from + CHUNK));
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  }
  return lines;
}

// A cell counts once: after a find the search goes on in the next one.
function listCells(bytes: Uint8Array, offset: number, length: number): number[] {
  const cells: number[] = [];
  for (let at = search.next(bytes, 0, bytes.length); at !== -1 && at < length;) {
    const cell = Math.floor((offset + at) / CELL);
    cells.push(cell);
    at = search.next(bytes, (cell + 1) * CELL - offset, bytes.length);
  }
  return cells.toReversed();
}

async function* searchBack(file: FileHandle, end: number, buffer: Uint8Array): AsyncGenerator<number> {
  let last = Infinity;
  for (let to = end; to > 0;) {
    const from = Math.max(0, Math.floor((to - 1) / CHUNK) * CHUNK);
    const bytes = await readBytes(file, buffer, from, Math.min(end, to + LONGEST));
    for (const cell of listCells(bytes, from, to - from)) if (cell < last) yield (last = cell);
    to = from;
  }
}

/** A file of this machine as a log to scan; one buffer serves every search, so that memory stays constant. */
function openSource(file: FileHandle, size: number): LogSource {
  const buffer = new Uint8Array(CHUNK + LONGEST);
  return {
    size,
    read: (from, to) => readBytes(file, new Uint8Array(to - from), from, to),
    searchBack: (end) => searchBack(file, end, buffer),
    countLines: (to) => countLines(file, to, buffer),
  };
}

/** Diagnoses a file of any size with constant memory; see scanLog. */
export async function classifyFile(path: string, state: string | null, classes: readonly FailureClass[]): Promise<Failure> {
  const file = await open(path, 'r');
  try {
    return await scanLog(openSource(file, (await file.stat()).size), { schedulerState: state }, classes);
  } finally {
    await file.close();
  }
}
