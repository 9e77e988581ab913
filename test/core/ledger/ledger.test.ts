import { describe, expect, it } from 'vitest';
import { writeCsv } from '../../../src/core/ledger/csv.ts';
import { drawTable } from '../../../src/core/ledger/describe.ts';
import { foldLedger, listRows, type RunLedger } from '../../../src/core/ledger/fold-run.ts';
import type { LedgerRow } from '../../../src/core/ledger/row.ts';
import { GROUPINGS, sumGroup, sumRows } from '../../../src/core/ledger/sum.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import fc from '../../support/properties.ts';
import { begun } from '../run/builders.ts';
import { anyJournal, ask, ends, finish, measure, plan, runs, see, turn, writeJournal } from './journals.ts';

const HOUR = 3_600_000;
const later = begun + 30 * HOUR;

function account(events: readonly RunEvent[], now = later): LedgerRow[] {
  const ledger = events.reduce<RunLedger | null>(foldLedger, null);
  return ledger === null ? [] : listRows(ledger, 'lab', now);
}

const brief = (rows: readonly LedgerRow[]) =>
  rows.map(({ kind, amount, soFar, source }) => [kind, amount, soFar, source.version, source.event]);

describe('a run as rows of the ledger', () => {
  it('counts each answer of a model, with who asked, for what and where it stands written', () => {
    const rows = account([ask('r1'), turn(begun + 1, 'claude-opus-5-5', 1_200, 0.25), finish(begun + 2)]);
    expect(rows).toEqual([
      {
        at: begun + 1,
        kind: 'tokens',
        about: 'claude-opus-5-5',
        amount: 1_200,
        job: '',
        cached: 0,
        dollars: 0.25,
        project: 'lab',
        run: 'r1',
        person: 'UADA0000001',
        outcome: 'READY',
        soFar: false,
        source: { of: 'run', id: 'r1', version: 2, event: 'agent.fact' },
      },
    ]);
  });

  it('counts GPUs of all nodes by the hours that the job ran, not those that it waited', () => {
    const start = begun + HOUR;
    const events = [
      ask('r1'),
      plan(begun, 1, { gpus: 4, cpus: 8, nodes: 2 }),
      see(begun, 1, { kind: 'active', state: 'pending', schedulerState: 'PENDING' }),
    ];
    expect(account(events)).toEqual([]);
    const over = [...events, see(start + 2 * HOUR, 1, ends({ startedAt: start, endedAt: start + HOUR / 2 }))];
    expect(brief(account(over))).toEqual([
      ['gpu-hours', 4, false, 4, 'job.observed'],
      ['cpu-hours', 8, false, 4, 'job.observed'],
    ]);
  });

  it('marks a job that still runs, and counts it no further than its time limit', () => {
    const events = [ask('r1'), plan(begun, 1, { gpus: 2 }), see(begun, 1, runs(begun))];
    // The builder's limit is ten minutes.
    expect(brief(account(events, begun + HOUR / 20))).toEqual([
      ['gpu-hours', 0.1, true, 3, 'job.observed'],
      ['cpu-hours', 0.05, true, 3, 'job.observed'],
    ]);
    expect(account(events)[0]?.amount).toBeCloseTo(2 / 6);
  });

  it('takes what the accounting says in the place of what was asked for, once', () => {
    const events = [
      ask('r1'),
      plan(begun, 1, { gpus: 1, cpus: 2 }),
      see(begun + HOUR, 1, ends({ startedAt: begun, endedAt: begun + HOUR })),
      measure(begun + HOUR, { seconds: 1_800, gpus: 2, cpus: 16 }),
    ];
    expect(brief(account(events))).toEqual([
      ['gpu-hours', 1, false, 4, 'sample.examined'],
      ['cpu-hours', 8, false, 4, 'sample.examined'],
    ]);
  });

  it('counts from the first look where nothing tells the start, and nothing where nobody saw it run', () => {
    const events = [ask('r1'), plan(begun, 1, { gpus: 1 })];
    const seen = [...events, see(begun + HOUR, 1, { kind: 'active', state: 'running', schedulerState: 'RUNNING' })];
    expect(account([...seen, see(begun + 3 * HOUR, 1, ends({}))])[0]?.amount).toBe(2);
    expect(account([...events, see(begun + HOUR, 1, ends({}))])).toEqual([]);
  });

  it('keeps the sums of a run that was read back from its record', () => {
    const events = [
      ask('r1'),
      turn(begun, 'claude-opus-5-5', 500, 0.5),
      plan(begun, 1, { gpus: 2 }),
      see(begun, 1, ends({ startedAt: begun, endedAt: begun + HOUR })),
    ];
    const started: RunEvent = {
      v: 1,
      at: begun,
      type: 'agent.fact',
      session: 'a1',
      fact: {
        kind: 'started',
        skill: 'diagnose-failure',
        tier: 'fast',
        task: '',
        limits: { turns: 1, toolCalls: 1, tokens: 1, dollars: 1, seconds: 1, repeats: 5 },
      },
    };
    const [first, ...rest] = events;
    const state = foldEvents(first === undefined ? [] : [first, started, ...rest]);
    const restored: RunEvent = { v: 1, at: later, type: 'run.restored', by: 'UADA0000001', state };
    const sums = sumGroup('', account([restored]));
    expect(sums).toEqual({ ...sumGroup('', account(events)), name: '' });
    expect(sums.amounts['gpu-hours']).toBe(2);
  });
});

