import { redactDeep } from '../../redact.ts';
import type { Slot } from '../slots.ts';
import type { RunState } from '../state.ts';
import { viewAgents } from './agent.ts';
import { viewApprovals } from './approval.ts';
import { viewFailures } from './failure.ts';
import { viewMap } from './map.ts';
import { viewResult } from './result.ts';
import { viewStatus } from './status.ts';

/** What the thread of a run should show now: the root first, then the replies in the order in which they came to be. Pure.
 *  Whatever a repository wrote into the plan: no known secret is in it. */
export function viewRun(state: RunState): Slot[] {
  const replies = [
    ...viewMap(state).map((slot) => ({ slot, at: state.steps.find((step) => step.name === 'navigate-repo')?.endedAt ?? 0 })),
    ...viewApprovals(state),
    ...viewFailures(state),
    ...viewAgents(state),
  ].sort((a, b) => a.at - b.at);
  return redactDeep([viewStatus(state), ...replies.map((item) => item.slot), ...viewResult(state)]);
}
