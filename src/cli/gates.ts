import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderBaseline } from '../core/gates/ablation.ts';
import { judgeFeature, type GateReport } from '../core/gates/judge.ts';
import { renderGates } from '../core/gates/render.ts';
import { GateSpec, GateThresholds } from '../core/gates/spec.ts';
import { renderNumbersJson } from '../core/tables/render-numbers-json.ts';
import { loadTable } from '../tables/load-table.ts';
import { defineVerb } from './define-verb.ts';
import { readSpec } from './read-spec.ts';

const USAGE = 'gates <spec.json> [--json]';
const KEYS = [...Object.keys(GateSpec.shape), ...Object.keys(GateThresholds.shape).map((key) => `thresholds.${key}`)];

async function judgeFile(path: string): Promise<GateReport> {
  const spec = await readSpec(path, GateSpec, KEYS);
  const load = (file: string) => loadTable(resolve(dirname(path), file));
  const predictions = spec.predictions === undefined ? null : await load(spec.predictions);
  return judgeFeature(spec, {
    base: await load(spec.base),
    sub: await load(spec.sub),
    target: await load(spec.target),
    predictions,
    baselineSha256: predictions === null ? null : createHash('sha256').update(renderBaseline(predictions)).digest('hex'),
  });
}

export default defineVerb({
  name: 'gates',
  summary: 'measure a feature against its three quality gates',
  usage: USAGE,
  run: async (args, io) => {
    try {
      const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' } } });
      const [file, ...others] = positionals;
      if (file === undefined || others.length > 0) throw new Error('give the path of one spec');
      const report = await judgeFile(resolve(io.cwd, file));
      io.stdout.write(`${values.json === true ? renderNumbersJson(report) : renderGates(report)}\n`);
      return report.passed ? 0 : 1;
    } catch (error) {
      io.stderr.write(`judging gates: ${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
  },
});
