/** Curves of what the logs tell, for the threads of our own jobs and of those that are only watched. */
import { chartProgress, type ProgressTrack } from '../../charts/progress.ts';
import type { Part } from '../slots.ts';
import type { RunState } from '../state.ts';
import type { WatchState } from '../watch-schema.ts';
import { nameRun } from './name.ts';

/** Fewer values are told in words better than in a picture. */
const LEAST_POINTS = 3;

/** The loss of all attempts of a run so far, one curve each; nothing while there is none worth drawing. */
export function viewCurves(state: RunState, isFinal: boolean): Part[] {
  const last = state.jobs.at(-1);
  const tracks = state.jobs.map((job): ProgressTrack => {
    const examined = job === last ? state.sample?.result?.progress : undefined;
    return { name: `attempt ${job.attempt}`, progress: examined?.loss == null ? job.progress : examined };
  });
  return viewTracks(`Loss of ${nameRun(state)} on ${state.request.site}`, tracks, isFinal);
}

/** The loss of watched jobs, one curve each. */
export function viewWatchCurves(state: RunState, watch: WatchState, isFinal: boolean): Part[] {
  const tracks = watch.items.map(({ jobId, name, progress }): ProgressTrack => ({ name: `${jobId} ${name}`.trim(), progress }));
  return viewTracks(`Loss of ${nameRun(state)} on ${state.request.site}`, tracks, isFinal);
}

function viewTracks(title: string, tracks: readonly ProgressTrack[], isFinal: boolean): Part[] {
  const told = tracks.filter(({ progress }) => (progress?.loss?.points.length ?? 0) >= LEAST_POINTS);
  const chart = chartProgress({ title, tracks: told });
  return chart === null ? [] : [{ kind: 'picture', name: 'loss', chart, isFinal }];
}
