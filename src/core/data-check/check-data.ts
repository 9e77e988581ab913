import { showDate } from '../tables/read-date.ts';
import { findColumn, findDateColumn, readRowDate, type Table } from '../tables/table.ts';
import { checkAgreement } from './check-agreement.ts';
import { checkLeakage } from './check-leakage.ts';
import { checkMissing } from './check-missing.ts';
import { checkOrder } from './check-order.ts';
import { checkSchema } from './check-schema.ts';
import { checkStatistics, describeColumn, type ColumnStatistics } from './check-statistics.ts';
import { STEPS, type DataFile, type DataInput, type Finding, type StepId } from './finding.ts';
import type { DataSpec } from './spec.ts';

export type DataVerdict = 'PASS' | 'CONDITIONAL' | 'REJECT';

export interface DataReport {
  readonly verdict: DataVerdict;
  readonly passed: boolean;
  readonly files: readonly {
    readonly name: string;
    readonly rows: number;
    readonly from: string | null;
    readonly to: string | null;
    readonly columns: Readonly<Record<string, ColumnStatistics>>;
  }[];
  readonly steps: readonly {
    readonly step: StepId;
    readonly name: string;
    readonly verdict: DataVerdict;
    readonly findings: readonly Finding[];
  }[];
}

const CHECKS: Readonly<Record<StepId, (input: DataInput) => Finding[]>> = {
  schema: checkSchema,
  statistics: checkStatistics,
  missing: checkMissing,
  leakage: checkLeakage,
  order: checkOrder,
  agreement: checkAgreement,
};

/** Finds dates, key and numbers in a table. A column of text alone is neither. */
function openFile(table: Table, entry: DataSpec['files'][number] | undefined): DataFile {
  const dateColumn = (entry?.date === undefined ? findDateColumn(table) : findColumn(table, entry.date)) ?? null;
  const keyColumn = (entry?.key === undefined ? undefined : findColumn(table, entry.key)) ?? null;
  const dates = dateColumn === null ? null : Array.from({ length: table.rows }, (_, row) => readRowDate(dateColumn, row));
  const series = table.columns.filter(
    (column) =>
      column !== dateColumn && column !== keyColumn && (column.textCount === 0 || column.textCount * 2 < table.rows - column.missing),
  );
  return { name: entry?.path ?? table.name, table, dates, dateColumn, keyColumn, series };
}

function judge(findings: readonly Finding[]): DataVerdict {
  if (findings.some(({ severity }) => severity === 'reject')) return 'REJECT';
  return findings.some(({ severity }) => severity === 'condition') ? 'CONDITIONAL' : 'PASS';
}

function describeFile({ name, table, dates, series }: DataFile): DataReport['files'][number] {
  const times = (dates ?? []).flatMap((date) => (date === null ? [] : [date.at]));
  const edge = (pick: (a: number, b: number) => number) => (times.length === 0 ? null : showDate(times.reduce((a, b) => pick(a, b))));
  const columns = Object.fromEntries(series.map((column) => [column.name, describeColumn(column)]));
  return { name, rows: table.rows, from: edge(Math.min), to: edge(Math.max), columns };
}

/** Runs all steps over tables that stand in the order of the spec's files; a reject anywhere rejects the whole. */
export function checkData(spec: DataSpec, tables: readonly Table[], code: DataInput['code'] = []): DataReport {
  const files = tables.map((table, index) => openFile(table, spec.files[index]));
  const input = { spec, files, code };
  const steps = (Object.keys(STEPS) as StepId[]).map((step) => {
    const findings = CHECKS[step](input);
    return { step, name: STEPS[step], verdict: judge(findings), findings };
  });
  const verdict = judge(steps.flatMap(({ findings }) => findings));
  return { verdict, passed: verdict === 'PASS', files: files.map(describeFile), steps };
}
