import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import checkDataVerb from '../../src/cli/check-data.ts';
import { makeRows, writeRows } from '../core/data-check/sample.ts';
import { runVerb } from './run-verb.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-data-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (args: string[]) => runVerb(checkDataVerb, args, folder);
const rows = makeRows();
writeFileSync(join(folder, 'good.csv'), writeRows(rows));
writeFileSync(join(folder, 'bad.csv'), writeRows(rows.map((row, at) => (at === 9 ? { ...row, price: 'inf' } : row))));
writeFileSync(join(folder, 'prepare.py'), 'df = df.bfill()\n');
writeFileSync(join(folder, 'cube.parquet'), 'PAR1....PAR1');
const writeSpec = (name: string, spec: object) => writeFileSync(join(folder, name), JSON.stringify(spec));
const target = { file: 'good.csv', column: 'return_1d' };
writeSpec('spec.json', { files: [{ path: 'good.csv' }], target, code: ['prepare.py'] });

describe('reprobot check-data', () => {
  it('answers 0 for a file without a fault', async () => {
    const { code, out } = await run(['good.csv', '--target', 'return_1d']);
    expect([code, out.split('\n')[0]]).toEqual([0, 'PASS']);
    expect(out).toContain('7. report: PASS, 0 to reject, 0 conditions, 1 notes');
  });

  it('does not pass what it could not look at', async () => {
    const { code, out } = await run(['good.csv']);
    expect([code, out.split('\n')[0]]).toEqual([1, 'CONDITIONAL']);
    expect(out).toContain('no target is named, so leakage was not measured');
  });

  it('answers 1 with the finding', async () => {
    const { code, out } = await run(['bad.csv', '--target', 'return_1d', '--json']);
    const report = JSON.parse(out) as { steps: { findings: unknown[] }[] };
    expect(code).toBe(1);
    expect(report).toMatchObject({ verdict: 'REJECT', passed: false });
    expect(report.steps[1]?.findings).toMatchObject([
      { rule: 'infinite', column: 'price', where: [rows[9]?.date], fix: expect.any(String) as string },
    ]);
  });

  it('reads the scripts of a spec', async () => {
    const { code, out } = await run(['spec.json']);
    expect(code).toBe(1);
    expect(out).toContain('prepare.py: gaps are filled from later days (line 1)');
  });

  it.each([
    [[], 'give the path'],
    [['none.csv'], 'none.csv'],
    [['cube.parquet'], 'pandas.read_parquet'],
    [['typo.json'], 'known keys: files, target, split'],
    [['spec.json', '--target', 'x'], 'a spec names its own'],
    [['nocode.json'], 'gone.py'],
  ])('answers 2 for %j', async (args, message) => {
    writeSpec('typo.json', { files: [{ path: 'good.csv' }], goal: target });
    writeSpec('nocode.json', { files: [{ path: 'good.csv' }], code: ['gone.py'] });
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
