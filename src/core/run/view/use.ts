import type { Chart } from '../../charts/schema.ts';
/** Pictures of what jobs used and of how long they waited, for the last word about them. */
import { chartJobs, chartUsage, type JobSpan } from '../../charts/usage.ts';
import type { Observation } from '../../jobs/job.ts';
import type { Part } from '../slots.ts';
import type { RunState } from '../state.ts';
import type { WatchState } from '../watch-schema.ts';
import { nameRun } from './name.ts';

/** Of the jobs of a run: the last one's use, and the times of all where there were several. */
export function viewUse(state: RunState): Part[] {
  const usage = state.sample?.result?.usage;
  const spans = state.jobs.flatMap(({ attempt, ref, observation, lastActive }): JobSpan[] =>
    ref === null ? [] : [readSpan(`attempt ${attempt}`, ref.submittedAt, observation, lastActive ?? null)],
  );
  return [...draw('use', usage === undefined ? null : chartUsage(usage)), ...draw('jobs', chartSeveral(state, spans))];
}

/** Of watched jobs. */
export function viewWatchUse(state: RunState, watch: WatchState): Part[] {
  const [only] = watch.items;
  const usage = watch.items.length === 1 ? (only?.usage ?? null) : null;
  const spans = watch.items.map((item) =>
    readSpan(`${item.jobId} ${item.name}`.trim(), item.submittedAt, item.observation, item.lastActive),
  );
  return [...draw('use', usage === null ? null : chartUsage(usage)), ...draw('jobs', chartSeveral(state, spans))];
}

/** One job's times are told in words better. */
function chartSeveral(state: RunState, spans: readonly JobSpan[]): Chart | null {
  return spans.length < 2
    ? null
    : chartJobs(`Jobs of ${nameRun(state)} on ${state.request.site}: waiting and running`, spans, state.updatedAt);
}

function readSpan(name: string, submittedAt: number, observation: Observation | null, lastActive: Observation | null): JobSpan {
  const active = lastActive?.kind === 'active' ? lastActive.startedAt : undefined;
  if (observation?.kind !== 'ended') return { name, submittedAt, startedAt: active ?? null, endedAt: null, failed: false };
  const { startedAt = active, endedAt, outcome } = observation;
  return { name, submittedAt, startedAt: startedAt ?? null, endedAt: endedAt ?? null, failed: outcome !== 'completed' };
}

function draw(name: string, chart: Chart | null): Part[] {
  return chart === null ? [] : [{ kind: 'picture', name, chart, isFinal: true }];
}
