/** Jobs that Reprobot did not start: what the accounting says once they are over, each once, and in no budget. */
import { expect, it, describe } from 'vitest';
import { tellRun } from '../../../src/core/diary/tell.ts';
import { countUses } from '../../../src/core/diary/used.ts';
import { listCosts } from '../../../src/core/digest/costs.ts';
import type { JobUsage } from '../../../src/core/jobs/usage.ts';
import { foldBudgets, judgeBudget } from '../../../src/core/ledger/budget.ts';
import { countRows } from '../../../src/core/ledger/count-once.ts';
import { writeCsv } from '../../../src/core/ledger/csv.ts';
import { drawTable } from '../../../src/core/ledger/describe.ts';
import { foldLedger, listRows, type RunLedger } from '../../../src/core/ledger/fold-run.ts';
import type { LedgerRow } from '../../../src/core/ledger/row.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import type { WatchExamined, WatchRequestItem } from '../../../src/core/run/watch-schema.ts';
import { sumHeld } from '../../../src/core/run/watch.ts';
import fc from '../../support/properties.ts';
import { ada, begun, research } from '../run/builders.ts';
import { ends } from './journals.ts';

const HOUR = 3_600_000;
const none = { limitSeconds: null, cpuSeconds: null, memoryAsked: null, memoryUsed: null, gpuPercent: null, gpuMemoryUsed: null };
const usage = (jobId: string, seconds: number, gpus: number, cpus: number): JobUsage => ({
  jobId,
  state: 'COMPLETED',
  elapsedSeconds: seconds,
  nodes: 1,
  gpus,
  cpus,
  ...none,
});

interface Watched {
  readonly jobId: string;
  readonly shape?: WatchRequestItem['shape'];
  readonly name?: string;
  readonly found: Partial<WatchExamined>;
}

/** A watch whose jobs have ended, each an hour after the other. */
function watch(run: string, jobs: readonly Watched[], site = 'lumi'): RunEvent[] {
  const items = jobs.map(({ jobId, shape = 'single', name = 'train-vit' }, index) => ({
    token: `${run}-w${index}`,
    jobId,
    shape,
    name,
    partition: 'gpu',
    submittedAt: begun,
  }));
  const empty = { progress: null, parts: null, logs: null, outputAt: null };
  const asked: RunEvent = {
    v: 1,
    at: begun,
    type: 'watch.requested',
    runId: run,
    by: ada,
    channel: research,
    site,
    target: { kind: 'all', left: 0, own: 0 },
    items,
  };
  return [
    asked,
    ...jobs.flatMap(({ jobId, found }, index): RunEvent[] => {
      const token = `${run}-w${index}`;
      const at = begun + (index + 1) * HOUR;
      return [
        { v: 1, at, type: 'watch.observed', looks: [{ ...empty, token, observation: ends({ startedAt: begun, endedAt: at }) }] },
        {
          v: 1,
          at,
          type: 'watch.examined',
          found: { token, looked: [{ id: jobId, failure: null }], final: true, usage: null, proposal: null, ...found },
        },
      ];
    }),
  ];
}

function account(events: readonly RunEvent[]): LedgerRow[] {
  const ledger = events.reduce<RunLedger | null>(foldLedger, null);
  return ledger === null ? [] : listRows(ledger, 'lab', begun + 99 * HOUR);
}

const brief = (rows: readonly LedgerRow[]) => rows.map(({ kind, job, amount }) => `${kind} ${job} ${amount}`);
const single = { jobId: '77', found: { usage: usage('77', 7_200, 4, 32) } };

