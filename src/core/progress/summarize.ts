import { estimatePace, guessPace, type Pace } from './estimate-eta.ts';
import { judgeTrend } from './judge-trend.ts';
import { findEnd, findEpochs, findFraction, findTotal, pickMain, pickTrack } from './pick-main.ts';
import { findMedian } from './quantiles.ts';
import type { Progress } from './schema.ts';
import type { ProgressState, Tracker } from './state.ts';
import { includePartial } from './track.ts';

/** Deviation, as a factor, of a time that rests on what the log states only. */
const STATED_ONLY = 1.5;

/** What the log says so far, in the schema that views and people read. Pure: the state is not changed. */
export function summarizeProgress(given: ProgressState): Progress {
  const state = includePartial(given);
  const main = pickMain(state);
  const epochs = findEpochs(state);
  const epoch = state.epoch === null ? null : { current: state.epoch.current, total: epochs };
  const fraction = findFraction(state, main);
  const timed = measure(state, main);
  return keepFinite({
    unit: main?.unit ?? (epoch === null ? null : 'epoch'),
    current: main?.current ?? epoch?.current ?? null,
    total: main === null ? epochs : findTotal(state, main),
    epoch,
    fraction,
    rate: findRate(timed),
    eta: (fraction === null ? null : (timed?.pace?.eta ?? guessFromStated(timed))) ?? takeStatedLeft(timed, main),
    metrics: { ...state.metrics },
    loss: summarizeLoss(state),
    warnings: [...state.warnings],
    shapes: [...state.shapes],
    ...describeState(state, timed, fraction),
  });
}

interface Timed {
  readonly tracker: Tracker;
  readonly pace: Pace | null;
  /** Seconds for a unit while there is no pace yet. */
  readonly first: number | null;
  readonly end: number | null;
  readonly by: 'stamp' | 'arrival' | 'stated';
}

/** The pace of the counter that stands for the run, or of its epochs while that counter tells none. */
function measure(state: ProgressState, main: Tracker | null): Timed | null {
  const epochs = state.trackers.find(({ unit }) => unit === 'epoch') ?? null;
  const order = main !== null && findEnd(state, main) === null ? [epochs, main] : [main, epochs];
  let first: Timed | null = null;
  for (const tracker of order) {
    if (tracker === null) continue;
    const end = findEnd(state, tracker);
    const { track, by } = pickTrack(state, tracker);
    const at = track.tip?.[0] ?? 0;
    const moreEpochs = state.epoch !== null && (findEpochs(state) ?? 1) > 1;
    const pace = estimatePace(track, end ?? at, {
      since: sinceTip(state, track.tip?.[1] ?? null, by),
      clockStep: by === 'arrival' ? state.arrival.usualGap : 0,
      isCoarse: tracker.unit === 'epoch',
      expectsPauses: moreEpochs && tracker.unit !== 'epoch',
    });
    const timed = { tracker, pace: pace !== null && end === null ? { ...pace, eta: null } : pace, first: guessPace(track), end, by };
    if (pace !== null && end !== null) return timed;
    first = first === null || (tracker === main && first.pace === null) ? timed : first;
  }
  return first;
}

/** Seconds since the newest point, as far as any clock tells. */
function sinceTip({ clock, arrival }: ProgressState, tip: number | null, by: Timed['by']): number {
  if (tip === null) return 0;
  const silent = arrival.readAt !== null && arrival.heardAt !== null ? (arrival.readAt - arrival.heardAt) / 1000 : 0;
  const now = by === 'arrival' ? (arrival.readAt ?? 0) / 1000 : (clock.seconds ?? tip) + silent;
  return Math.max(0, now - tip);
}

function findRate(timed: Timed | null): number | null {
  if (timed === null) return null;
  const { pace, tracker, first } = timed;
  const scale = tracker.perEpoch ? (tracker.total ?? 1) : 1;
  if (pace !== null && pace.seconds > 0) return scale / pace.seconds;
  if (tracker.stated.length > 0) return 1 / Math.max(findMedian(tracker.stated), 1e-9);
  return first !== null && first > 0 ? scale / first : null;
}

