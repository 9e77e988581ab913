import { z } from 'zod';

/** One piece of what a run wrote. */
export const LogRecord = z.object({
  stream_name: z.enum(['stdout', 'stderr']).catch('stdout'),
  /** Seconds since the session began. */
  time: z.number().catch(0),
  data: z.string(),
});
export type LogRecord = z.infer<typeof LogRecord>;

export interface ReadLog {
  readonly records: readonly LogRecord[];
  /** False when the text ends in the middle, as it does for a session that died. */
  readonly whole: boolean;
}

/** Reads Kaggle's log, a JSON array of records with one record a line; of a text that was cut off, everything that is still whole. */
export function readKernelLog(text: string): ReadLog {
  if (text.trim() === '') return { records: [], whole: true };
  const all = parseRecords(text);
  if (all !== null) return { records: all, whole: true };
  const records: LogRecord[] = [];
  for (const line of text.split('\n')) {
    const parsed = parseRecords(
      `[${line
        .trim()
        .replace(/^[[,]\s{0,9}/, '')
        .replace(/[\],]$/, '')}]`,
    );
    if (parsed !== null) records.push(...parsed);
  }
  return { records, whole: false };
}

/** The text of a log as a terminal would have shown it; records are delivered by flush, so they are put in the order of their times. */
export function renderLog(records: readonly LogRecord[]): string {
  return records
    .toSorted((one, other) => one.time - other.time)
    .map(({ data }) => data)
    .join('');
}

function parseRecords(text: string): LogRecord[] | null {
  try {
    const parsed = z.array(LogRecord).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
