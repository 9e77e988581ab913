/** A log on another machine, searched where it lies: what travels are cell numbers and the few pieces that are read closely. */
import { CELL, MOST_READ, STRIDE, type LogSource } from '../../core/diagnosis/scan-log.ts';
import { STEMS } from '../../core/diagnosis/stem-search.ts';
import { ReprobotError } from '../../errors.ts';
import type { Host } from '../../ports.ts';
import { COUNT_SCRIPT, SEARCH_SCRIPT, SIZE_SCRIPT } from './scripts.ts';

const SCAN_MS = 300_000;
/** The first range that is searched, before the end; each further one is four times as long, up to the longest. */
const FIRST_RANGE = 16 * 1024 * 1024;
const LONGEST_RANGE = 1024 * 1024 * 1024;
const LONGEST_STEM = Math.max(...STEMS.map((stem) => stem.length));
/** Reading goes by blocks, which are kept for a while: places lie close together. */
const BLOCK = 64 * 1024;
const KEPT_BLOCKS = 8;

/** Opens a log for scanLog; null where there is no such plain file. Rejects with a host.* code, or host.command-failed where the machine cannot be searched. */
export async function openRemoteLog(host: Host, path: string, options: { readonly signal?: AbortSignal } = {}): Promise<LogSource | null> {
  const run = async (source: string, args: readonly string[]): Promise<string> => {
    const result = await host.script(source, [path, ...args], { timeoutMs: SCAN_MS, ...options });
    if (result.code === 0 && !result.timedOut) return result.stdout.trim();
    throw unsearchable(host, path, result.timedOut ? 'it took too long' : result.stderr.trim().slice(0, 300) || 'it did not answer');
  };
  if (!path.startsWith('/')) return null;
  const size = await run(SIZE_SCRIPT, []);
  if (size === '@none') return null;
  return {
    size: readNumber(size, host, path),
    read: createReader(host, path),
    searchBack: (end) =>
      searchBack(end, async (from, length, beyond) => {
        const answer = await run(SEARCH_SCRIPT, [from, length, beyond, CELL, MOST_READ * STRIDE + 1].map(String).concat(STEMS));
        if (!answer.endsWith('@end')) throw unsearchable(host, path, 'its answer was cut');
        return answer
          .split('\n')
          .slice(0, -1)
          .map((line) => readNumber(line, host, path));
      }),
    countLines: async (to) => readNumber(await run(COUNT_SCRIPT, [String(to)]), host, path),
  };
}

async function* searchBack(
  end: number,
  search: (from: number, length: number, beyond: number) => Promise<number[]>,
): AsyncGenerator<number> {
  let last = Infinity;
  let range = FIRST_RANGE;
  for (let to = end; to > 0;) {
    // Ranges begin where cells do, so that no cell is told twice.
    const from = Math.max(0, Math.floor((to - range) / CELL) * CELL);
    const cells = await search(from, to - from, Math.min(LONGEST_STEM, end - to));
    for (const cell of cells.toReversed()) if (cell < last) yield (last = cell);
    to = from;
    range = Math.min(LONGEST_RANGE, range * 4);
  }
}

function createReader(host: Host, path: string): LogSource['read'] {
  const blocks = new Map<number, Uint8Array>();
  const readBlock = async (index: number): Promise<Uint8Array> => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const chunk = await host.readFrom(path, index * BLOCK, BLOCK);
    // An offset beyond the end starts again at 0: the file was replaced meanwhile.
    const bytes = chunk.offset === index * BLOCK ? chunk.bytes : new Uint8Array();
    blocks.set(index, bytes);
    const oldest = blocks.keys().next();
    if (blocks.size > KEPT_BLOCKS && !oldest.done) blocks.delete(oldest.value);
    return bytes;
  };
  return async (from, to) => {
    const pieces: Uint8Array[] = [];
    for (let index = Math.floor(from / BLOCK); index * BLOCK < to; index++) {
      const bytes = await readBlock(index);
      pieces.push(bytes.subarray(Math.max(0, from - index * BLOCK), to - index * BLOCK));
      if (bytes.byteLength < BLOCK) break;
    }
    return Buffer.concat(pieces);
  };
}

function readNumber(text: string, host: Host, path: string): number {
  if (/^\s*\d{1,15}\s*$/.test(text)) return Number(text);
  throw unsearchable(host, path, `it answered ${JSON.stringify(text.slice(0, 80))}`);
}

function unsearchable(host: Host, path: string, why: string): ReprobotError {
  return new ReprobotError({
    code: 'host.command-failed',
    doing: `searching ${path} on ${host.id}`,
    why,
    remedy: 'Look at the log there.',
  });
}
