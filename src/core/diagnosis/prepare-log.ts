import { cleanLine, type CleanLine } from './clean-line.ts';

export interface LogLine extends CleanLine {
  /** 1-based, as the log counts. */
  readonly number: number;
  /** Exactly as it stands in the log. */
  readonly raw: string;
}

const KAGGLE_RECORD = /^[[,]?\s{0,8}\{"stream_name"/;
// A line may be a whole progress bar's life; patterns need neither more nor the time it would take them.
const MAX_LINE = 4000;

/** The text inside one record of a Kaggle log, or null where the line is none. Cut records are read as far as they go. */
export function readKaggleRecord(raw: string): string | null {
  if (!KAGGLE_RECORD.test(raw)) return null;
  const json = raw.replace(/^[[,]\s*/, '').replace(/\]\s*$/, '');
  try {
    const record = JSON.parse(json) as { data?: unknown };
    return typeof record.data === 'string' ? record.data : null;
  } catch {
    const cut = /"data":\s*"(.*)/s.exec(json)?.[1];
    return cut === undefined
      ? null
      : cut
          .replaceAll('\\n', '\n')
          .replaceAll('\\"', '"')
          .replaceAll(/\\u001b\[[\d;]*m/g, '');
  }
}

/** Splits a log into lines without prefixes, colours and overwritten text; a Kaggle record of several lines becomes several. */
export function prepareLog(log: string, firstLine = 1): LogLine[] {
  const lines: LogLine[] = [];
  for (const [index, ending] of log.split('\n').entries()) {
    const raw = ending.endsWith('\r') ? ending.slice(0, -1) : ending;
    const number = firstLine + index;
    const record = readKaggleRecord(raw);
    const pieces = record === null ? [raw] : record.replace(/\n$/, '').split('\n');
    for (const piece of pieces) lines.push({ number, raw, ...cleanLine(piece.length > MAX_LINE ? piece.slice(-MAX_LINE) : piece) });
  }
  return lines;
}
