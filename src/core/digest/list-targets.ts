import type { RunState } from '../run/state.ts';
import { nameRun } from '../run/view/name.ts';
import type { TargetStand } from './results.ts';

/** Where the experiments of a project stand against their targets: the newest measured attempt of each meta-model. */
export function listTargets(states: readonly RunState[]): TargetStand[] {
  return states.flatMap((state) => {
    const meta = state.experiment?.parts.find((part) => part.kind === 'meta');
    const measured = meta?.attempts.findLast((attempt) => attempt.measured?.targets !== null && attempt.measured !== null)?.measured;
    return (measured?.targets ?? []).map(({ metric, direction, threshold, value }) => ({
      state,
      about: nameRun(state),
      metric,
      direction,
      threshold,
      value,
    }));
  });
}
