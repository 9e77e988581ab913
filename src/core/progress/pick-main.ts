import { locate } from './follow-position.ts';
import type { ProgressState, Track, Tracker } from './state.ts';

/** The counter that stands for the run: no side work, a known end before none, the finer counter, then the newer; null where only epochs are told. */
export function pickMain(state: ProgressState): Tracker | null {
  const ranked = state.trackers
    .filter((tracker) => !tracker.aside && tracker.unit !== 'epoch')
    .sort((a, b) => scoreTracker(state, b) - scoreTracker(state, a) || b.line - a.line);
  return ranked[0] ?? null;
}

function scoreTracker(state: ProgressState, tracker: Tracker): number {
  const { total, advances, key } = tracker;
  const words = key.startsWith('bar') ? 0 : 1;
  // The bars of an evaluation may be longer than that of the training, which is announced.
  const isAnnounced = total !== null && total === state.announced.steps;
  return (
    (isAnnounced ? 1e13 : 0) +
    (advances >= 3 ? 1e12 : 0) +
    (findEnd(state, tracker) === null ? 0 : 1e11) +
    (total === null ? 0 : 1e10 + Math.min(total, 1e9) * 2) +
    words
  );
}

/** Epochs of the whole run; null where nothing tells. */
export function findEpochs(state: ProgressState): number | null {
  return state.expected.epochs ?? state.epoch?.total ?? state.announced.epochs;
}

/** The total of a counter. What the plan knows of a run that stops early holds before what its log announces. */
export function findTotal(state: ProgressState, tracker: Tracker): number | null {
  if (tracker.perEpoch || !['step', 'round', 'trial'].includes(tracker.unit)) return tracker.total;
  const { steps } = state.expected;
  if (tracker.total !== null) return steps !== undefined && steps < tracker.total && steps >= tracker.current ? steps : tracker.total;
  return steps ?? state.announced.steps;
}

/** Where the way of a counter ends, on the scale of its points; null where that is not known. */
export function findEnd(state: ProgressState, tracker: Tracker): number | null {
  if (tracker.unit === 'epoch' || tracker.perEpoch) {
    const epochs = findEpochs(state);
    return epochs !== null && epochs > 0 ? epochs : null;
  }
  const total = findTotal(state, tracker);
  return total !== null && total > 0 ? total : null;
}

/** Share of the run that is done, 0 to 1; null where no end is known. */
export function findFraction(state: ProgressState, main: Tracker | null): number | null {
  const end = main === null ? null : findEnd(state, main);
  const at = main === null ? null : locate(state, main);
  if (end !== null && at !== null) return clamp(at / end);
  if (main !== null && !main.perEpoch && end !== null) return clamp(main.current / end);
  const epochs = findEpochs(state);
  if (state.epoch === null || epochs === null || epochs <= 0) return null;
  const before = state.epoch.zeroBased ? state.epoch.current : state.epoch.current - 1;
  return clamp((before + (state.epoch.done ? 1 : 0)) / epochs);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** The way of a counter by the best clock there is: stamps in the log, then the times of the reads, then durations that the log states. */
export function pickTrack(state: ProgressState, tracker: Tracker): { track: Track; by: 'stamp' | 'arrival' | 'stated' } {
  if (state.clock.source === 'stamp' && tracker.told.points.length > 1) return { track: tracker.told, by: 'stamp' };
  const isHeard = tracker.heard.points.length >= 4 || tracker.told.points.length < 2;
  return isHeard ? { track: tracker.heard, by: 'arrival' } : { track: tracker.told, by: 'stated' };
}
