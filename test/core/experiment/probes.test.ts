import { describe, expect, it } from 'vitest';
import { answerProbe, describeProbe, listProbedFiles, type ProbeGround } from '../../../src/core/experiment/probes/answer.ts';
import { Probe } from '../../../src/core/experiment/probes/schema.ts';
import { parseTable } from '../../../src/core/tables/table.ts';
import fc from '../../support/properties.ts';

/** Sixty days from 2024-01-01; `tide` leads `catch` by two days before March, and says nothing after it. */
function makeSea(): string {
  const day = (index: number): string => new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10);
  const tide = Array.from({ length: 90 }, (_, index) => Math.sin(index * index));
  const rows = tide.map((value, index) => {
    const led = index < 60 ? (tide[index - 2] ?? 0) : Math.cos(index * 7.3);
    return `${day(index)},${value.toFixed(6)},${led.toFixed(6)},${index % 10 === 0 ? '' : index}`;
  });
  return ['date,tide,catch,holes', ...rows].join('\n');
}

const GROUND: ProbeGround = {
  tables: new Map([
    ['sea.csv', parseTable('sea.csv', makeSea())],
    ['bare.csv', parseTable('bare.csv', 'a,b\n1,2\n3,4\n')],
    ['later.csv', null],
  ]),
  datasets: new Map([
    ['ann/tides', 'READY'],
    ['ann/young', 'BLOBS_RECEIVED'],
    ['ann/gone', null],
  ]),
  testFrom: '2024-03-01',
};
const tide = { file: 'sea.csv', column: 'tide' };
const led = { file: 'sea.csv', column: 'catch' };

describe('a probe', () => {
  it.each<[Probe, 'holds' | 'fails' | 'unknown', string]>([
    [{ kind: 'column', ...tide }, 'holds', '90 rows'],
    [{ kind: 'column', file: 'sea.csv', column: 'wind' }, 'fails', 'it has date, tide, catch, holes'],
    [{ kind: 'column', file: 'later.csv', column: 'x' }, 'unknown', 'no later.csv'],
    [{ kind: 'column', file: 'other.csv', column: 'x' }, 'unknown', 'not read'],
    [{ kind: 'coverage', ...tide, rows: 90, from: '2024-01-01', to: '2024-03-30' }, 'holds', '2024-01-01 to 2024-03-30'],
    [{ kind: 'coverage', ...tide, rows: 91 }, 'fails', '91 were claimed'],
    [{ kind: 'coverage', ...tide, from: '2023-12-31' }, 'fails', 'from 2023-12-31 on'],
    [{ kind: 'coverage', ...tide, to: '2024-03-31' }, 'fails', 'up to 2024-03-31'],
    [{ kind: 'coverage', file: 'sea.csv', column: 'holes', missing: 0.05 }, 'fails', '10.0 % missing'],
    [{ kind: 'coverage', file: 'bare.csv', column: 'b', from: '2024-01-01' }, 'unknown', 'no column of dates'],
    [{ kind: 'correlation', left: tide, right: led, lag: 2, atLeast: 0.9 }, 'holds', 'before 2024-03-01'],
    [{ kind: 'correlation', left: tide, right: led, lag: 1, atLeast: 0.9 }, 'fails', '0.9 was claimed'],
    [{ kind: 'correlation', left: tide, right: { file: 'bare.csv', column: 'b' }, lag: 1, atLeast: 0.1 }, 'unknown', 'dates'],
    [{ kind: 'argument', call: 'xgboost.XGBRegressor.fit', argument: 'early_stopping_rounds' }, 'fails', 'constructor'],
    [{ kind: 'argument', call: 'xgboost.XGBRegressor.fit', argument: 'eval_set' }, 'unknown', 'nothing against'],
    [{ kind: 'name', name: 'numpy.float_' }, 'fails', 'numpy 2.0'],
    [{ kind: 'name', name: 'numpy.float64' }, 'unknown', 'nothing against'],
    [{ kind: 'package', module: 'hmmlearn' }, 'fails', 'pip install hmmlearn'],
    [{ kind: 'package', module: 'sklearn' }, 'holds', 'scikit-learn'],
    [{ kind: 'package', module: 'somethingelse' }, 'unknown', 'not known'],
    [{ kind: 'package', module: 'toString' }, 'unknown', 'not known'],
    [{ kind: 'dataset', dataset: 'ann/tides' }, 'holds', 'ready'],
    [{ kind: 'dataset', dataset: 'ann/young' }, 'unknown', 'BLOBS_RECEIVED'],
    [{ kind: 'dataset', dataset: 'ann/gone' }, 'fails', 'no data set'],
    [{ kind: 'dataset', dataset: 'ann/never' }, 'unknown', 'not asked'],
  ])('%j %s', (probe, as, words) => {
    expect(Probe.parse(probe)).toEqual(probe);
    const answer = answerProbe(probe, GROUND);
    expect(answer.as).toBe(as);
    expect(answer.found).toContain(words);
    expect(describeProbe(probe)).not.toBe('');
    for (const file of listProbedFiles(probe)) expect(file).toMatch(/\.csv$/);
  });

  it('measures no correlation on the rows of the test, whatever lies there', () => {
    const probe: Probe = { kind: 'correlation', left: tide, right: led, lag: 2, atLeast: 0.9 };
    const before = answerProbe(probe, GROUND);
    const spoiled = makeSea().replaceAll(/^(2024-03-\d\d),([^,]*),[^,]*/gm, '$1,$2,99');
    const tables = new Map([['sea.csv', parseTable('sea.csv', spoiled)]]);
    expect(answerProbe(probe, { ...GROUND, tables })).toEqual(before);
    expect(answerProbe(probe, { ...GROUND, testFrom: null }).as).toBe('fails');
  });

  it('of another kind, with code in it, or of a place outside is none', () => {
    for (const wrong of [
      { kind: 'python', code: 'print(1)' },
      { kind: 'column', file: '../secret.csv', column: 'x' },
      { kind: 'column', file: '/etc/passwd', column: 'x' },
      { kind: 'column', file: 'a/../../b.csv', column: 'x' },
      { kind: 'name', name: 'os.system("id")' },
      { kind: 'dataset', dataset: 'ann/tides/3' },
      { kind: 'coverage', ...tide, rows: 0 },
    ])
      expect(Probe.safeParse(wrong).success).toBe(false);
  });

  it('has an answer for any table', () => {
    const cell = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('', '1', '-2.5', 'NaN', '2024-01-01', '3/4/2024', '1e999'));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 40 }), fc.nat(50), (rows, lag) => {
        const text = ['date,tide,catch', ...rows.map((row) => row.map((one) => `"${one.replaceAll('"', '')}"`).join(','))].join('\n');
        const ground = { ...GROUND, tables: new Map([['sea.csv', parseTable('sea.csv', text)]]) };
        for (const probe of [
          { kind: 'correlation', left: tide, right: led, lag, atLeast: 0.5 } as const,
          { kind: 'coverage', ...tide, rows: 1, from: '2024-01-01', to: '2024-01-01', missing: 0.5 } as const,
        ])
          expect(['holds', 'fails', 'unknown']).toContain(answerProbe(probe, ground).as);
      }),
      { numRuns: 200 },
    );
  });
});
