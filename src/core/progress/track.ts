import { cleanLine } from '../diagnosis/clean-line.ts';
import { readKaggleRecord } from '../diagnosis/prepare-log.ts';
import { rankLoss, readMetrics, type Metric } from './read-metrics.ts';
import { isShapeNote, isWarningNote, readAnnounced } from './read-notes.ts';
import { readEpoch, readPosition, type Position } from './read-position.ts';
import { startProgress, type ProgressState, type Tracker } from './state.ts';

const PARTIAL_CAP = 16 * 1024;
const MAX_TEXT = 2000;
/** No pattern sees more of a line than this. */
const MAX_RAW = 4000;
const MAX_BAR = 600;
const MAX_POINTS = 500;
const MAX_NOTES = 50;
const MAX_TRACKERS = 12;
const MAX_METRICS = 60;
const MAX_DURATIONS = 101;
const SCORE = /(?:^|[_ /@-])(?:loss|acc(?:uracy)?|ppl|perplexity|auc|f1)/i;
const STAMP = /^\W{0,3}(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d(?:[.,]\d+)?)/;

/**
 * Takes in the next piece of a log and answers the new state; the old one stays as it was. Pieces may end anywhere, also within a
 * line or a bar. `now` is the time at which the piece was read, in epoch milliseconds, or null where that says nothing
 * about when it was written. Memory does not grow with the log.
 */
export function trackProgress(previous: ProgressState | null, chunk: string, now: number | null): ProgressState {
  const state = structuredClone(previous ?? startProgress());
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
  if (now !== null) for (const tracker of state.trackers) measureByRead(tracker, now / 1000);
  return state;
}

/** The state as it would be if the line that has begun ended here: a bar is rarely followed by a line's end. */
export function includePartial(state: ProgressState): ProgressState {
  if (state.partial.trim() === '') return state;
  const whole = structuredClone(state);
  applyRecord(whole, whole.partial);
  whole.partial = '';
  return whole;
}

function applyRecord(state: ProgressState, raw: string): void {
  if (raw.trim() === '') return;
  const record = readKaggleRecord(raw);
  const kaggleTime = record === null ? undefined : /"time":\s*([\d.]+)/.exec(raw)?.[1];
  for (const piece of (record ?? raw).slice(-PARTIAL_CAP).split(/[\n\r]/)) {
    const text = shorten(cleanLine(piece.slice(-MAX_RAW)).text);
    if (text.trim() === '') continue;
    const clock = kaggleTime === undefined ? readStamp(piece.slice(0, 100)) : Number(kaggleTime);
    applyText(state, text, clock !== null && Number.isFinite(clock) ? clock : null);
  }
}

// Nothing that counts is longer than this but bars written one after another; patterns would take long on the rest.
function shorten(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return text.includes('%|') ? text.slice(-MAX_BAR) : '';
}

function readStamp(raw: string): number | null {
  const found = STAMP.exec(raw);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second = '0'] = found;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / 1000 + Number(second.replace(',', '.'));
}

function applyText(state: ProgressState, text: string, clock: number | null): void {
  const line = state.line + 1;
  const announced = readAnnounced(text);
  state.announced = { steps: announced.steps ?? state.announced.steps, epochs: announced.epochs ?? state.announced.epochs };
  if (isWarningNote(text)) return addNote(state.warnings, line, text);
  const position = readPosition(text);
  const metrics = readMetrics(position?.rest ?? text);
  const counted = position !== null && isCredible(position, metrics);
  const aside = counted && position.aside;
  if (!aside) applyEpoch(state, text, { position: counted ? position : null, metrics, line, clock });
  if (counted && position.unit !== 'epoch') applyPosition(state, position, line, clock);
  if (isReading(text, counted, metrics))
    for (const metric of metrics) applyMetric(state, metric, counted && !aside ? position.current : findFloatEpoch(text), line);
  else if (isShapeNote(text)) addNote(state.shapes, line, text);
}

