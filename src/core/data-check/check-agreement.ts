import { correlate } from '../gates/correlation.ts';
import { showDate } from '../tables/read-date.ts';
import { findColumn, type Column } from '../tables/table.ts';
import { describeColumn } from './check-statistics.ts';
import { placeRows, report, reportRows, type DataFile, type DataInput, type Finding } from './finding.ts';

interface Pair {
  readonly file: DataFile;
  readonly column: Column;
  readonly otherFile: DataFile;
  readonly other: Column;
}

/** The pairs that the spec names, and columns of one name in two files. */
function listPairs({ files, spec }: DataInput): { pairs: Pair[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const find = (place: { file: string; column: string }) => {
    const file = files.find((item) => item.name === place.file);
    const column = file && findColumn(file.table, place.column);
    const [first] = files;
    if (column === undefined && first !== undefined) {
      const message = `${place.file}:${place.column}, which should agree with another column, is not there`;
      findings.push(
        report(file ?? first, { rule: 'column-absent', severity: 'reject', column: place.column, message, fix: 'Correct the spec.' }),
      );
    }
    return file && column ? { file, column } : null;
  };
  const pairs = spec.agree.flatMap(({ left, right }): Pair[] => {
    const [a, b] = [find(left), find(right)];
    return a && b ? [{ ...a, otherFile: b.file, other: b.column }] : [];
  });
  files.forEach((file, index) => {
    for (const otherFile of files.slice(index + 1)) {
      for (const column of file.series) {
        const other = otherFile.series.find((item) => item.name === column.name);
        const known = pairs.some((pair) => pair.column === column && pair.other === other);
        if (other !== undefined && !known && file.keyColumn === null && otherFile.keyColumn === null)
          pairs.push({ file, column, otherFile, other });
      }
    }
  });
  return { pairs, findings };
}

function joinPair({ file, column, otherFile, other }: Pair): { rows: number[]; left: number[]; right: number[] } {
  const rightAt = new Map<number, number>();
  otherFile.dates?.forEach((date, row) => date !== null && rightAt.set(date.at, other.values[row] as number));
  const joined: { row: number; at: number; left: number; right: number }[] = [];
  file.dates?.forEach((date, row) => {
    const [left, right] = [column.values[row] as number, date === null ? undefined : rightAt.get(date.at)];
    if (date !== null && right !== undefined && Number.isFinite(left) && Number.isFinite(right))
      joined.push({ row, at: date.at, left, right });
  });
  joined.sort((a, b) => a.at - b.at);
  return { rows: joined.map(({ row }) => row), left: joined.map(({ left }) => left), right: joined.map(({ right }) => right) };
}

function changes(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] as number));
}

/** By how many rows the right side comes later (above 0) or earlier, when that fits clearly better than the same day. */
function findShift(left: readonly number[], right: readonly number[]): number {
  const [a, b] = [changes(left), changes(right)];
  const fit = (lag: number) =>
    lag >= 0 ? correlate(a.slice(0, a.length - lag), b.slice(lag)) : correlate(a.slice(-lag), b.slice(0, b.length + lag));
  const same = fit(0);
  const best = [-2, -1, 1, 2].reduce((top, lag) => (fit(lag) > fit(top) ? lag : top), 1);
  return fit(best) > 0.5 && !(fit(best) < (Number.isNaN(same) ? 0 : same) + 0.3) ? best : 0;
}

