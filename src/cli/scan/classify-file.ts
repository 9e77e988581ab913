import { open, type FileHandle } from 'node:fs/promises';
import { diagnoseLines } from '../../core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../core/diagnosis/failure-class.ts';
import { findGoodEnd, findLastProgress } from '../../core/diagnosis/health.ts';
import { prepareLog, type LogLine } from '../../core/diagnosis/prepare-log.ts';
import { createStemSearch, STEMS } from '../../core/diagnosis/stem-search.ts';
import type { Failure } from '../../core/failure.ts';

const TAIL = 256 * 1024;
const CHUNK = 1024 * 1024;
/** What is read around a find: a traceback before it, and what followed. */
const BEFORE = 48 * 1024;
const AFTER = 16 * 1024;
/** So many places that hold a word and prove nothing are read closely before the search gives up. */
const MOST_PLACES = 400;
const SURE = 0.7;

const search = createStemSearch(STEMS);
const LONGEST = Math.max(...STEMS.map((stem) => stem.length));

interface Piece {
  readonly text: string;
  /** Byte offset of the first whole line. */
  readonly offset: number;
}

async function readBytes(file: FileHandle, buffer: Uint8Array, from: number, to: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < to - from) {
    const { bytesRead } = await file.read(buffer, filled, to - from - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Whole lines between two offsets; a line cut at the start is left out, unless the file starts there. */
async function readPiece(file: FileHandle, from: number, to: number): Promise<Piece> {
  const bytes = await readBytes(file, new Uint8Array(to - from), from, to);
  const first = from === 0 ? 0 : bytes.indexOf(10) + 1;
  return { text: new TextDecoder().decode(bytes.subarray(first)), offset: from + first };
}

/** How many lines start before an offset. */
async function countLines(file: FileHandle, to: number, buffer: Uint8Array): Promise<number> {
  let lines = 0;
  for (let from = 0; from < to; from += CHUNK) {
    const bytes = await readBytes(file, buffer, from, Math.min(to, from + CHUNK));
    for (let at = 0; at < bytes.length; at++) if (bytes[at] === 10) lines += 1;
  }
  return lines;
}

function isHealthy(lines: readonly LogLine[]): boolean {
  return findLastProgress(lines) !== -1 || findGoodEnd(lines) !== -1;
}

const isSure = ({ class: name, evidence, confidence }: Failure): boolean =>
  name !== 'none' && name !== 'unknown' && evidence !== null && confidence >= SURE;

// Finds are looked at from the end of a chunk; those that one close reading covers count once.
function listPlaces(bytes: Uint8Array): number[] {
  const places: number[] = [];
  for (let at = search.next(bytes, 0, bytes.length); at !== -1; at = search.next(bytes, at + 1, bytes.length)) {
    if (places.length === 0 || at - (places.at(-1) ?? 0) > AFTER / 2) places.push(at);
    at = Math.max(at, bytes.indexOf(10, at));
  }
  return places.toReversed();
}

interface Found {
  readonly failure: Failure;
  readonly offset: number;
}

/** Goes back from an offset until a place proves a failure. */
async function searchBack(file: FileHandle, end: number, state: string | null, classes: readonly FailureClass[]): Promise<Found | null> {
  const buffer = new Uint8Array(CHUNK + LONGEST);
  let read = 0;
  for (let to = end; to > 0; to -= CHUNK) {
    const from = Math.max(0, to - CHUNK);
    const bytes = await readBytes(file, buffer, from, Math.min(end, to + LONGEST));
    for (const place of listPlaces(bytes)) {
      if (read >= MOST_PLACES) return null;
      read += 1;
      const at = from + place;
      const piece = await readPiece(file, Math.max(0, at - BEFORE), Math.min(end, at + AFTER));
      const failure = diagnoseLines(prepareLog(piece.text), { schedulerState: state }, classes);
      if (isSure(failure)) return { failure, offset: piece.offset };
    }
  }
  return null;
}

function shiftLines(failure: Failure, by: number): Failure {
  const move = <T extends { line: number }>(one: T): T => ({ ...one, line: one.line + by });
  return {
    ...failure,
    evidence: failure.evidence === null ? null : move(failure.evidence),
    ...(failure.chain === undefined ? {} : { chain: failure.chain.map(move) }),
  };
}

/**
 * Diagnoses a file of any size with constant memory: its end first; and where that neither proves a failure nor shows a job that goes
 * on, backwards from there. Lines are numbered as in the file.
 */
export async function classifyFile(path: string, state: string | null, classes: readonly FailureClass[]): Promise<Failure> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const tail = await readPiece(file, start, size);
    const lines = prepareLog(tail.text);
    const atEnd: Found = { failure: diagnoseLines(lines, { schedulerState: state }, classes), offset: tail.offset };
    const more = start > 0 && !isSure(atEnd.failure) && !isHealthy(lines);
    const found = more ? ((await searchBack(file, tail.offset, state, classes)) ?? atEnd) : atEnd;
    if (found.failure.evidence === null) return found.failure;
    return shiftLines(found.failure, await countLines(file, found.offset, new Uint8Array(CHUNK)));
  } finally {
    await file.close();
  }
}
