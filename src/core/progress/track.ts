import { cleanLine } from '../diagnosis/clean-line.ts';
import { readKaggleRecord } from '../diagnosis/prepare-log.ts';
import { followStamp } from './follow-clock.ts';
import { followPosition, locate, markWay } from './follow-position.ts';
import { addNote, hasScore, keepMetric } from './keep-metrics.ts';
import { addPoint } from './keep-points.ts';
import { findEpochs } from './pick-main.ts';
import { readClock, type Stamp } from './read-clock.ts';
import { readMarks } from './read-marks.ts';
import { readMetrics, type Metric } from './read-metrics.ts';
import { isShapeNote, isWarningNote, readAnnounced } from './read-notes.ts';
import { readEpoch, readEpochTime, readPosition, type Position } from './read-position.ts';
import { readHeader, readTableRow } from './read-table.ts';
import { EPOCH_ENDED, SAVED, STATE_VERSION, startProgress, VALIDATED, type ProgressState } from './state.ts';

const PARTIAL_CAP = 16 * 1024;
const MAX_TEXT = 2000;
/** No pattern sees more of a line than this. */
const MAX_RAW = 4000;
const MAX_BAR = 600;
const MAX_SAVES = 16;
/** A time of day before the text; with a date it is gone already. */
const TIME = /^\[?\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\]?\s{0,4}(?:[-|]\s{0,4})?(?=\S)/;
const EVALUATION = /^\W*(?:val|test|eval|dev|検証|評価)/i;
/** The name of a logger, as Python's default format leaves it. */
const LOGGER = /^(?:root|absl|tensorflow|__main__|[a-z_]{1,30}(?:\.[a-z_]{1,30}){1,6})(?<!\.py):(?=\S)/;
const MAX_GAPS = 8;

/**
 * Takes in the next piece of a log and answers the new state; the old one stays as it was. Pieces may end anywhere, also within a
 * line or a bar. `now` is the time at which the piece was read, in epoch milliseconds, or null where that says nothing
 * about when it was written. Memory does not grow with the log.
 */
export function trackProgress(previous: ProgressState | null, chunk: string, now: number | null): ProgressState {
  // A state that an older program kept cannot be gone on with; what the plan knows stays.
  const isCurrent = previous === null || previous.version === STATE_VERSION;
  const state = structuredClone(isCurrent ? (previous ?? startProgress()) : startProgress(previous.expected));
  feedProgress(state, chunk, now);
  return state;
}

/** The same in place, for a stream of many pieces. */
export function feedProgress(state: ProgressState, chunk: string, now: number | null): void {
  if (now !== null) hearArrival(state, chunk, now);
  let start = 0;
  for (let at = 0; at < chunk.length; at++) {
    const code = chunk.charCodeAt(at);
    if (code !== 10 && code !== 13) continue;
    applyRecord(state, state.partial + chunk.slice(start, at));
    state.partial = '';
    start = at + 1;
    if (code === 10) state.line += 1;
  }
  state.partial = (state.partial + chunk.slice(start)).slice(-PARTIAL_CAP);
  if (now !== null) markArrival(state, now / 1000);
}

/** The state as it would be if the line that has begun ended here: a bar is rarely followed by a line's end. */
export function includePartial(state: ProgressState): ProgressState {
  if (state.partial.trim() === '') return state;
  const whole = structuredClone(state);
  applyRecord(whole, whole.partial);
  whole.partial = '';
  if (whole.arrival.heardAt !== null) markArrival(whole, whole.arrival.heardAt / 1000);
  return whole;
}

function hearArrival(state: ProgressState, chunk: string, now: number): void {
  const { arrival } = state;
  arrival.first ??= now;
  const waited = arrival.readAt === null ? 0 : (now - arrival.readAt) / 1000;
  // Moves a tenth of the way to each new gap, and so forgets.
  if (waited > 0) arrival.usualGap += (arrival.usualGap === 0 ? 1 : 0.1) * (waited - arrival.usualGap);
  arrival.readAt = Math.max(arrival.readAt ?? now, now);
  if (chunk === '') return;
  if (arrival.heardAt !== null && now > arrival.heardAt)
    arrival.gaps = [...arrival.gaps, (now - arrival.heardAt) / 1000].sort((a, b) => b - a).slice(0, MAX_GAPS);
  arrival.heardAt = Math.max(arrival.heardAt ?? now, now);
}

// Lines of one read share its time, so only where it ended counts.
function markArrival(state: ProgressState, seconds: number): void {
  for (const tracker of state.trackers) {
    if (!tracker.moved) continue;
    tracker.moved = false;
    const at = locate(state, tracker);
    if (at === null) continue;
    addPoint(tracker.heard, at, seconds, tracker.heardMarks);
    tracker.heardMarks = 0;
  }
}

function applyRecord(state: ProgressState, raw: string): void {
  if (raw.trim() === '') return;
  const record = readKaggleRecord(raw);
  const kaggleTime = record === null ? undefined : /"time":\s*([\d.]+)/.exec(raw)?.[1];
  for (const piece of (record ?? raw).slice(-PARTIAL_CAP).split(/[\n\r]/)) {
    const text = shorten(cleanLine(piece.slice(-MAX_RAW)).text)
      .replace(TIME, '')
      .replace(LOGGER, '');
    if (text.trim() === '') continue;
    applyText(state, text, kaggleTime === undefined ? readClock(piece) : { seconds: Number(kaggleTime), hasDate: true });
  }
}

// Nothing that counts is longer than this but bars written one after another; patterns would take long on the rest.
function shorten(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return text.includes('%|') ? text.slice(-MAX_BAR) : '';
}