function comparePair(pair: Pair, { thresholds }: DataInput['spec']): Finding[] {
  const { file, column, otherFile, other } = pair;
  const { rows, left, right } = joinPair(pair);
  const against = `${otherFile.name}:${other.name}`;
  if (rows.length < 3) {
    const message = `has fewer than 3 dates in common with ${against}, so the two were not compared`;
    return [
      report(file, {
        rule: 'no-overlap',
        severity: 'condition',
        column: column.name,
        value: rows.length,
        threshold: 3,
        message,
        fix: 'Fetch the same period from both.',
      }),
    ];
  }
  const shift = findShift(left, right);
  if (shift !== 0) {
    const message = `${against} says the same ${Math.abs(shift)} rows ${shift > 0 ? 'later' : 'earlier'}`;
    const fix = 'Look at the time zones and at the hour at which each source closes its day.';
    return [
      report(file, {
        rule: 'shifted-source',
        severity: 'condition',
        column: column.name,
        count: rows.length,
        value: shift,
        threshold: 0,
        message,
        fix,
      }),
    ];
  }
  const differs = (index: number) => {
    const [a, b] = [left[index] as number, right[index] as number];
    return Math.abs(a - b) > thresholds.difference * Math.max(Math.abs(a), Math.abs(b));
  };
  const differing = rows.filter((_, index) => differs(index));
  const share = differing.length / rows.length;
  if (share <= thresholds.differing) return [];
  const ratio = ratioOfMedians(left, right);
  const unit = ratio > 50 || ratio < 0.02 ? `, and on average by a factor of ${ratio.toPrecision(3)}, which looks like a unit` : '';
  return [
    reportRows(file, column.name, differing, {
      rule: 'sources-differ',
      severity: share > 0.5 ? 'reject' : 'condition',
      value: share,
      threshold: thresholds.differing,
      message: `${(share * 100).toFixed(1)} % of ${rows.length} shared dates differ by more than ${thresholds.difference * 100} % from ${against}${unit}`,
      fix: 'Find out which source is right, or whether one is adjusted or in another unit.',
    }),
  ];
}

function ratioOfMedians(left: readonly number[], right: readonly number[]): number {
  const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return Math.abs(middle(left) / middle(right));
}

/** Rows of each country, ticker or source. */
function groupRows(file: DataFile, key: Column): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < file.table.rows; row++) {
    const name = key.texts[row] ?? String(key.values[row]);
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [row]);
    else rows.push(row);
  }
  return groups;
}

/** Within one file with a key: does each country reach as far, and mean the same unit? */
function compareKeys(file: DataFile, key: Column): Finding[] {
  const groups = groupRows(file, key);
  const findings: Finding[] = [];
  const ends = [...groups].map(([name, rows]) => ({ name, rows, last: findLast(file, rows) }));
  const latest = ends.reduce((top, { last }) => Math.max(top, last), -Infinity);
  for (const { name, rows, last } of ends) {
    if (Number.isFinite(last) && latest - last > 31 * 86_400_000) {
      const message = `${key.name} ${name} ends on ${showDate(last)}, others on ${showDate(latest)}`;
      const where = placeRows(file, rows.slice(-1));
      findings.push(
        report(file, {
          rule: 'key-ends-early',
          severity: 'condition',
          column: key.name,
          where,
          message,
          fix: 'Fetch the rest, or leave it out.',
        }),
      );
    }
  }
  for (const column of file.series) {
    const medians = ends.map(({ name, rows }) => {
      const { median } = describeColumn({ ...column, values: rows.map((row) => column.values[row] as number) });
      return { name, size: Math.abs(median ?? Number.NaN) };
    });
    const sizes = medians
      .map(({ size }) => size)
      .filter((size) => size > 0)
      .sort((a, b) => a - b);
    const middle = sizes[sizes.length >> 1];
    if (middle === undefined || sizes.length < 3) continue;
    for (const { name, size } of medians) {
      const ratio = size / middle;
      if (!(ratio > 50 || ratio < 0.02)) continue;
      const message = `the median of ${key.name} ${name} is ${ratio.toPrecision(3)} times that of the others, which looks like another unit`;
      const fix = 'Bring all to one unit (percent, thousands, currency).';
      findings.push(
        report(file, { rule: 'key-unit', severity: 'condition', column: column.name, value: ratio, threshold: 50, message, fix }),
      );
    }
  }
  return findings;
}

function findLast(file: DataFile, rows: readonly number[]): number {
  return rows.reduce((top, row) => Math.max(top, file.dates?.[row]?.at ?? -Infinity), -Infinity);
}

/** Step 6: sources that should say the same do, and countries are in the same unit and reach as far. */
export function checkAgreement(input: DataInput): Finding[] {
  const { pairs, findings } = listPairs(input);
  const compared = pairs.flatMap((pair) => comparePair(pair, input.spec));
  const keyed = input.files.flatMap((file) => (file.keyColumn === null ? [] : compareKeys(file, file.keyColumn)));
  const [first] = input.files;
  const isAlone = pairs.length === 0 && input.files.every((file) => file.keyColumn === null) && first !== undefined;
  const message = 'there is no second source and no key to compare';
  const note = isAlone ? [report(first, { rule: 'one-source', severity: 'note', message, fix: 'Name pairs as "agree" in the spec.' })] : [];
  return [...findings, ...compared, ...keyed, ...note];
}
