import { findColumn } from '../tables/table.ts';
import { report, reportRows, type DataFile, type DataInput, type Finding } from './finding.ts';

function checkHeader(file: DataFile, wanted: readonly string[]): Finding[] {
  const { badNames, ragged } = file.table;
  const findings = wanted
    .filter((name) => findColumn(file.table, name) === undefined)
    .map((name) =>
      report(file, {
        rule: 'column-absent',
        severity: 'reject',
        column: name,
        message: `the column "${name}" is not there`,
        fix: 'Add it to the data script, or take it out of the spec.',
      }),
    );
  for (const name of badNames) {
    const message = name === '' ? 'a column has no name' : `two columns are called "${name}"`;
    findings.push(
      report(file, { rule: 'column-name', severity: 'reject', column: name, message, fix: 'Give every column a name of its own.' }),
    );
  }
  if (ragged.length > 0) {
    const rows = ragged.map((row) => row - 1);
    findings.push(
      reportRows(file, null, rows, {
        rule: 'ragged-rows',
        severity: 'reject',
        message: `${rows.length} rows have another number of cells than the header`,
        fix: 'Quote cells that hold commas, and write the file anew.',
      }),
    );
  }
  return findings;
}

function checkSize(file: DataFile, least: number): Finding[] {
  const { rows } = file.table;
  if (rows >= least) return [];
  const severity = rows === 0 ? 'reject' : 'condition';
  const message = rows === 0 ? 'the file has no rows' : `the file has ${rows} rows`;
  return [
    report(file, {
      rule: 'few-rows',
      severity,
      value: rows,
      threshold: least,
      message,
      fix: 'Look whether the download was empty or cut, and fetch a longer period.',
    }),
  ];
}

/** Text where numbers stand: "1,234", "5.1%", "#REF!". */
function checkTypes(file: DataFile): Finding[] {
  return file.series
    .filter((column) => column.textCount > 0)
    .map((column) => {
      const rows = Object.keys(column.texts).map(Number);
      const example = column.texts[rows[0] ?? 0] ?? '';
      return reportRows(file, column.name, rows, {
        rule: 'text-among-numbers',
        severity: 'condition',
        value: rows.length,
        threshold: 0,
        message: `${rows.length} cells hold text among numbers, such as "${example.slice(0, 40)}"`,
        fix: 'Read them as numbers in the data script, or as missing.',
      });
    });
}

/** Step 1: the files are there, hold what was asked for, and are tables. */
export function checkSchema({ files, spec }: DataInput): Finding[] {
  return files.flatMap((file, index) => {
    const findings = [
      ...checkHeader(file, spec.files[index]?.columns ?? []),
      ...checkSize(file, spec.thresholds.rows),
      ...checkTypes(file),
    ];
    if (file.series.length === 0) {
      findings.push(
        report(file, {
          rule: 'no-numbers',
          severity: 'reject',
          message: 'no column holds numbers',
          fix: 'Name the right file; cells are parted by commas.',
        }),
      );
    }
    return findings;
  });
}
