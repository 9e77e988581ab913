import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkData } from '../../src/core/data-check/check-data.ts';
import { renderDataReport } from '../../src/core/data-check/render.ts';
import { DataSpec } from '../../src/core/data-check/spec.ts';
import { loadTable } from '../../src/tables/load-table.ts';

export interface DataJob {
  readonly folder: string;
  readonly spec: unknown;
  /** Scripts that are read as text. */
  readonly code: readonly { readonly name: string; readonly path: string }[];
}

export interface DataJobResult {
  readonly verdict: 'PASS' | 'CONDITIONAL' | 'REJECT';
  /** The gravest first. */
  readonly findings: readonly string[];
  readonly text: string;
}

/** The seven steps of the data check; meant for a thread, since files may be long. */
export default async function checkDataFiles({ folder, spec, code }: DataJob): Promise<DataJobResult> {
  const parsed = DataSpec.parse(spec);
  const tables = [];
  for (const file of parsed.files) tables.push(await loadTable(join(folder, file.path)));
  const texts = await Promise.all(code.map(async ({ name, path }) => ({ name, text: await readFile(path, 'utf8') })));
  const report = checkData(parsed, tables, texts);
  const all = report.steps.flatMap(({ findings }) => findings);
  const grave = ['reject', 'condition'].flatMap((severity) => all.filter((finding) => finding.severity === severity));
  return {
    verdict: report.verdict,
    findings: grave.map(({ file, column, rule, message }) => `${file}${column === null ? '' : `, ${column}`}: ${message} (${rule})`),
    text: renderDataReport(report),
  };
}