/** A first guess from what the log itself says of its speed or end; wide, since that holds the start. */
function guessFromStated(timed: Timed | null): Progress['eta'] {
  if (timed === null || timed.end === null) return null;
  const { tracker, end } = timed;
  if (tracker.stated.length < 2) return null;
  const at = timed.tracker.perEpoch ? null : tracker.current;
  const units = at === null ? null : end - at;
  if (units === null || units < 0) return null;
  const likely = units * findMedian(tracker.stated);
  return { low: likely / STATED_ONLY, likely, high: likely * STATED_ONLY };
}

/** What the program itself says is left; without points of our own to judge it by, it is taken for a guess. */
function takeStatedLeft(timed: Timed | null, main: Tracker | null): Progress['eta'] {
  const likely = (main ?? timed?.tracker)?.statedLeft ?? null;
  if (likely === null) return null;
  const factor = (main?.advances ?? 0) > 10 ? 1.15 : STATED_ONLY;
  return { low: likely / factor, likely, high: likely * factor };
}

function describeState(state: ProgressState, timed: Timed | null, fraction: number | null): Partial<Progress> {
  const { clock, arrival, saves } = state;
  const hasDates = clock.source === 'stamp' && clock.seconds !== null && clock.seconds > 1e8;
  const gaps = saves.slice(1).map((at, index) => at - (saves[index] ?? at));
  const now = clock.source === 'none' ? (arrival.readAt ?? 0) / 1000 : (clock.seconds ?? 0);
  const knowsTime = clock.source !== 'none' || arrival.readAt !== null;
  const every = gaps.length === 0 || !knowsTime ? null : findMedian(gaps);
  const warmingUp = state.phase === 'training' && timed !== null && timed.pace === null;
  return {
    phase: fraction === 1 ? 'finished' : warmingUp ? 'warming-up' : state.phase,
    attempt: state.attempt,
    asOf: hasDates ? clock.seconds : null,
    basis: describeBasis(timed),
    ...(timed?.pace == null ? {} : { pauses: { left: timed.pace.pauses.count, seconds: timed.pace.pauses.seconds } }),
    ...(saves.length === 0
      ? {}
      : { checkpoint: { seen: saves.length, every, ago: knowsTime ? Math.max(0, now - (saves.at(-1) ?? now)) : null } }),
    history: Object.fromEntries(Object.entries(state.history).map(([name, { points }]) => [name, [...points]])),
  };
}

function describeBasis(timed: Timed | null): string | null {
  const pace = timed?.pace;
  if (timed === null || pace == null) return null;
  const clock = { stamp: 'the times in the log', arrival: 'the times at which it was read', stated: 'the durations that the log states' }[
    timed.by
  ];
  const changed = pace.changed === null ? '' : `, since the pace changed to ${Math.round(pace.changed * 100)} % of the time a unit`;
  return `${pace.basis} measured stretches by ${clock}${changed}`;
}

// A log may state any number, and what arithmetic makes of two of them may be none: the journal takes finite ones only.
function keepFinite(progress: Progress): Progress {
  const { eta, loss, pauses } = progress;
  const known = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  const { pauses: _, ...rest } = progress;
  return {
    ...rest,
    fraction: known(progress.fraction),
    rate: known(progress.rate),
    eta: eta !== null && [eta.low, eta.likely, eta.high].every(Number.isFinite) ? eta : null,
    loss: loss !== null && Number.isFinite(loss.first) && Number.isFinite(loss.last) ? loss : null,
    ...(pauses !== undefined && Number.isFinite(pauses.left) && Number.isFinite(pauses.seconds) ? { pauses } : {}),
  };
}

function summarizeLoss({ loss }: ProgressState): Progress['loss'] {
  if (loss === null || loss.points.length === 0) return null;
  const { name, points, first, last, broken, holes = [] } = loss;
  const trend = broken ? 'nan' : judgeTrend(points.map((point) => point.value));
  return { name, points: [...points], first, last, trend, ...(holes.length === 0 ? {} : { holes: [...holes] }) };
}
