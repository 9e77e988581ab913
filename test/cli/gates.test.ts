import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import gates from '../../src/cli/gates.ts';
import { runVerb } from './run-verb.ts';

const folder = mkdtempSync(join(tmpdir(), 'gates-'));
cpSync(fileURLToPath(new URL('../fixtures/gates/plain', import.meta.url)), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const spec = JSON.parse(readFileSync(join(folder, 'spec.json'), 'utf8')) as Record<string, unknown>;
const run = (args: string[]) => runVerb(gates, args, folder);
const writeSpec = (name: string, change: object) => writeFileSync(join(folder, name), JSON.stringify({ ...spec, ...change }));

describe('reprobot gates', () => {
  it('prints a table and answers 1 for what did not pass', async () => {
    const { code, out } = await run(['spec.json']);
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toBe('plain: not passed, since not everything was measured (130 rows)');
    expect(out).toMatch(/overfit_ratio +– +< 1.5 +not measured +the spec gives no errors/);
    expect(out).toMatch(/mae +-0\.\d+ +≤ -0.01 +passed +mean over 3 folds/);
    expect(out).toMatch(/Put "baseline_sha256": "[0-9a-f]{64}" into the spec/);
  });

  it('answers 0 for a pass against the pinned baseline', async () => {
    const sha = /"baseline_sha256": "([0-9a-f]{64})"/.exec((await run(['spec.json'])).out)?.[1];
    writeSpec('good.json', { errors: { train: 1, test: 1.1 }, thresholds: { rolling_corr_std: 0.5 }, baseline_sha256: sha });
    const { code, out } = await run(['good.json']);
    expect([code, out.split('\n')[0]]).toEqual([0, 'plain: passed (130 rows)']);
    expect(out).toContain(`baseline ${sha}, as pinned`);
  });

  it('writes infinity so that every JSON reader takes it', async () => {
    const other = fileURLToPath(new URL('../fixtures/gates/shares/spec.json', import.meta.url));
    const { code, out } = await run([other, '--json']);
    expect(code).toBe(1);
    expect(out).toContain('"calm": 1e999');
    const report = JSON.parse(out) as Record<string, Record<string, unknown>>;
    expect(report.gate2).toMatchObject({
      vif_sub_with_intercept: { calm: Infinity },
      checks: { vif: { value: Infinity, passed: false } },
      passed: false,
    });
  });

  it.each([
    [['none.json'], 'none.json'],
    [[], 'give the path'],
    [['spec.json', '--yaml'], "Unknown option '--yaml'"],
    [['base.csv'], 'is no JSON'],
    [['typo.json'], 'known keys: feature, base, sub, target'],
    [['gone.json'], 'missing.csv'],
    [['parquet.json'], 'is Parquet'],
    [['binary.json'], 'NUL bytes'],
    [['quote.json'], 'uote'],
    [['pinned.json'], 'the baseline has changed'],
  ])('answers 2 for %j', async (args, message) => {
    writeSpec('typo.json', { thresholds: { vfi: 3 } });
    writeSpec('gone.json', { base: 'missing.csv' });
    writeFileSync(join(folder, 'x.bin'), Buffer.from([1, 0, 2]));
    writeFileSync(join(folder, 'x.csv'), 'Date,a\n2024-01-01,"1\n');
    writeFileSync(join(folder, 'renamed.csv'), 'PAR1\u0000\u0001');
    writeSpec('parquet.json', { base: 'renamed.csv' });
    writeSpec('binary.json', { base: 'x.bin' });
    writeSpec('quote.json', { base: 'x.csv' });
    writeSpec('pinned.json', { baseline_sha256: 'a'.repeat(64) });
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('usage: reprobot gates <spec.json> [--json]');
  });
});