function applyText(state: ProgressState, text: string, stamp: Stamp | null): void {
  const line = state.line + 1;
  if (stamp !== null) followStamp(state, stamp);
  // Quotes about the names of JSON and of Python's dictionaries say nothing.
  const plain = /^[\s\w]{0,20}:?\s?\{/.test(text) ? text.replaceAll(/["']/g, '') : text;
  const announced = readAnnounced(plain);
  state.announced = { steps: announced.steps ?? state.announced.steps, epochs: announced.epochs ?? state.announced.epochs };
  if (isWarningNote(text)) return addNote(state.warnings, line, text);
  const header = readHeader(text);
  if (header !== null) {
    state.columns = header;
    return;
  }
  const position = refinePosition(state, readPosition(plain));
  const metrics = [...readMetrics(position?.rest ?? text), ...(state.columns === null ? [] : readTableRow(text, state.columns))];
  const counted = position !== null && isCredible(position, metrics);
  const aside = counted && position.aside;
  applyMarks(state, text);
  if (!aside) applyEpoch(state, plain, { position: counted ? position : null, metrics, line });
  if (counted && position.unit !== 'epoch') followPosition(state, position, line);
  if (isReading(text, counted, metrics))
    for (const metric of metrics) {
      const at = counted && !aside ? position.current : findFloatEpoch(text);
      keepMetric(state, metric, { at, line, isAside: aside || EVALUATION.test(text) });
    }
  else if (isShapeNote(text)) addNote(state.shapes, line, text);
}

function applyMarks(state: ProgressState, text: string): void {
  const { validates, saves, resumes } = readMarks(text);
  if (validates) {
    markWay(state, VALIDATED);
    if (state.phase !== 'starting') state.phase = 'validating';
  }
  if (saves) {
    markWay(state, SAVED);
    if (state.phase !== 'starting') state.phase = 'saving';
    const at = state.clock.source === 'none' ? (state.arrival.readAt ?? 0) / 1000 : (state.clock.seconds ?? 0);
    // One checkpoint is often told in several lines.
    if (at > (state.saves.at(-1) ?? -Infinity) + 1) state.saves = [...state.saves, at].slice(-MAX_SAVES);
  }
  if (resumes) state.resuming ||= state.trackers.some((tracker) => !tracker.aside && tracker.advances >= 2);
}

/** What an epoch took by its own line; a time that grows with each line is one since the start. */
function readSpan(state: ProgressState, text: string): number | null {
  const seconds = readEpochTime(text);
  if (seconds === null || !(seconds > 0)) return null;
  const { span } = state;
  state.span = { first: span?.first ?? seconds, last: seconds };
  return span !== null && seconds >= span.last + span.first / 2 ? seconds - span.last : seconds;
}

/** What a counter means by what was read before it. */
function refinePosition(state: ProgressState, position: Position | null): Position | null {
  if (position === null || position.perEpoch || position.aside || position.total === null || position.unit === 'epoch') return position;
  if (position.unit === 'percent' || position.unit === 'round' || position.unit === 'trial') return position;
  const epochs = findEpochs(state) ?? 0;
  // Below a line or an outer bar that counts epochs, a total is that of the epoch until the counter is seen to run on.
  const isWithin = state.epoch !== null && epochs > 1 && !state.epoch.done && position.total !== state.announced.steps;
  return isWithin ? { ...position, perEpoch: true } : position;
}

// The Hugging Face trainer counts its losses in parts of epochs.
function findFloatEpoch(text: string): number | null {
  const found = Number(/'epoch': '?([\d.]+)/.exec(text)?.[1] ?? Number.NaN);
  return Number.isFinite(found) ? found : null;
}

// "step 2" in prose is no position: a counter needs a total, a bar or a metric beside it.
function isCredible(position: Position, metrics: readonly Metric[]): boolean {
  return position.sure || metrics.length > 0;
}

function isReading(text: string, counted: boolean, metrics: readonly Metric[]): boolean {
  if (metrics.length === 0) return false;
  return counted || /^\s*\{['"]/.test(text) || hasScore(metrics);
}

interface Context {
  readonly position: Position | null;
  readonly metrics: readonly Metric[];
  readonly line: number;
}

function applyEpoch(state: ProgressState, text: string, { position, metrics, line }: Context): void {
  const outer = position?.unit === 'epoch' ? { current: position.current + 1, total: position.total } : null;
  const mark = outer ?? (text.length < 1000 ? readEpoch(text) : null);
  if (mark === null || (position === null && !hasScore(metrics) && mark.total === null && !/^\W*epoch\W*\d+\W*$/i.test(text))) return;
  const zeroBased = mark.current === 0 || (state.epoch?.zeroBased ?? false);
  const done = position === null && metrics.length > 0;
  const total = mark.total ?? state.epoch?.total ?? null;
  if (state.epoch !== null && mark.current > state.epoch.current) markWay(state, EPOCH_ENDED);
  state.epoch = { ...mark, total, zeroBased, done };
  const current = mark.current - (zeroBased ? 0 : 1) + (done ? 1 : 0);
  const timed = done ? readSpan(state, text) : null;
  const { secondsPerUnit, elapsed, left } = position?.unit === 'epoch' ? position : { secondsPerUnit: timed, elapsed: null, left: null };
  const outerPosition: Position = {
    key: 'epoch',
    unit: 'epoch',
    current,
    total,
    secondsPerUnit,
    elapsed,
    left,
    epoch: null,
    perEpoch: false,
    aside: false,
    sure: true,
    rest: '',
  };
  followPosition(state, outerPosition, line);
}
