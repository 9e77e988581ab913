import type { Failure } from '../failure.ts';
import { diagnoseLines, type DiagnosisInput } from './diagnose.ts';
import type { FailureClass } from './failure-class.ts';
import { findGoodEnd, findLastProgress } from './health.ts';
import { prepareLog, type LogLine } from './prepare-log.ts';

/** A log of any size, wherever it lies. */
export interface LogSource {
  readonly size: number;
  /** Bytes between two offsets; fewer where the file ends. */
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
  /** Numbers of the cells before an offset in which a stem begins, last first; searched only as far as somebody asks. */
  readonly searchBack: (end: number) => AsyncIterable<number>;
  /** How many lines end before an offset. */
  readonly countLines: (to: number) => Promise<number>;
}

/** A search tells where it found something in units of so many bytes, so that any tool finds the same. */
export const CELL = 8 * 1024;
/** So many places that hold a stem and prove nothing are read closely before the search gives up; it bounds what travels, too. */
export const MOST_READ = 100;
/** Of cells as close as this one reading is enough. */
export const STRIDE = 3;
/** The end of a log that is judged first. */
const TAIL = 256 * 1024;
/** What is read around a cell: a traceback before it, and what followed. */
const BEFORE = 48 * 1024;
const AFTER = 16 * 1024;
const SURE = 0.7;

/** What is known of the job's end besides its log. */
type Ending = Pick<DiagnosisInput, 'schedulerState' | 'observation'>;

interface Piece {
  readonly text: string;
  /** Byte offset of the first whole line. */
  readonly offset: number;
}

/** Whole lines between two offsets; a line cut at the start is left out, unless the file starts there. */
async function readPiece(source: LogSource, from: number, to: number): Promise<Piece> {
  const bytes = await source.read(from, to);
  const first = from === 0 ? 0 : bytes.indexOf(10) + 1;
  return { text: new TextDecoder().decode(bytes.subarray(first)), offset: from + first };
}

function isHealthy(lines: readonly LogLine[]): boolean {
  return findLastProgress(lines) !== -1 || findGoodEnd(lines) !== -1;
}

/** Whether an answer needs no further search. */
export function isSure({ class: name, evidence, confidence }: Failure): boolean {
  return name !== 'none' && name !== 'unknown' && evidence !== null && confidence >= SURE;
}

interface Found {
  readonly failure: Failure;
  readonly offset: number;
}

/** Goes back from an offset until a cell proves a failure. */
async function searchBack(source: LogSource, end: number, ending: Ending, classes: readonly FailureClass[]): Promise<Found | null> {
  let read = 0;
  let last = Infinity;
  for await (const cell of source.searchBack(end)) {
    if (cell > last - STRIDE) continue;
    if (read >= MOST_READ) return null;
    read += 1;
    last = cell;
    const at = cell * CELL;
    const piece = await readPiece(source, Math.max(0, at - BEFORE), Math.min(end, at + CELL + AFTER));
    const failure = diagnoseLines(prepareLog(piece.text), ending, classes);
    if (isSure(failure)) return { failure, offset: piece.offset };
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
 * Diagnoses a log of any size with constant memory: its end first; and where that neither proves a failure nor shows a job that goes
 * on, backwards from there. Lines are numbered as in the file. Equal for equal bytes, whichever source they come from.
 */
export async function scanLog(source: LogSource, ending: Ending, classes: readonly FailureClass[]): Promise<Failure> {
  const start = Math.max(0, source.size - TAIL);
  const tail = await readPiece(source, start, source.size);
  const lines = prepareLog(tail.text);
  const atEnd: Found = { failure: diagnoseLines(lines, ending, classes), offset: tail.offset };
  const more = start > 0 && !isSure(atEnd.failure) && !isHealthy(lines);
  const found = more ? ((await searchBack(source, tail.offset, ending, classes)) ?? atEnd) : atEnd;
  if (found.failure.evidence === null) return found.failure;
  return shiftLines(found.failure, await source.countLines(found.offset));
}
