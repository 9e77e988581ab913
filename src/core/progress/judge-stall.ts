import { formatDuration } from '../run/format.ts';
import { findFraction, pickMain, pickTrack } from './pick-main.ts';
import { findMedian } from './quantiles.ts';
import { listSegments } from './segments.ts';
import { EPOCH_ENDED, VALIDATED, type ProgressState } from './state.ts';

export interface Stall {
  readonly stalled: boolean;
  readonly silentSeconds: number;
  /** Silence that this job's own habits allow at this place. */
  readonly allowedSeconds: number;
  /** For people, with numbers; empty while nothing is wrong. */
  readonly words: string;
}

/** No silence shorter than this is ever an alarm. */
const FLOOR = 600;
/** Before the first pause, and where a new kind of pause is due, more is allowed: the first validation may be long. */
const UNKNOWN = 1800;
/** Before the first sign of progress: a log may tell no more than the ends of epochs. */
const NO_SIGN = 3600;
/** A silence this many times as long as usual was a pause. */
const PAUSE_FACTOR = 3;
/** Fewer advances are no habit. */
const MIN_HABIT = 5;
const NO_HABITS = { usual: 0, longest: 0, seen: 0, count: 0, passedEnd: false };
const USUAL_FACTOR = 5;
const LONGEST_FACTOR = 3;
/** An epoch's end is due within this share of an epoch, as far as lines tell. */
const NEAR_END = 0.1;

/**
 * Says whether a job has been silent for longer than its own habits allow. `now` is in epoch milliseconds, on the clock of the reads.
 * Null where it is not known when text arrived. Never an alarm for a pause as long as those before, nor for a first validation.
 */
export function judgeStall(state: ProgressState, now: number): Stall | null {
  const { heardAt, gaps } = state.arrival;
  if (heardAt === null) return null;
  const silentSeconds = Math.max(0, (now - heardAt) / 1000);
  const { usual, longest, seen, count, passedEnd } = findHabits(state);
  const longestSilence = Math.max(gaps[0] ?? 0, longest);
  const habits = Math.max(FLOOR, USUAL_FACTOR * usual, LONGEST_FACTOR * longestSilence);
  const hasPaused = passedEnd || longestSilence > PAUSE_FACTOR * usual;
  const first =
    count === 0 ? NO_SIGN : count < MIN_HABIT || !hasPaused || isPauseDue(state) ? Math.max(UNKNOWN, isPauseDue(state) ? seen : 0) : 0;
  const allowedSeconds = Math.max(habits, first);
  const stalled = silentSeconds > allowedSeconds;
  return { stalled, silentSeconds, allowedSeconds, words: stalled ? describe(silentSeconds, usual, longestSilence) : '' };
}

function describe(silent: number, usual: number, longest: number): string {
  const habit = usual > 0 ? `this job usually moves every ${formatDuration(usual)}` : 'it has not told of any progress yet';
  const before = longest > 0 ? ` and was never silent for longer than ${formatDuration(longest)}` : '';
  return `No output for ${formatDuration(silent)}; ${habit}${before}.`;
}

/** Seconds between two advances, the longest of them, and all that was seen. */
function findHabits(state: ProgressState): { usual: number; longest: number; seen: number; count: number; passedEnd: boolean } {
  const tracker = pickMain(state) ?? state.trackers.find(({ unit }) => unit === 'epoch');
  if (tracker === undefined) return NO_HABITS;
  const segments = listSegments(pickTrack(state, tracker).track);
  const seconds = segments.map((segment) => segment.seconds);
  const passedEnd = segments.some(({ marks }) => (marks & (EPOCH_ENDED | VALIDATED)) !== 0);
  if (seconds.length === 0) return NO_HABITS;
  return {
    usual: findMedian(seconds),
    longest: Math.max(...seconds),
    seen: seconds.reduce((sum, each) => sum + each, 0),
    count: seconds.length,
    passedEnd,
  };
}

/** True where the log speaks of a pause, or an end is near after which evaluation or saving is usual. */
function isPauseDue(state: ProgressState): boolean {
  if (state.phase !== 'training') return true;
  const main = pickMain(state);
  if ((findFraction(state, main) ?? 0) > 1 - NEAR_END / 2) return true;
  if (main === null || main.total === null || main.total <= 0) return state.epoch !== null && main === null;
  return main.perEpoch && main.current / main.total > 1 - NEAR_END;
}
