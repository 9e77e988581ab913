/** Sessions at Kaggle, as a loop's journal tells of them. */
import { expect, it } from 'vitest';
import { foldLedger, listRows, type RunLedger } from '../../../src/core/ledger/fold-run.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import { ended, LoopWalk, TERMS } from '../experiment/builders.ts';
import { running } from '../run/builders.ts';

const HOUR = 3_600_000;
const terms = (accelerator: 'gpu' | 'none') => ({ ...TERMS, accelerator, datasets: [...TERMS.datasets] });

/** A loop whose first session was pushed, seen running half an hour later, and has perhaps ended an hour after that. */
function walk(accelerator: 'gpu' | 'none', isOver: boolean): LoopWalk {
  const loop = new LoopWalk();
  loop.open({ terms: terms(accelerator) });
  loop.approve();
  loop.data();
  loop.check();
  loop.push();
  loop.step = HOUR / 2;
  loop.look(running);
  loop.step = HOUR;
  if (isOver) loop.look(ended());
  return loop;
}
function account(events: readonly RunEvent[], now: number) {
  const ledger = events.reduce<RunLedger | null>(foldLedger, null);
  return ledger === null ? [] : listRows(ledger, 'lab', now);
}

it('counts the hours of a session with a GPU from when it was seen running', () => {
  const { events } = walk('gpu', true);
  expect(account(events, 0)).toMatchObject([
    { kind: 'kaggle-hours', about: 'Kaggle GPU', amount: 1, soFar: false, person: 'UADA0000001', source: { event: 'loop.observed' } },
  ]);
});

it('marks a session that still runs, and counts it no further than its limit', () => {
  const { events } = walk('gpu', false);
  const at = events.at(-1)?.at ?? 0;
  expect(account(events, at + HOUR / 4)).toMatchObject([{ amount: 0.25, soFar: true }]);
  expect(account(events, at + 9 * HOUR)[0]?.amount).toBe(TERMS.minutes / 60);
});

it('counts nothing that the quota does not', () => {
  expect(account(walk('none', true).events, 0)).toEqual([]);
});

it('keeps the hours of a loop that was read back from its record', () => {
  const { events } = walk('gpu', true);
  const restored: RunEvent = { v: 1, at: 5, type: 'run.restored', by: 'UADA0000001', state: foldEvents(events) };
  // From push to end, which is what the record keeps.
  const rows = account([restored], 0);
  expect(rows).toMatchObject([{ kind: 'kaggle-hours' }]);
  expect(rows[0]?.amount).toBeCloseTo(1.5, 2);
});
