import type { TableDate } from '../tables/read-date.ts';
import { report, reportRows, type DataFile, type DataInput, type Finding } from './finding.ts';

const DAY = 86_400_000;

function checkReadable(file: DataFile, dates: readonly (TableDate | null)[]): Finding[] {
  const rows = dates.flatMap((date, row) => (date === null ? [row] : []));
  if (rows.length === 0) return [];
  const cell = file.dateColumn?.texts[rows[0] ?? 0] ?? '';
  return [
    reportRows(file, file.dateColumn?.name ?? null, rows, {
      rule: 'date-unreadable',
      severity: 'reject',
      value: rows.length,
      threshold: 0,
      message: `${rows.length} rows have no date that can mean only one day, such as "${cell.slice(0, 40)}"`,
      fix: 'Write dates year first: 2024-01-31.',
    }),
  ];
}

function checkZones(file: DataFile, dates: readonly (TableDate | null)[]): Finding[] {
  const kinds = new Map<string, number[]>();
  dates.forEach((date, row) => {
    if (date === null) return;
    const kind = date.hasTime ? (date.zone ?? 'a time without a zone') : 'a day without a time';
    kinds.set(kind, [...(kinds.get(kind) ?? []).slice(0, 5), row]);
  });
  if (kinds.size < 2) return [];
  const rows = [...kinds.values()].map((list) => list[0] ?? 0).sort((a, b) => a - b);
  return [
    reportRows(file, file.dateColumn?.name ?? null, rows, {
      rule: 'mixed-zones',
      severity: 'condition',
      value: kinds.size,
      threshold: 1,
      message: `the dates are of ${kinds.size} kinds: ${[...kinds.keys()].slice(0, 5).join(', ')}`,
      fix: 'Bring all of them to one zone before joining; a close in Tokyo is the day before in New York.',
    }),
  ];
}

function keyOf(file: DataFile, row: number): string {
  const { keyColumn } = file;
  return keyColumn === null ? '' : (keyColumn.texts[row] ?? String(keyColumn.values[row]));
}

function checkSequence(file: DataFile, dates: readonly (TableDate | null)[]): Finding[] {
  const [backwards, twice]: [number[], number[]] = [[], []];
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  dates.forEach((date, row) => {
    if (date === null) return;
    const key = keyOf(file, row);
    if (date.at < (latest.get(key) ?? -Infinity)) backwards.push(row);
    latest.set(key, Math.max(date.at, latest.get(key) ?? -Infinity));
    const id = `${date.at} ${key}`;
    if (seen.has(id)) twice.push(row);
    seen.add(id);
  });
  const column = file.dateColumn?.name ?? null;
  const findings: Finding[] = [];
  if (backwards.length > 0) {
    const message = `${backwards.length} rows are earlier than a row above them`;
    const fix = 'Sort by date before anything looks back.';
    findings.push(
      reportRows(file, column, backwards, {
        rule: 'unordered',
        severity: 'condition',
        value: backwards.length,
        threshold: 0,
        message,
        fix,
      }),
    );
  }
  if (twice.length > 0) {
    const message = `${twice.length} rows repeat a date${file.keyColumn === null ? '' : ` of the same ${file.keyColumn.name}`}`;
    const fix =
      'Keep one row a date; if they differ, find out which one is right. Name the "key" column if a date has a row for each of several things.';
    findings.push(
      reportRows(file, column, twice, { rule: 'duplicate-date', severity: 'reject', value: twice.length, threshold: 0, message, fix }),
    );
  }
  return findings;
}

/** Sorted times of each key. */
function splitTimes(file: DataFile, dates: readonly (TableDate | null)[]): number[][] {
  const times = new Map<string, number[]>();
  dates.forEach((date, row) => {
    if (date === null) return;
    const list = times.get(keyOf(file, row));
    if (list === undefined) times.set(keyOf(file, row), [date.at]);
    else list.push(date.at);
  });
  return [...times.values()].map((list) => list.sort((a, b) => a - b));
}

function checkGaps(file: DataFile, dates: readonly (TableDate | null)[], limit: number): Finding[] {
  const steps = splitTimes(file, dates).flatMap((times) =>
    times.slice(1).map((at, index) => ({ from: times[index] as number, size: at - (times[index] as number) })),
  );
  const sizes = steps
    .map(({ size }) => size)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const usual = sizes[sizes.length >> 1];
  if (usual === undefined) return [];
  // Over a long weekend no market is open; only what is longer than that is a gap in daily data.
  const allowed = Math.max(usual * limit, usual <= DAY ? 0 : usual);
  const gaps = steps.filter(({ size }) => size > allowed);
  const longest = gaps.reduce((top, { size }) => Math.max(top, size), 0);
  if (longest === 0) return [];
  const rows = gaps.slice(0, 5).map(({ from }) => dates.findIndex((date) => date?.at === from));
  return [
    {
      ...reportRows(file, file.dateColumn?.name ?? null, rows, {
        rule: 'gap',
        severity: 'condition',
        value: longest / usual,
        threshold: limit,
        message: `${gaps.length} gaps, the longest ${(longest / DAY).toFixed(1)} days where ${(usual / DAY).toFixed(2)} are usual; the rows before them are listed`,
        fix: 'Fetch the days between, or make sure that no window runs across them.',
      }),
      count: gaps.length,
    },
  ];
}

function checkWeekends(file: DataFile, dates: readonly (TableDate | null)[]): Finding[] {
  const isWeekend = (at: number) => [0, 6].includes(new Date(at).getUTCDay());
  const rows = dates.flatMap((date, row) => (date !== null && !date.hasTime && isWeekend(date.at) ? [row] : []));
  // Two days of seven are a calendar of all days, one in a hundred is a slip of a zone.
  if (rows.length === 0 || rows.length > dates.length / 10) return [];
  return [
    reportRows(file, file.dateColumn?.name ?? null, rows, {
      rule: 'weekend',
      severity: 'condition',
      value: rows.length,
      threshold: 0,
      message: `${rows.length} rows fall on a weekend in data of working days`,
      fix: 'Look for a shift by a time zone, or drop them.',
    }),
  ];
}

/** Step 5: one row a date, in order, without holes, in one zone. */
export function checkOrder({ files, spec }: DataInput): Finding[] {
  return files.flatMap((file) => {
    const { dates } = file;
    if (dates === null) {
      const message = 'no column of dates was found, so order and gaps were not checked';
      return [
        report(file, {
          rule: 'no-dates',
          severity: 'condition',
          message,
          fix: 'Name the column as "date" in the spec, and write dates year first.',
        }),
      ];
    }
    return [
      ...checkReadable(file, dates),
      ...checkZones(file, dates),
      ...checkSequence(file, dates),
      ...checkGaps(file, dates, spec.thresholds.gap),
      ...checkWeekends(file, dates),
    ];
  });
}
