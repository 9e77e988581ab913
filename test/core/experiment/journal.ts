/** A journal in which every kind of fact of a loop happens once. */
import { findSubmissionNow } from '../../../src/core/experiment/move.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { makeFailure } from '../run/builders.ts';
import { ada, LoopWalk, makeProject, measured, measuredTarget } from './builders.ts';

export function makeLoopJournal(): RunEvent[] {
  const walk = new LoopWalk(makeProject({ noise: { reruns: 1 }, stop: { worth_hours: 1000 } })).begin();
  walk.data();
  walk.check();
  const [effect] = listEffects(walk.state);
  walk.send({ kind: 'delay', effectId: effect?.id ?? '', why: 'Kaggle has no room', until: 1, needs: null });
  const token = findSubmissionNow(walk.place.attempt)?.token ?? '';
  walk.send({ kind: 'loop-announce', token });
  walk.send({ kind: 'loop-withdraw', token, why: 'no room' });
  walk.run('failed');
  walk.fetch(makeFailure({ class: 'syntax_error' }));
  walk.order({ order: 'go-on' });
  walk.open();
  walk.order({ order: 'pause' });
  walk.order({ order: 'resume' });
  walk.order({ order: 'try', idea: 'a longer window' });
  walk.attempt(measured(false)).attempt(measured(false));
  const handedOver = { stage: 'architect' as const, summary: 'A plan.', value: null, files: [] };
  walk.events.push({ v: 1, at: 1, type: 'loop.handed_over', part: 'one', attempt: 2, handedOver });
  walk.order({ order: 'overrule', part: 'one', attempt: 1, reason: 'good enough' });
  walk.order({ order: 'final', part: 'one', attempt: 1 });
  walk.order({ order: 'next', part: 'two' });
  walk.attempt(measuredTarget(0.5));
  walk.order({ order: 'waive', target: 'direction', reason: 'too few days' }, ada);
  return walk.events;
}
