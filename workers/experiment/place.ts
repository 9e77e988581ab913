import { findPlace, findSubmissionNow, type Place } from '../../src/core/experiment/move.ts';
import type { Submission } from '../../src/core/experiment/schema.ts';
import type { KernelRun } from '../../src/core/kaggle/kernel-run.ts';
import type { RunState } from '../../src/core/run/state.ts';

/** The attempt that an effect is about. */
export function requirePlace(state: RunState): Place {
  const place = state.experiment === null ? null : findPlace(state.experiment);
  if (place === null) throw new Error(`no attempt of run ${state.id} goes on`);
  return place;
}

export function requireSubmission({ attempt }: Place): Submission {
  const submission = findSubmissionNow(attempt);
  if (submission === undefined) throw new Error('a push without its plan');
  return submission;
}

/** The kernel of a push that was made. */
export function requireKernel(place: Place): KernelRun {
  const { kernel } = requireSubmission(place);
  if (kernel === null) throw new Error('nothing was pushed yet');
  return kernel;
}
