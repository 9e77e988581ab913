import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { answerProbe, listProbedFiles } from '../../src/core/experiment/probes/answer.ts';
import type { Probe, ProbeAnswer } from '../../src/core/experiment/probes/schema.ts';
import { showDate } from '../../src/core/tables/read-date.ts';
import { findDateColumn, readRowDate, type Table } from '../../src/core/tables/table.ts';
import { loadTable } from '../../src/tables/load-table.ts';

export interface DataJob {
  /** Where the data lie. */
  readonly folder: string;
  /** Files to describe. */
  readonly files: readonly string[];
  readonly probes: readonly Probe[];
  /** owner/slug and what Kaggle says of it. */
  readonly datasets: readonly (readonly [string, string | null])[];
  readonly testFrom: string | null;
}

export interface DataReading {
  /** In the order of the probes. */
  readonly answers: readonly ProbeAnswer[];
  readonly description: string;
}

/** Reads data to answer probes and to describe it; meant for a thread, since the files may be large. */
export default async function lookAtData({ folder, files, probes, datasets, testFrom }: DataJob): Promise<DataReading> {
  const wanted = new Set([...files, ...probes.flatMap(listProbedFiles)]);
  const tables = new Map<string, Table | null>();
  const broken = new Map<string, string>();
  for (const file of wanted) {
    try {
      tables.set(file, await readWithin(folder, file));
    } catch (error) {
      broken.set(file, error instanceof Error ? error.message : String(error));
    }
  }
  const ground = { tables, datasets: new Map(datasets), testFrom };
  return {
    answers: probes.map((probe) => answerProbe(probe, ground)),
    description: files.map((file) => describeFile(file, tables.get(file) ?? null, broken.get(file))).join('\n') || 'There are no data yet.',
  };
}

/** The table; null where there is no such file. Links lead nowhere else. */
async function readWithin(folder: string, file: string): Promise<Table | null> {
  const [base, path] = await Promise.all([folder, join(folder, file)].map((one) => realpath(one).catch(() => null)));
  return base !== null && base !== undefined && path?.startsWith(`${base}/`) === true ? loadTable(path) : null;
}

function describeFile(file: string, table: Table | null, broken: string | undefined): string {
  if (broken !== undefined) return `${file}: ${broken}`;
  if (table === null) return `${file}: not there yet`;
  const dates = findDateColumn(table);
  const times = dates === undefined ? [] : Array.from({ length: table.rows }, (_, row) => readRowDate(dates, row)?.at ?? Number.NaN);
  const known = times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);
  const span = known[0] === undefined ? 'no dates' : `${showDate(known[0])} to ${showDate(known.at(-1) ?? known[0])}`;
  const columns = table.columns.map(({ name, missing }) => {
    return missing === 0 ? name : `${name} (${((missing / Math.max(1, table.rows)) * 100).toFixed(1)} % missing)`;
  });
  return `${file}: ${table.rows} rows, ${span}; ${columns.join(', ')}`;
}
