import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { Attempt } from './entry.ts';

type Place = (event: RunEvent, before: RunState | null, after: RunState) => Attempt | null;

/** What a try is in each kind of run, and what ends one. */
const PLACES: { readonly [K in RunState['kind']]: Place } = {
  reproduce: placeInStep,
  watch: () => null,
};

/** The try that an event belongs to, or null for what is of the whole run. */
export const placeEvent: Place = (event, before, after) => PLACES[after.kind](event, before, after);

const OF_THE_RUN: ReadonlySet<RunEvent['type']> = new Set([
  'run.requested',
  'run.finished',
  'run.resumed',
  'run.restored',
  'cancel.requested',
  'access.refused',
  'note.added',
]);

const ENDS: { readonly [T in RunEvent['type']]?: 'done' | 'failed' } = { 'step.done': 'done', 'step.failed': 'failed' };

function placeInStep(event: RunEvent, before: RunState | null, after: RunState): Attempt | null {
  if (OF_THE_RUN.has(event.type)) return null;
  if ('step' in event && 'attempt' in event) return { of: event.step, number: event.attempt, end: ENDS[event.type] ?? null };
  if ('id' in event && typeof event.id === 'number') {
    const asked = after.approvals.find((approval) => approval.id === event.id);
    if (asked !== undefined) return { of: asked.step, number: asked.attempt, end: null };
  }
  // What is told between two tries, such as a changed plan, comes of the one before.
  const { steps } = before ?? after;
  const current = steps.find((step) => step.status === 'running' || step.status === 'failed') ?? steps.findLast((step) => step.attempt > 0);
  return current === undefined ? null : { of: current.name, number: current.attempt, end: null };
}