describe('a watched job', () => {
  it('is counted once it is over, with whoever has it watched and the event that says so', () => {
    const rows = account(watch('rw', [single]));
    expect(rows[0]).toEqual({
      at: begun + HOUR,
      kind: 'watched-gpu-hours',
      about: 'lumi',
      job: '77',
      amount: 8,
      cached: 0,
      dollars: null,
      project: 'lab',
      run: 'rw',
      person: ada,
      outcome: 'going on',
      soFar: false,
      source: { of: 'run', id: 'rw', version: 3, event: 'watch.examined' },
    });
    expect(brief(rows)).toEqual(['watched-gpu-hours 77 8', 'watched-cpu-hours 77 64']);
  });

  it('is no guess: without the accounting, before its end, or of the worst part of many it is not counted', () => {
    expect(account(watch('rw', [{ jobId: '77', found: {} }]))).toEqual([]);
    expect(account(watch('rw', [{ jobId: '77', found: { ...single.found, final: false } }]))).toEqual([]);
    expect(account(watch('rw', [{ jobId: '77', shape: 'array', found: { usage: usage('77_1', 60, 1, 1) } }]))).toEqual([]);
  });

  it('of a run of ours is counted by that run', () => {
    expect(account(watch('rw', [{ ...single, name: 'rb-rabc2345-a1' }]))).toEqual([]);
    expect(tellRun(watch('rw', [{ ...single, name: 'rb-rabc2345-a1' }])).flatMap(({ figures }) => figures.map(({ name }) => name))).toEqual(
      ['run time'],
    );
  });

  it('is still counted when the watch was read back from its record', () => {
    const events = watch('rw', [single]);
    const restored: RunEvent = { v: 1, at: begun + 9 * HOUR, type: 'run.restored', by: ada, state: foldEvents(events) };
    expect(brief(account([restored]))).toEqual(brief(account(events)));
  });

  it('is in no budget, and has columns and a line of its own', () => {
    const rows = account(watch('rw', [single]));
    const [budget] = foldBudgets([
      { v: 1, type: 'budget.set', at: begun, id: 's', by: ada, kind: 'gpu-hours', amount: 1, span: 'total' },
    ]).now;
    if (budget === undefined) throw new Error('no budget');
    expect(judgeBudget(budget, rows, begun + HOUR)).toMatchObject({ used: 0, state: 'free' });
    expect(drawTable(rows, 'cluster')).toBe(
      [
        'cluster  watched GPU-h  watched CPU-h',
        'lumi                 8             64',
        'watched: jobs that I did not start, once they are over; no budget counts them',
      ].join('\n'),
    );
    expect(writeCsv(rows).split('\r\n')[1]).toContain('watched-gpu-hours,lumi,8,');
    expect(writeCsv(rows).split('\r\n')[1]).toMatch(/,77$/);
  });
});

describe('what all parts of a job held', () => {
  it('is the sum of them; of an array of which only the newest were read, by what all of them ran', () => {
    const tasks = [usage('9_1', 100, 2, 8), usage('9_2', 50, 2, 8)];
    expect(sumHeld(tasks, { shape: 'array', parts: null })).toEqual({ gpuSeconds: 300, coreSeconds: 1_200 });
    const ended = [
      { outcome: 'completed' as const, count: 9, seconds: 1_400 },
      { outcome: 'failed' as const, count: 1, seconds: 100 },
    ];
    const parts = { size: 10, active: [], ended, bad: [] };
    expect(sumHeld(tasks, { shape: 'array', parts })).toEqual({ gpuSeconds: 3_000, coreSeconds: 12_000 });
    // Components ask for different things; all of them are read.
    expect(sumHeld([usage('9+0', 100, 0, 1), usage('9+1', 100, 8, 64)], { shape: 'heterogeneous', parts })).toEqual({
      gpuSeconds: 800,
      coreSeconds: 6_500,
    });
  });
});

describe('a job that several threads watch', () => {
  const array = { jobId: '9', shape: 'array' as const, found: { held: { gpuSeconds: 36_000, coreSeconds: 36_000 } } };
  const task = { jobId: '9_3', found: { usage: usage('9_3', 3_600, 1, 1) } };

  it('is counted once, and a task not beside its array; the same id at another cluster is another job', () => {
    const rows = [
      ...account(watch('rone', [task, single])),
      ...account(watch('rtwo', [single, array])),
      ...account(watch('rthree', [single], 'olivia')),
    ];
    expect(brief(countRows(rows))).toEqual([
      'watched-gpu-hours 77 8',
      'watched-cpu-hours 77 64',
      'watched-gpu-hours 9 10',
      'watched-cpu-hours 9 10',
      'watched-gpu-hours 77 8',
      'watched-cpu-hours 77 64',
    ]);
  });

  it('stands once in the digest, apart from what Reprobot started', () => {
    const entries = [...tellRun(watch('rone', [task, single])), ...tellRun(watch('rtwo', [single, array]))];
    expect(listCosts(entries, []).map((line) => line.map(({ text }) => text).join(''))).toEqual(['18 GPU hours of watched jobs']);
    expect(
      countUses(entries)
        .filter(({ source }) => source.event === 'watch.examined')
        .map(({ job }) => job),
    ).toEqual(['77', '9']);
  });

  it('never adds up to more than all jobs of the cluster, whoever watches what in which order', () => {
    const ids = fc.array(fc.constantFrom('1', '2', '2_0', '2_1', '2_2', '3+0', '3+1', '4'), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 4 }), (threads) => {
        const rows = threads.flatMap((jobs, index) =>
          account(
            watch(
              `r${index}`,
              [...new Set(jobs)].map((jobId) => ({ jobId, found: { held: { gpuSeconds: 3_600, coreSeconds: 0 } } })),
            ),
          ),
        );
        const counted = countRows(rows).map(({ job }) => job);
        expect(new Set(counted).size).toBe(counted.length);
        const all: string[] = threads.flat();
        const expected = new Set(all.filter((job) => !job.includes('_') || !all.includes(job.replace(/_.*/, ''))));
        expect(new Set(counted)).toEqual(expected);
      }),
    );
  });
});
