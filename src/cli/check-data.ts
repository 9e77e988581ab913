import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkData, type DataReport } from '../core/data-check/check-data.ts';
import { renderDataReport } from '../core/data-check/render.ts';
import { DataSpec, DataThresholds } from '../core/data-check/spec.ts';
import { renderNumbersJson } from '../core/tables/render-numbers-json.ts';
import { loadTable } from '../tables/load-table.ts';
import { defineVerb } from './define-verb.ts';
import { readSpec } from './read-spec.ts';

const USAGE = 'check-data <spec.json|data.csv> [--target COLUMN] [--json]';
const KEYS = [...Object.keys(DataSpec.shape), ...Object.keys(DataThresholds.shape).map((key) => `thresholds.${key}`)];

async function checkFile(path: string, target: string | undefined): Promise<DataReport> {
  const isSpec = path.toLowerCase().endsWith('.json');
  if (isSpec && target !== undefined) throw new Error('--target is for a single CSV file; a spec names its own');
  const name = basename(path);
  const alone = { files: [{ path: name }], ...(target === undefined ? {} : { target: { file: name, column: target } }) };
  const spec = isSpec ? await readSpec(path, DataSpec, KEYS) : DataSpec.parse(alone);
  const locate = (file: string) => resolve(dirname(path), file);
  const tables = [];
  for (const file of spec.files) tables.push(await loadTable(locate(file.path)));
  const code = await Promise.all(spec.code.map(async (file) => ({ name: file, text: await readFile(locate(file), 'utf8') })));
  return checkData(spec, tables, code);
}

export default defineVerb({
  name: 'check-data',
  summary: 'look through data for gaps, leaks and errors before anything trains on it',
  usage: USAGE,
  run: async (args, io) => {
    try {
      const options = { json: { type: 'boolean' }, target: { type: 'string' } } as const;
      const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
      const [file, ...others] = positionals;
      if (file === undefined || others.length > 0) throw new Error('give the path of one spec or one CSV file');
      const report = await checkFile(resolve(io.cwd, file), values.target);
      io.stdout.write(`${values.json === true ? renderNumbersJson(report) : renderDataReport(report)}\n`);
      return report.passed ? 0 : 1;
    } catch (error) {
      io.stderr.write(`checking data: ${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
  },
});
