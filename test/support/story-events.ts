/** Journals as runs of a lab would write them, the same each time: for tests and for the benchmark of the story. */
import type { RunEvent } from '../../src/core/run/events.ts';
import { begun, makeFailure, makeLoss, makeProgress, makeResult, Walk } from '../core/run/builders.ts';

const HOUR = 3_600_000;

/** A run that runs out of GPU memory, is changed and comes out well; `number` makes it another one, with a loss of its own. Every third one
 *  needs half the batch of the others. */
export function makeJournal(number: number, more = 0): RunEvent[] {
  const walk = Walk.begin().toJob();
  walk.observe({ kind: 'active', state: 'running', schedulerState: 'RUNNING' });
  walk.observe({ kind: 'ended', outcome: 'failed', exitCode: 1, signal: null, evidence: 'exit-record', schedulerState: 'FAILED' });
  const batch = number % 3 === 1 ? '4' : '8';
  walk.fail(makeFailure({ remedy: { kind: 'set-argument', argument: '--batch-size', value: batch } }));
  const failed = walk.events.length;
  return spread(finish(walk, number), number, failed, more);
}

function finish(walk: Walk, number: number): RunEvent[] {
  for (let turn = 0; walk.state.verdict === null && turn < 20; turn += 1) {
    if (walk.state.approvals.some((approval) => approval.settled === null)) walk.approve();
    else if (walk.state.steps.at(-1)?.phase === 'watch') {
      const last = Number((2.2 - number * 0.01).toFixed(4));
      const loss = makeLoss([4.1, last]);
      walk.toEnd({
        kind: 'examined',
        result: makeResult(
          makeProgress({
            current: 20,
            total: 20,
            fraction: 1,
            loss,
            metrics: { loss: last, accuracy: Number((0.5 + number * 0.001).toFixed(4)) },
          }),
        ),
        failure: null,
        documents: [],
      });
    } else walk.work();
  }
  return walk.events;
}

/** The events under a name and at a time of their own, with as many notes of people after the failure as asked for. */
function spread(events: readonly RunEvent[], number: number, failed: number, more: number): RunEvent[] {
  const shift = number * HOUR;
  const runId = `rlab${String(number).padStart(5, '0')}`;
  const own = events.map((event): RunEvent => {
    const moved = { ...event, at: event.at + shift };
    return 'runId' in moved ? { ...moved, runId } : moved;
  });
  const at = own[failed - 1]?.at ?? begun;
  const notes = Array.from({ length: more }, (_, index): RunEvent => ({
    v: 1,
    at: at + index,
    type: 'note.added',
    by: index % 2 === 0 ? 'UADA0000001' : 'UBEN0000002',
    text: `what about half the batch, ${index}?`,
    ts: null,
  }));
  return [...own.slice(0, failed), ...notes, ...own.slice(failed)];
}