describe('sums', () => {
  it('of any grouping are the sums of the raw journals, each row counted once', () => {
    fc.assert(
      fc.property(fc.array(anyJournal, { maxLength: 6 }), (made) => {
        const journals = made.map((one, index) => writeJournal(`r${index}`, one));
        const now = begun + 10 + 300_000;
        const rows = journals.flatMap((events, index) =>
          listRows(events.reduce<RunLedger | null>(foldLedger, null) as RunLedger, made[index]?.channel ?? '', now),
        );
        const work = made.flatMap((one) => one.work);
        const asked = work.filter(Array.isArray).flat();
        let tokens = 0;
        let dollars = 0;
        for (const event of asked)
          if (event.type === 'agent.fact' && event.fact.kind === 'turned') {
            tokens += event.fact.usage.input;
            dollars += event.fact.dollars;
          }
        // A job that goes on has run for five of its ten minutes.
        const gpuHours = work.reduce(
          (sum, item) => (Array.isArray(item) ? sum : sum + (item.gpus * item.nodes * (item.over ? item.seconds : 300)) / 3600),
          0,
        );
        for (const by of GROUPINGS) {
          const sums = sumRows(rows, by);
          const add = (read: (sum: (typeof sums)[number]) => number): number => sums.reduce((all, one) => all + read(one), 0);
          if (by !== 'cluster') {
            expect(add((sum) => sum.amounts.tokens)).toBe(tokens);
            expect(add((sum) => sum.dollars)).toBeCloseTo(dollars, 8);
          }
          if (by !== 'model') expect(add((sum) => sum.amounts['gpu-hours'])).toBeCloseTo(gpuHours, 6);
          expect(new Set(sums.map((sum) => sum.name)).size).toBe(sums.length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same whether a journal is folded at once or as it grows', () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(20), (made, cut) => {
        const events = writeJournal('r1', made);
        const first = events.slice(0, Math.max(1, cut)).reduce<RunLedger | null>(foldLedger, null);
        expect(events.slice(Math.max(1, cut)).reduce<RunLedger | null>(foldLedger, first)).toEqual(
          events.reduce<RunLedger | null>(foldLedger, null),
        );
      }),
      { numRuns: 60 },
    );
  });

  const rows = account([
    ask('r1'),
    turn(begun, 'claude-opus-5-5', 120_000, 1.5),
    turn(begun, 'claude-haiku-5-5', 40_000, 0.02),
    plan(begun, 1, { gpus: 2 }),
    see(begun, 1, ends({ startedAt: begun, endedAt: begun + HOUR })),
    plan(begun, 2, { gpus: 2 }),
    see(begun, 2, runs(begun)),
    finish(begun),
  ]);

  it('make a table with a line for all, without empty columns, that marks what still grows', () => {
    expect(drawTable(rows, 'what')).toMatchInlineSnapshot(`
      "model or cluster      $   tokens  GPU-h  CPU-h
      claude-opus-5-5   1.500  120,000      –      –
      claude-haiku-5-5  0.020   40,000      –      –
      lumi                  –        –  2.33*  1.17*
      all               1.520  160,000  2.33*  1.17*
      * counted so far: jobs still run"
    `);
    expect(drawTable(rows, 'model')).toMatchInlineSnapshot(`
      "model                 $   tokens
      claude-opus-5-5   1.500  120,000
      claude-haiku-5-5  0.020   40,000
      all               1.520  160,000"
    `);
    expect(drawTable(rows, 'outcome')).toMatchInlineSnapshot(`
      "outcome      $   tokens  GPU-h  CPU-h  runs
      READY    1.520  160,000  2.33*  1.17*     1
      * counted so far: jobs still run"
    `);
  });
});

describe('CSV', () => {
  const [row] = account([ask('r1'), turn(begun, 'claude-opus-5-5', 1_200, 0.25)]);
  const write = (about: string): string =>
    writeCsv(row === undefined ? [] : [{ ...row, about }])
      .split('\r\n')
      .slice(1)
      .join('\r\n');

  it('quotes what has commas, quotes and line ends', () => {
    expect(writeCsv(row === undefined ? [] : [row])).toMatchInlineSnapshot(`
      "at,kind,about,amount,cached,dollars,project,run,person,outcome,so_far,journal,version,event,job
      2026-01-05T09:00:00.000Z,tokens,claude-opus-5-5,1200,0,0.25,lab,r1,UADA0000001,going on,false,run r1,2,agent.fact,
      "
    `);
    expect(write('a,"b"\nc')).toContain(',"a,""b""\nc",');
  });

  it('holds nothing that a spreadsheet would calculate', () => {
    for (const evil of ['=HYPERLINK("http://x")', '+1+1', '-2', '@SUM(A1)', '\t=1', '\r=1', '＝1']) {
      const cell = write(evil).split(',tokens,')[1] ?? '';
      expect(cell.replace(/^"/, '')[0]).toBe("'");
    }
    expect(write('plain-name=1')).toContain(',plain-name=1,');
  });
});
