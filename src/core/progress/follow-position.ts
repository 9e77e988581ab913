import { addPoint, startTrack } from './keep-points.ts';
import type { Position } from './read-position.ts';
import { EPOCH_ENDED, RESTARTED, type ProgressState, type Tracker } from './state.ts';

const MAX_TRACKERS = 12;
const MAX_STATED = 21;
/** Lines that go on behind the newest place before that is a restart and not another rank. */
const CONFIRM_RESTART = 4;

type Move = 'forward' | 'same' | 'lap' | 'restart' | 'behind';

/** Moves the counter that a line names. */
export function followPosition(state: ProgressState, position: Position, line: number): void {
  const tracker = findTracker(state, position, line);
  const wasPerEpoch = tracker.perEpoch;
  tracker.runsOn ||= tracker.unit === 'step' && position.total !== null && position.total === state.announced.steps;
  tracker.perEpoch = !tracker.runsOn && (tracker.perEpoch || position.perEpoch);
  const isNew = tracker.advances === 0;
  const move = isNew ? 'forward' : judgeMove(state, tracker, position);
  if (move === 'behind') return;
  const moved = position.current - tracker.current;
  if (tracker.runsOn) tracker.perEpoch = false;
  if (position.total !== null) tracker.total = position.total;
  tracker.behind = null;
  if (move === 'same' && tracker.advances > 0) {
    followTime(state, tracker, position, 0);
    return;
  }
  const learned = tracker.total === null && move === 'lap' && tracker.unit !== 'epoch';
  if (learned) tracker.total = tracker.current;
  if (move === 'lap') startLap(tracker);
  if (wasPerEpoch !== tracker.perEpoch || learned) [tracker.told, tracker.heard] = [startTrack(), startTrack()];
  if (move === 'restart') restart(state, tracker);
  tracker.current = position.current;
  tracker.epochSeen = position.epoch ?? state.epoch?.current ?? null;
  tracker.advances += 1;
  tracker.moved = true;
  const isTimed = followTime(state, tracker, position, move === 'forward' ? moved : 0);
  if (position.secondsPerUnit !== null && Number.isFinite(position.secondsPerUnit)) {
    tracker.stated.push(position.secondsPerUnit);
    if (tracker.stated.length > MAX_STATED) tracker.stated.shift();
  }
  tracker.statedLeft = position.left;
  tracker.line = line;
  const at = locate(state, tracker);
  if (isTimed && at !== null) {
    addPoint(tracker.told, at, Math.max(state.clock.seconds ?? 0, 0), tracker.marks);
    tracker.marks = 0;
  }
  if (tracker.aside) return;
  state.phase = 'training';
  if (tracker.unit !== 'epoch' || !hasInner(state)) state.resuming = false;
}

/** Where a counter stands on its way: in epochs where it starts anew with each, else in its own units; null while that is not known. */
export function locate(state: ProgressState, tracker: Tracker): number | null {
  if (!tracker.perEpoch) return tracker.current;
  if (tracker.total === null || tracker.total <= 0) return null;
  const { epoch } = state;
  const before = tracker.epochSeen === null ? tracker.lap : tracker.epochSeen - (epoch?.zeroBased === true ? 0 : 1);
  return Math.max(0, before) + Math.min(1, tracker.current / tracker.total);
}

/** Sets a mark on the way of every counter. */
export function markWay(state: ProgressState, mark: number): void {
  for (const tracker of state.trackers) {
    tracker.marks |= mark;
    tracker.heardMarks |= mark;
  }
}

function judgeMove(state: ProgressState, tracker: Tracker, position: Position): Move {
  const epoch = position.epoch ?? state.epoch?.current ?? null;
  const isLater = epoch !== null && tracker.epochSeen !== null && epoch > tracker.epochSeen;
  const moved = position.current - tracker.current;
  if (tracker.perEpoch && isLater) {
    // A counter that goes on where the last epoch left it counts the whole run.
    tracker.runsOn = moved > 0 && tracker.advances > 1 && !isFinished(tracker) && tracker.key.startsWith('line');
    return tracker.runsOn ? 'forward' : 'lap';
  }
  const isEarlier = tracker.perEpoch && epoch !== null && tracker.epochSeen !== null && epoch < tracker.epochSeen;
  if (!isEarlier && moved > 0) return 'forward';
  if (!isEarlier && moved === 0) return 'same';
  if (state.resuming || tracker.expectsRestart) return 'restart';
  if (isLater && !tracker.runsOn && position.current <= tracker.current / 2) {
    tracker.perEpoch = true;
    return 'lap';
  }
  if (!isEarlier && isFinished(tracker)) {
    const epochs = state.expected.epochs ?? state.announced.epochs;
    tracker.perEpoch ||= epochs !== null && !tracker.runsOn && tracker.total !== state.announced.steps;
    return 'lap';
  }
  return confirmRestart(state, tracker, position.current);
}

