import { viewExperiment, viewExperimentStatus } from '../../experiment/view/index.ts';
import { redactDeep } from '../../redact.ts';
import type { Slot } from '../slots.ts';
import type { RunState } from '../state.ts';
import { viewAgents } from './agent.ts';
import { viewApprovals } from './approval.ts';
import { viewFailures } from './failure.ts';
import { viewMap } from './map.ts';
import { viewResult } from './result.ts';
import { viewStatus } from './status.ts';
import { viewWarnings } from './warning.ts';
import { viewStarts, viewWatchFailures, viewWatchResult, viewWatchStatus } from './watch.ts';

/** What the thread of a run should show now: the root first, then the replies in the order in which they came to be. Pure.
 *  Whatever a repository wrote into the plan: no known secret is in it. */
export function viewRun(state: RunState): Slot[] {
  const { watch, experiment } = state;
  if (experiment !== null) {
    const { root, replies, end } = viewExperiment(state, experiment);
    return redactDeep([root, ...sortReplies([...replies, ...viewApprovals(state), ...viewAgents(state)]), ...end]);
  }
  if (watch !== null) {
    const replies = sortReplies([
      ...viewStarts(state, watch),
      ...viewWarnings(state),
      ...viewWatchFailures(state, watch),
      ...viewAgents(state),
    ]);
    return redactDeep([viewWatchStatus(state, watch), ...replies, ...viewWatchResult(state, watch)]);
  }
  const replies = sortReplies([
    ...viewMap(state).map((slot) => ({ slot, at: state.steps.find((step) => step.name === 'navigate-repo')?.endedAt ?? 0 })),
    ...viewApprovals(state),
    ...viewFailures(state),
    ...viewAgents(state),
    ...viewWarnings(state),
  ]);
  return redactDeep([viewStatus(state), ...replies, ...viewResult(state)]);
}

/** The root alone: where the run stands. */
export function viewRoot(state: RunState): Slot {
  if (state.experiment !== null) return redactDeep(viewExperimentStatus(state, state.experiment));
  return redactDeep(state.watch === null ? viewStatus(state) : viewWatchStatus(state, state.watch));
}

function sortReplies(replies: readonly { readonly slot: Slot; readonly at: number }[]): Slot[] {
  return replies.toSorted((a, b) => a.at - b.at).map((item) => item.slot);
}
