import type { RunState } from '../src/core/run/state.ts';

/** Totals that the plan knows, so that a log without them still gives a bar. */
export function expectedOf(state: RunState): { steps?: number; epochs?: number } {
  const expected = state.sample?.plan.expected ?? null;
  if (expected === null) return {};
  return expected.unit === 'step' ? { steps: expected.total } : { epochs: expected.total };
}