// The Hugging Face trainer counts its losses in parts of epochs.
function findFloatEpoch(text: string): number | null {
  const found = Number(/'epoch': '?([\d.]+)/.exec(text)?.[1] ?? Number.NaN);
  return Number.isFinite(found) ? found : null;
}

// "step 2" in prose is no position: a counter needs a total, a bar or a metric beside it.
function isCredible(position: Position, metrics: readonly Metric[]): boolean {
  return position.key.startsWith('bar') || position.total !== null || position.unit === 'percent' || metrics.length > 0;
}

function isReading(text: string, counted: boolean, metrics: readonly Metric[]): boolean {
  if (metrics.length === 0) return false;
  return counted || /^\s*\{['"]/.test(text) || hasScore(metrics);
}

function hasScore(metrics: readonly Metric[]): boolean {
  return metrics.some(({ name }) => rankLoss(name) > 0 || (SCORE.test(name) && !/scale|mask|accum/i.test(name)));
}

function addNote(notes: { line: number; text: string }[], line: number, text: string): void {
  const short = text.trim().slice(0, 300);
  if (notes.length < MAX_NOTES && !notes.some((note) => note.text === short)) notes.push({ line, text: short });
}

interface Context {
  readonly position: Position | null;
  readonly metrics: readonly Metric[];
  readonly line: number;
  readonly clock: number | null;
}

function applyEpoch(state: ProgressState, text: string, { position, metrics, line, clock }: Context): void {
  const outer = position?.unit === 'epoch' ? { current: position.current + 1, total: position.total } : null;
  const mark = outer ?? (text.length < 1000 ? readEpoch(text) : null);
  if (mark === null || (position === null && !hasScore(metrics) && mark.total === null && !/^\W*epoch\W*\d+\W*$/i.test(text))) return;
  const zeroBased = mark.current === 0 || (state.epoch?.zeroBased ?? false);
  const done = position === null && metrics.length > 0;
  const total = mark.total ?? state.epoch?.total ?? null;
  state.epoch = { ...mark, total, zeroBased, done };
  const current = mark.current - (zeroBased ? 0 : 1) + (done ? 1 : 0);
  const secondsPerUnit = position?.unit === 'epoch' ? position.secondsPerUnit : null;
  applyPosition(
    state,
    { key: 'epoch', unit: 'epoch', current, total, secondsPerUnit, perEpoch: false, aside: false, rest: '' },
    line,
    clock,
  );
}

function applyPosition(state: ProgressState, position: Position, line: number, clock: number | null): void {
  const tracker = findTracker(state, position, line);
  const moved = position.current - tracker.current;
  tracker.perEpoch ||= position.perEpoch;
  tracker.total = position.total ?? tracker.total;
  tracker.line = line;
  if (moved === 0 && tracker.advances > 0) return;
  if (moved < 0) tracker.perEpoch ||= state.epoch !== null && position.current <= tracker.current / 2;
  const measured = position.secondsPerUnit ?? measure(tracker, moved, clock);
  if (measured !== null && Number.isFinite(measured)) {
    if (!tracker.timedByLog) tracker.durations = [];
    tracker.timedByLog = true;
    addDuration(tracker, measured);
  }
  tracker.current = position.current;
  tracker.advances += 1;
  tracker.movedAt = clock ?? tracker.movedAt;
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
    advances: 0,
    durations: [],
    measured: 0,
    movedAt: null,
    mark: null,
    timedByLog: false,
    line,
  };
  if (state.trackers.length >= MAX_TRACKERS) state.trackers.sort((a, b) => b.advances - a.advances).pop();
  state.trackers.push(tracker);
  return tracker;
}

function measure(tracker: Tracker, moved: number, clock: number | null): number | null {
  if (clock === null || tracker.movedAt === null || moved <= 0 || clock <= tracker.movedAt) return null;
  return (clock - tracker.movedAt) / moved;
}

// Lines of one read share its time, so only whole reads are compared.
function measureByRead(tracker: Tracker, at: number): void {
  if (tracker.timedByLog) return;
  const { mark, current } = tracker;
  if (mark !== null && current > mark.current && at > mark.at) addDuration(tracker, (at - mark.at) / (current - mark.current));
  if (mark === null || current !== mark.current) tracker.mark = { at, current };
}

function addDuration(tracker: Tracker, seconds: number): void {
  tracker.measured += 1;
  tracker.durations.push(seconds);
  // The first two hold compilation and the filling of caches.
  const isWarm = tracker.measured === 5;
  if (isWarm) tracker.durations.splice(0, 2);
  if (tracker.durations.length > MAX_DURATIONS) tracker.durations.shift();
}

function applyMetric(state: ProgressState, { name, value }: Metric, at: number | null, line: number): void {
  if (Number.isFinite(value) && (name in state.metrics || Object.keys(state.metrics).length < MAX_METRICS)) state.metrics[name] = value;
  const rank = rankLoss(name);
  if (rank === 0 || (state.loss !== null && rank < state.loss.rank) || (state.loss?.rank === rank && state.loss.name !== name)) return;
  if (state.loss === null || rank > state.loss.rank) {
    state.loss = { name, rank, points: [], first: Number.NaN, last: Number.NaN, stride: 1, seen: 0, broken: false };
  }
  if (!Number.isFinite(value) && !state.loss.broken) addNote(state.warnings, line, `${name} is ${value}`);
  addLoss(state.loss, { at, value, line });
}

function addLoss(loss: NonNullable<ProgressState['loss']>, point: { at: number | null; value: number; line: number }): void {
  loss.broken = !Number.isFinite(point.value);
  if (loss.broken) return;
  if (loss.seen === 0) loss.first = point.value;
  loss.last = point.value;
  if (loss.seen % loss.stride === 0) loss.points.push(point);
  loss.seen += 1;
  if (loss.points.length <= MAX_POINTS) return;
  loss.points = loss.points.filter((_, index) => index % 2 === 0);
  loss.stride *= 2;
}
