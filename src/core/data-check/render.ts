import type { DataReport } from './check-data.ts';
import type { Finding } from './finding.ts';

const MARKS = { reject: 'REJECT', condition: 'condition', note: 'note' } as const;

function renderFinding(finding: Finding): string[] {
  const place = finding.column === null ? finding.file : `${finding.file}:${finding.column}`;
  const rows =
    finding.where.length === 0 ? '' : ` (${finding.where.join(', ')}${(finding.count ?? 0) > finding.where.length ? ', …' : ''})`;
  const number = finding.value === null ? '' : `, ${Number(finding.value.toPrecision(4))}`;
  const limit = finding.threshold === null ? '' : ` against ${finding.threshold}`;
  return [
    `   ${MARKS[finding.severity].padEnd(10)} ${place}: ${finding.message}${rows} [${finding.rule}${number}${limit}]`,
    `              ${finding.fix}`,
  ];
}

/** The report that a person reads: verdict, files, and each step with what it found. */
export function renderDataReport(report: DataReport): string {
  const lines: string[] = [report.verdict];
  for (const { name, rows, columns, from, to } of report.files) {
    const span = from === null ? '' : `, ${from} to ${to}`;
    lines.push(`${name}: ${rows} rows, ${Object.keys(columns).length} columns of numbers${span}`);
  }
  report.steps.forEach(({ name, verdict, findings }, index) => {
    lines.push('', `${index + 1}. ${name}: ${verdict}`, ...findings.flatMap(renderFinding));
  });
  const count = (severity: Finding['severity']) =>
    report.steps.flatMap(({ findings }) => findings).filter((item) => item.severity === severity).length;
  lines.push('', `7. report: ${report.verdict}, ${count('reject')} to reject, ${count('condition')} conditions, ${count('note')} notes`);
  return lines.join('\n');
}
