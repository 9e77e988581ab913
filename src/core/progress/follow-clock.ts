import type { Stamp } from './read-clock.ts';
import type { ProgressState } from './state.ts';

const DAY = 86_400;
/** Lines of several ranks or streams are written a little out of order. */
const DISORDER = 120;

/** Sets the clock of the log to the time that a line carries. A step back by more than disorder is another zone, and moves the zero only. */
export function followStamp(state: ProgressState, stamp: Stamp): void {
  const { clock } = state;
  let { seconds } = stamp;
  if (!stamp.hasDate) {
    // A date that was seen before stays; else days are counted from the first time of day.
    if (clock.source === 'stamp' && clock.seconds !== null) {
      const midnight = Math.floor(clock.seconds / DAY) * DAY;
      seconds += midnight;
      if (seconds < clock.seconds - DAY / 2) seconds += DAY;
    }
  }
  if (!Number.isFinite(seconds)) return;
  if (clock.source !== 'stamp') {
    shiftWays(state, seconds - (clock.seconds ?? seconds));
    clock.source = 'stamp';
    clock.seconds = seconds;
  } else if (clock.seconds === null || seconds >= clock.seconds) clock.seconds = seconds;
  else if (seconds < clock.seconds - DISORDER) {
    shiftWays(state, seconds - clock.seconds);
    clock.seconds = seconds;
  }
  clock.ticks += 1;
}

/** Moves what was timed before onto the clock that holds now. */
function shiftWays(state: ProgressState, by: number): void {
  if (by === 0) return;
  for (const tracker of state.trackers) {
    for (const point of tracker.told.points) point[1] += by;
    const { tip, points } = tracker.told;
    if (tip !== null && !points.includes(tip)) tip[1] += by;
    if (tracker.zero !== null) tracker.zero += by;
  }
  state.saves = state.saves.map((at) => at + by);
}
