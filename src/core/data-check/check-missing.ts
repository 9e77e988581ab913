import type { Column } from '../tables/table.ts';
import { findRows, findRuns, report, reportRows, type DataFile, type DataInput, type Finding } from './finding.ts';
import type { DataThresholds } from './spec.ts';

const FIX = 'Fill it from the source or drop the rows; never fill from later days.';

function checkShare(file: DataFile, column: Column, thresholds: DataThresholds): Finding[] {
  const rows = findRows(column.values, (value) => Number.isNaN(value));
  const share = rows.length / Math.max(column.values.length, 1);
  if (share <= thresholds.missing) return [];
  const rejected = share > thresholds.missing_reject;
  return [
    reportRows(file, column.name, rows, {
      rule: 'missing-share',
      severity: rejected ? 'reject' : 'condition',
      value: share,
      threshold: rejected ? thresholds.missing_reject : thresholds.missing,
      message: `${(share * 100).toFixed(1)} % of the values are missing`,
      fix: rejected ? 'Leave the column out, or find a source that has it.' : FIX,
    }),
  ];
}

function checkRuns(file: DataFile, column: Column, limit: number): Finding[] {
  const { values } = column;
  const runs = findRuns(values.length, (row) => Number.isNaN(values[row]));
  const [first, ...later] = runs[0]?.start === 0 ? runs : [undefined, ...runs];
  const findings: Finding[] = [];
  if (first !== undefined && first.length < values.length) {
    findings.push(
      report(file, {
        rule: 'missing-start',
        severity: 'note',
        column: column.name,
        count: first.length,
        value: first.length,
        message: `the first ${first.length} rows have no value, as after a moving window or before a series begins`,
        fix: 'Start the training after them.',
      }),
    );
  }
  const long = later.filter((run): run is NonNullable<typeof run> => run !== undefined && run.length >= limit);
  const longest = long.reduce((top, run) => Math.max(top, run.length), 0);
  if (longest > 0) {
    findings.push(
      reportRows(
        file,
        column.name,
        long.map((run) => run.start),
        {
          rule: 'missing-run',
          severity: 'condition',
          value: longest,
          threshold: limit,
          message: `${long.length} stretches of ${limit} or more missing values, the longest ${longest}`,
          fix: FIX,
        },
      ),
    );
  }
  return findings;
}

/** Step 3: how much is missing, and how much of it in a row. */
export function checkMissing({ files, spec }: DataInput): Finding[] {
  const { thresholds } = spec;
  return files.flatMap((file) =>
    file.series.flatMap((column) => [
      ...checkShare(file, column, thresholds),
      ...(file.keyColumn === null ? checkRuns(file, column, thresholds.missing_run) : []),
    ]),
  );
}