function isFinished({ total, current }: Tracker): boolean {
  return total !== null && total > 0 && current >= total * 0.98;
}

// Another rank that is late soon lets the first one speak again; a restart does not.
function confirmRestart(state: ProgressState, tracker: Tracker, current: number): Move {
  const time = state.clock.source === 'none' ? state.arrival.readAt : state.clock.seconds;
  const { behind } = tracker;
  if (behind === null || current <= behind.current) {
    tracker.behind = { current, count: 1, since: behind?.since ?? time };
    return 'behind';
  }
  tracker.behind = { current, count: behind.count + 1, since: behind.since };
  const timePassed = time === null || behind.since === null || time > behind.since;
  return behind.count + 1 >= CONFIRM_RESTART && timePassed ? 'restart' : 'behind';
}

function startLap(tracker: Tracker): void {
  tracker.lap += 1;
  tracker.marks |= EPOCH_ENDED;
  tracker.heardMarks |= EPOCH_ENDED;
}

function restart(state: ProgressState, tracker: Tracker): void {
  tracker.marks |= RESTARTED;
  tracker.heardMarks |= RESTARTED;
  const isKnown = tracker.expectsRestart;
  tracker.expectsRestart = false;
  if (isKnown || tracker.aside || (tracker.unit === 'epoch' && hasInner(state))) return;
  state.attempt += 1;
  // The others meet the same restart; it is counted once.
  for (const other of state.trackers) if (other !== tracker && !other.aside) other.expectsRestart = true;
}

function hasInner(state: ProgressState): boolean {
  return state.trackers.some(({ unit, aside }) => unit !== 'epoch' && !aside);
}

/** Moves the clock of the log by what the line states; answers whether the line is timed at all. */
function followTime(state: ProgressState, tracker: Tracker, position: Position, moved: number): boolean {
  const { clock } = state;
  if (clock.source === 'stamp' && clock.ticks > tracker.tick) {
    tracker.tick = clock.ticks;
    return true;
  }
  const { elapsed, secondsPerUnit } = position;
  if (elapsed !== null) {
    // A bar whose clock stands behind that of the log has begun anew.
    if (tracker.zero === null || elapsed < (tracker.elapsed ?? 0) - 1 || tracker.zero + elapsed < (clock.seconds ?? 0) - 2) {
      if (tracker.zero !== null && moved > 0 && state.resuming) tracker.marks |= RESTARTED;
      tracker.zero = clock.seconds ?? 0;
    }
    tracker.elapsed = elapsed;
    advanceClock(state, tracker.zero + elapsed);
    return true;
  }
  if (secondsPerUnit === null || !Number.isFinite(secondsPerUnit)) return false;
  if (moved <= 0) return clock.source === 'stated';
  const last = tracker.told.tip?.[1] ?? clock.seconds ?? 0;
  // Durations that follow one another add up; those of counters that overlap, or beside stamps, do not.
  const from = clock.source === 'stamp' || tracker.unit === 'epoch' ? last : (clock.seconds ?? 0);
  advanceClock(state, from + secondsPerUnit * moved);
  return true;
}

function advanceClock(state: ProgressState, seconds: number): void {
  if (!Number.isFinite(seconds) || seconds > 1e12) return;
  state.clock.seconds = Math.max(state.clock.seconds ?? 0, seconds);
  if (state.clock.source === 'none') state.clock.source = 'stated';
}

function findTracker(state: ProgressState, position: Position, line: number): Tracker {
  const known = state.trackers.find((tracker) => tracker.key === position.key);
  if (known !== undefined) return known;
  const { key, unit, current, total, aside, perEpoch } = position;
  const tracker: Tracker = {
    key,
    unit,
    current,
    total,
    aside,
    perEpoch,
    line,
    lap: 0,
    epochSeen: null,
    advances: 0,
    stated: [],
    statedLeft: null,
    zero: null,
    elapsed: null,
    tick: -1,
    behind: null,
    told: startTrack(),
    heard: startTrack(),
    marks: 0,
    heardMarks: 0,
    moved: false,
    expectsRestart: false,
    runsOn: false,
  };
  if (state.trackers.length >= MAX_TRACKERS) state.trackers.sort((a, b) => b.advances - a.advances).pop();
  state.trackers.push(tracker);
  return tracker;
}
