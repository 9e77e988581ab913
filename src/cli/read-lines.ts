import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { VerbIo } from './define-verb.ts';

/** Opens the named file, or standard input for `-` and for no name. */
export function openInput(file: string | undefined, io: VerbIo): Readable {
  return file === undefined || file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file));
}

/** The decoded pieces of a stream; a character cut by a piece's end stays whole. */
export async function* readText(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of stream) yield typeof piece === 'string' ? piece : decoder.decode(piece as Uint8Array, { stream: true });
  yield decoder.decode();
}

/** Lines without their ends. A line longer than `cap` keeps its last `cap` characters, so that memory stays bounded. */
export async function* readLines(stream: Readable, cap: number): AsyncGenerator<string> {
  let rest = '';
  for await (const text of readText(stream)) {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(-cap);
    for (const line of lines) yield line.slice(-cap);
  }
  if (rest !== '') yield rest;
}
