import { EPOCH_TIME, EPOCHS, INNER, LEFT, RATES, STATED, WHOLE } from './formats.ts';
import { ASIDE, readBar, readRow } from './read-bar.ts';
import { readDuration } from './read-duration.ts';
import type { Progress } from './schema.ts';

export type Unit = NonNullable<Progress['unit']>;

/** Where one line says the work is. */
export interface Position {
  /** Tells one counter of the log from another. */
  readonly key: string;
  readonly unit: Unit;
  readonly current: number;
  readonly total: number | null;
  /** Seconds for one unit, where the line states it. */
  readonly secondsPerUnit: number | null;
  /** True where the counter starts again with each epoch. */
  readonly perEpoch: boolean;
  /** True for validation, downloads and the like: never the position of the run. */
  readonly aside: boolean;
  /** Seconds since this counter began, where the line states them. */
  readonly elapsed: number | null;
  /** Seconds to the end of the run, where the line states them. */
  readonly left: number | null;
  /** The epoch that the counter's own line names. */
  readonly epoch: number | null;
  /** True where the format alone tells that this is a counter; else a total or a metric must stand beside it. */
  readonly sure: boolean;
  /** What is left of the line for metrics. */
  readonly rest: string;
}

export interface EpochMark {
  readonly current: number;
  readonly total: number | null;
}

/** A count that JSON and arithmetic keep exact; null for what is larger, or no count at all. */
function readCount(digits: string | undefined): number | null {
  const value = digits === undefined ? Number.NaN : Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}

function readFinite(text: string | undefined): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function readStated(text: string): number | null {
  for (const { regex, scale } of STATED) {
    const value = readFinite(regex.exec(text)?.groups?.['n']);
    if (value !== null) return value * scale;
  }
  for (const regex of RATES) {
    const rate = Number(regex.exec(text)?.groups?.['n'] ?? 0);
    if (rate > 0) return 1 / rate;
  }
  return null;
}

function readLeft(text: string): number | null {
  const groups = LEFT.exec(text)?.groups;
  return groups === undefined ? null : readDuration(groups['left'] ?? groups['left2'] ?? '');
}

/** Seconds that the line of an epoch states for it; null for none. */
export function readEpochTime(text: string): number | null {
  const groups = EPOCH_TIME.exec(text.slice(0, 1000))?.groups;
  return groups === undefined ? null : readDuration(groups['a'] ?? groups['b'] ?? groups['c'] ?? '');
}

/** The epoch that a line names, as counted there; a fraction of an epoch is none, nor is a number that no training reaches. */
export function readEpoch(text: string): EpochMark | null {
  const row = readRow(text);
  if (row !== null) return row;
  for (const regex of EPOCHS) {
    const groups = regex.exec(text)?.groups;
    const current = readCount(groups?.['n']);
    if (groups !== undefined) return current === null ? null : { current, total: readCount(groups['total']) };
  }
  return null;
}

/** The counter that a line shows, or null. Never takes a fraction in a metric, a date or a version for a position. */
export function readPosition(text: string): Position | null {
  const bar = readBar(text);
  if (bar !== null) return bar;
  const aside =
    /^\W*(?:val\w*|eval\w*|test\w*|validation|sanity|\w+\((?:val|test)\))(?![A-Za-z])|\b(?:Epoch|Iter)\((?:val|test)\)|^\W*(?:検証|評価)/i.test(
      text,
    );
  for (const { regex, unit } of INNER) {
    const found = regex.exec(text);
    const current = readCount(found?.groups?.['n']);
    if (found === null || current === null) continue;
    const isKeras = /━|ETA: |\[[=>.]/.test(text);
    return {
      key: `inner ${unit}`,
      unit,
      current,
      total: readCount(found.groups?.['total']),
      secondsPerUnit: readStated(text),
      perEpoch: true,
      aside,
      elapsed: null,
      left: isKeras ? null : readLeft(text),
      sure: true,
      epoch: readEpoch(text)?.current ?? null,
      rest: text.replace(found[0], ' '),
    };
  }
  return readWhole(text, aside);
}

function readWhole(text: string, aside: boolean): Position | null {
  for (const { regex, unit, sure = false } of WHOLE) {
    const found = regex.exec(text);
    const digits = found?.groups?.['n'] ?? found?.groups?.['n2'] ?? found?.groups?.['n3'];
    const current = unit === 'percent' ? readFinite(digits) : readCount(digits);
    if (found === null || current === null) continue;
    const total = unit === 'percent' ? 100 : readCount(found.groups?.['total']);
    const epoch = unit === 'step' || unit === 'batch' ? (readEpoch(text)?.current ?? null) : null;
    return {
      key: `line ${unit}`,
      unit,
      current,
      total,
      secondsPerUnit: readStated(text),
      // Beside an epoch a total is that of the epoch, until the counter is seen to run on.
      perEpoch: epoch !== null && total !== null,
      aside: aside || (total === null && ASIDE.test(text.slice(0, found.index))),
      elapsed: null,
      left: readLeft(text),
      epoch,
      sure: sure || unit === 'percent' || total !== null,
      rest: text.replace(found[0], ' '),
    };
  }
  return null;
}
