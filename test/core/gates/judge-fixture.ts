import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { renderBaseline } from '../../../src/core/gates/ablation.ts';
import { judgeFeature, type GateReport } from '../../../src/core/gates/judge.ts';
import { GateSpec } from '../../../src/core/gates/spec.ts';
import { parseTable, type Table } from '../../../src/core/tables/table.ts';

const FIXTURES = new URL('../../fixtures/gates/', import.meta.url);

/** One file of a set, after a change of its text. */
export function readFixture(name: string, file: string, change: (text: string) => string = (text) => text): Table {
  return parseTable(file, change(readFileSync(new URL(`${name}/${file}`, FIXTURES), 'utf8')));
}

export function hashBaseline(predictions: Table): string {
  return createHash('sha256').update(renderBaseline(predictions)).digest('hex');
}

/** A set of test/fixtures/gates, judged; single files and settings can be swapped. */
export function judgeFixture(
  name: string,
  change: Partial<Record<'base' | 'sub' | 'target', Table>> & { predictions?: Table | null; spec?: Record<string, unknown> } = {},
): GateReport {
  const spec = GateSpec.parse({ feature: name, base: 'base.csv', sub: 'sub.csv', target: 'target.csv', ...change.spec });
  const predictions = change.predictions === undefined ? readFixture(name, 'predictions.csv') : change.predictions;
  return judgeFeature(spec, {
    base: change.base ?? readFixture(name, 'base.csv'),
    sub: change.sub ?? readFixture(name, 'sub.csv'),
    target: change.target ?? readFixture(name, 'target.csv'),
    predictions,
    baselineSha256: predictions === null ? null : hashBaseline(predictions),
  });
}
