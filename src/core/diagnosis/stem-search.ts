/**
 * What a line that tells of a failure nearly always holds, in lower case. A search for these decides which parts of a long log are
 * read closely; what they find is no verdict.
 */
export const STEMS: readonly string[] = [
  'error',
  'exception',
  'traceback',
  'fatal',
  'failed',
  'failure',
  'killed',
  'abort',
  'cancelled',
  'cannot',
  "can't",
  'could not',
  'unable to',
  'denied',
  'refused',
  'not found',
  'no such',
  'no space',
  'quota',
  'out of memory',
  'oom-kill',
  'oom_kill',
  'segmentation',
  'illegal instr',
  'bus error',
  'core dumped',
  'timed out',
  'time limit',
  'preempt',
  'panic',
  'watchdog',
  'undefined symbol',
  'invalid',
  'is not supported',
  'no module named',
  'ecc error',
  'nan,',
  'is nan',
];

export interface StemSearch {
  /** Index of the first stem that starts at or after `from` and ends before `to`, whatever its case; -1 for none. */
  readonly next: (bytes: Uint8Array, from: number, to: number) => number;
}

const BLOCK = 2;

/** Prepares a search for several words at once (Wu and Manber's): most bytes are skipped, memory is constant. */
export function createStemSearch(stems: readonly string[]): StemSearch {
  const words = stems.map((stem) => Uint8Array.from(stem.toLowerCase(), (letter) => letter.charCodeAt(0)));
  const shortest = Math.min(...words.map((word) => word.length));
  const shifts = new Uint8Array(65_536).fill(shortest - BLOCK + 1);
  const ending = new Map<number, Uint8Array[]>();
  for (const word of words) {
    for (let at = BLOCK - 1; at < shortest; at++) {
      const shift = shortest - 1 - at;
      for (const key of listCases(word[at - 1] ?? 0, word[at] ?? 0)) {
        if (shift < (shifts[key] ?? 0)) shifts[key] = shift;
        if (shift === 0) ending.set(key, [...(ending.get(key) ?? []), word]);
      }
    }
  }
  return { next: (bytes, from, to) => findNext({ shifts, ending, shortest }, bytes, from, to) };
}

// Upper and lower case give up to four keys a pair, so that the text itself need not be folded.
function listCases(first: number, second: number): number[] {
  const cases = (code: number): number[] => (code >= 97 && code <= 122 ? [code, code - 32] : [code]);
  return cases(first).flatMap((one) => cases(second).map((other) => (one << 8) | other));
}

interface Tables {
  readonly shifts: Uint8Array;
  readonly ending: ReadonlyMap<number, readonly Uint8Array[]>;
  readonly shortest: number;
}

function findNext({ shifts, ending, shortest }: Tables, bytes: Uint8Array, from: number, to: number): number {
  let at = from + shortest - 1;
  while (at < to) {
    const key = ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0);
    const shift = shifts[key] ?? 1;
    if (shift > 0) {
      at += shift;
      continue;
    }
    const start = at - shortest + 1;
    for (const word of ending.get(key) ?? []) if (startsWith(bytes, start, to, word)) return start;
    at += 1;
  }
  return -1;
}

function startsWith(bytes: Uint8Array, start: number, to: number, word: Uint8Array): boolean {
  if (start + word.length > to) return false;
  for (let index = 0; index < word.length; index++) {
    const code = bytes[start + index] ?? 0;
    if ((code >= 65 && code <= 90 ? code + 32 : code) !== word[index]) return false;
  }
  return true;
}
