import type { Observation } from '../../src/core/jobs/job.ts';
import type { JobReport, TrackedJob } from '../../src/ports.ts';

/** What a run wants looked at in one tick, and what it does with the answers. */
export interface PolledRun {
  readonly runId: string;
  readonly jobs: readonly TrackedJob[];
  /** Takes the reports of this tick in; resolves with the seconds that its logs say are left, as far as they do. */
  take(reports: ReadonlyMap<string, JobReport>, answeredAt: number | null): Promise<readonly number[]>;
}

/** An observation that told nothing says when one last did. */
export function noteSilence(observation: Observation, answeredAt: number | null): Observation {
  return observation.kind === 'no-information' && answeredAt !== null ? { ...observation, lastSeenAt: answeredAt } : observation;
}
