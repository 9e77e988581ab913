import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { buildTable, CSV_OPTIONS, type Table } from '../core/tables/table.ts';

const PARQUET = 'PAR1';

async function insistOnText(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    if (/\.(?:parquet|pq)$/i.test(path) || head.toString('latin1').startsWith(PARQUET)) {
      throw new Error(`${basename(path)} is Parquet, which is not read here; write it as CSV: pandas.read_parquet("…").to_csv("….csv")`);
    }
    if (head.includes(0)) throw new Error(`${basename(path)} is no text (it holds NUL bytes); write it as CSV in UTF-8`);
  } finally {
    await file.close();
  }
}

/** Reads a CSV file row by row. Throws, in words for a person, for Parquet, for binary files and for broken CSV. */
export async function loadTable(path: string): Promise<Table> {
  await insistOnText(path);
  const builder = buildTable(basename(path));
  await pipeline(createReadStream(path), parse(CSV_OPTIONS), async (rows: AsyncIterable<string[]>) => {
    for await (const cells of rows) builder.feed(cells);
  });
  return builder.finish();
}
