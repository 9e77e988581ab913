import { describe, expect, it } from 'vitest';
import type { PartRows } from '../../../src/backends/slurm/parse.ts';
import { decideParts, type PartsEvidence } from '../../../src/backends/slurm/parts.ts';
import fc from '../../support/properties.ts';

const ok = { status: 'answered', why: '' } as const;
const rows = (parts: Partial<PartRows> = {}): PartRows => ({ asked: true, queue: [], ended: [], bad: [], rest: null, ...parts });
const decide = (parts: Partial<PartsEvidence>) =>
  decideParts({ queueStatus: ok, accountingStatus: ok, rows: rows(), size: 10, inactiveMs: 0, ...parts });
const completed = { state: 'COMPLETED', count: 10, seconds: 100 };
const MINUTE = 60_000;

describe('an array or heterogeneous job', () => {
  it.each<[string, Partial<PartsEvidence>, object]>([
    [
      'runs while any part does',
      {
        rows: rows({
          queue: [
            { state: 'PENDING', reason: 'Priority', count: 8 },
            { state: 'RUNNING', reason: 'None', count: 2 },
          ],
        }),
      },
      { kind: 'active', state: 'running' },
    ],
    [
      'waits for the reason of most',
      {
        rows: rows({
          queue: [
            { state: 'PENDING', reason: 'Resources', count: 1 },
            { state: 'PENDING', reason: 'JobArrayTaskLimit', count: 9 },
          ],
        }),
      },
      { kind: 'active', state: 'pending', reason: 'JobArrayTaskLimit' },
    ],
    ['has ended when all ends are known', { rows: rows({ ended: [completed] }) }, { kind: 'ended', outcome: 'completed' }],
    [
      'has failed when a part has, whatever was cancelled beside it',
      {
        rows: rows({
          ended: [
            { state: 'CANCELLED by 7', count: 8, seconds: 0 },
            { state: 'FAILED', count: 2, seconds: 9 },
          ],
        }),
      },
      { kind: 'ended', outcome: 'failed' },
    ],
    [
      'is missing while the accounting lags',
      { rows: rows({ ended: [{ ...completed, count: 7 }] }), inactiveMs: MINUTE },
      { kind: 'missing' },
    ],
    [
      'has ended when the accounting never hears of the rest',
      { rows: rows({ ended: [{ ...completed, count: 7 }] }), inactiveMs: 3 * MINUTE },
      { kind: 'ended', outcome: 'completed' },
    ],
    [
      'was cancelled before most of it started',
      { rows: rows({ ended: [{ ...completed, count: 2 }], rest: 'CANCELLED by 7' }) },
      { kind: 'ended', outcome: 'cancelled' },
    ],
    [
      'may come back after a preemption',
      { rows: rows({ ended: [{ state: 'PREEMPTED', count: 10, seconds: 5 }] }), inactiveMs: MINUTE },
      { kind: 'missing' },
    ],
    [
      'does not come back after long',
      { rows: rows({ ended: [{ state: 'PREEMPTED', count: 10, seconds: 5 }] }), inactiveMs: 6 * MINUTE },
      { kind: 'ended', outcome: 'preempted' },
    ],
    [
      'is unknown when the queue does not answer',
      { queueStatus: { status: 'failed', why: 'no' }, rows: rows({ ended: [completed] }) },
      { kind: 'no-information' },
    ],
    [
      'is missing when the accounting does not answer',
      { accountingStatus: { status: 'failed', why: 'no' }, inactiveMs: 60 * MINUTE },
      { kind: 'missing' },
    ],
    ['is lost when nobody knows it for long', { inactiveMs: 20 * MINUTE }, { kind: 'ended', outcome: 'lost' }],
    [
      'is told by the queue where there is no accounting',
      { accountingStatus: { status: 'off', why: '' }, rows: rows({ queue: [{ state: 'COMPLETED', reason: '', count: 10 }] }) },
      { kind: 'ended', outcome: 'completed' },
    ],
  ])('%s', (_, evidence, observation) => {
    expect(decide(evidence).observation).toMatchObject(observation);
  });

  it('counts what never started as the rest', () => {
    expect(decide({ rows: rows({ ended: [{ ...completed, count: 2 }], rest: 'CANCELLED' }) }).parts?.over?.ended).toEqual([
      { outcome: 'cancelled', count: 8, seconds: 0 },
      { outcome: 'completed', count: 2, seconds: 100 },
    ]);
    expect(decide({ rows: rows({ asked: false, queue: [{ state: 'RUNNING', reason: '', count: 3 }] }) }).parts?.over).toBeNull();
  });

  it('never ends while the queue shows a part of it that is not over, or did not answer', () => {
    const State = fc.constantFrom('PENDING', 'RUNNING', 'COMPLETING', 'COMPLETED', 'FAILED', 'PREEMPTED', 'ODD');
    const Row = fc.record({ state: State, reason: fc.constantFrom('', 'Priority'), count: fc.integer({ min: 1, max: 9 }) });
    const Ended = fc.record({ state: State, count: fc.nat(9), seconds: fc.nat(99) });
    fc.assert(
      fc.property(
        fc.array(Row, { maxLength: 4 }),
        fc.array(Ended, { maxLength: 4 }),
        fc.nat(20),
        fc.boolean(),
        (queue, ended, minutes, answers) => {
          const queueStatus = answers ? ok : ({ status: 'failed', why: 'no' } as const);
          const { observation } = decide({ queueStatus, rows: rows({ queue, ended }), inactiveMs: minutes * MINUTE });
          const isAlive = queue.some(({ state }) => ['PENDING', 'RUNNING', 'COMPLETING'].includes(state));
          if (isAlive || !answers) expect(observation.kind).not.toBe('ended');
        },
      ),
    );
  });
});
