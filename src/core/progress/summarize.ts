import { judgeTrend } from './judge-trend.ts';
import type { Progress } from './schema.ts';
import type { ProgressState, Tracker } from './state.ts';
import { includePartial } from './track.ts';

/** Durations that are needed before an end is guessed: the first ones hold start-up and say little. */
const WARM_UP = 3;

/** What the log says so far, in the schema that views and people read. Pure: the state is not changed. */
export function summarizeProgress(given: ProgressState): Progress {
  const state = includePartial(given);
  const main = pickMain(state);
  const epochs = state.expected.epochs ?? state.epoch?.total ?? state.announced.epochs;
  const total = main === null ? null : findTotal(state, main);
  const fraction = findFraction(state, main, total, epochs);
  const timed = main ?? state.trackers.find((tracker) => tracker.unit === 'epoch') ?? null;
  const durations = timed === null ? [] : [...timed.durations].sort((a, b) => a - b);
  const whole = main === null ? epochs : total;
  const epoch = state.epoch === null ? null : { current: state.epoch.current, total: epochs };
  return keepFinite({
    unit: main?.unit ?? (epoch === null ? null : 'epoch'),
    current: main?.current ?? epoch?.current ?? null,
    total: main === null ? (epoch?.total ?? null) : total,
    epoch,
    fraction,
    rate: durations.length === 0 ? null : 1 / Math.max(readQuantile(durations, 0.5), 1e-9),
    eta: fraction === null || whole === null ? null : estimate(durations, countLeft(main, whole, fraction, epochs)),
    metrics: { ...state.metrics },
    loss: summarizeLoss(state),
    warnings: [...state.warnings],
    shapes: [...state.shapes],
  });
}

// A log may state any number, and what arithmetic makes of two of them may be none: the journal takes finite ones only.
function keepFinite(progress: Progress): Progress {
  const { eta, loss } = progress;
  const known = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  return {
    ...progress,
    fraction: known(progress.fraction),
    rate: known(progress.rate),
    eta: eta !== null && [eta.low, eta.likely, eta.high].every(Number.isFinite) ? eta : null,
    loss: loss !== null && Number.isFinite(loss.first) && Number.isFinite(loss.last) ? loss : null,
  };
}

/** The counter that stands for the run: no side work, a known total before none, the larger total, then the newer. */
function pickMain(state: ProgressState): Tracker | null {
  const ranked = state.trackers
    .filter((tracker) => !tracker.aside && tracker.unit !== 'epoch')
    .sort((a, b) => scoreTracker(b) - scoreTracker(a) || b.line - a.line);
  return ranked[0] ?? null;
}

function scoreTracker({ total, advances, key }: Tracker): number {
  const words = key.startsWith('bar') ? 0 : 1;
  return (advances >= 3 ? 1e12 : 0) + (total === null ? 0 : 1e10 + Math.min(total, 1e9) * 2) + words;
}

function findTotal(state: ProgressState, main: Tracker): number | null {
  if (main.total !== null) return main.total;
  if (main.perEpoch || main.unit !== 'step') return null;
  return state.expected.steps ?? state.announced.steps;
}

function findFraction(state: ProgressState, main: Tracker | null, total: number | null, epochs: number | null): number | null {
  if (main !== null && !main.perEpoch && total !== null && total > 0) return clamp(main.current / total);
  if (state.epoch === null || epochs === null || epochs <= 0) return null;
  const before = state.epoch.zeroBased ? state.epoch.current : state.epoch.current - 1;
  const within = main !== null && main.perEpoch && total !== null && total > 0 ? main.current / total : state.epoch.done ? 1 : 0;
  return clamp((before + Math.min(1, within)) / epochs);
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function countLeft(main: Tracker | null, total: number, fraction: number, epochs: number | null): number {
  return main?.perEpoch === true && epochs !== null ? total * epochs * (1 - fraction) : total * (1 - fraction);
}

// Quartiles of the last durations; with few of them the interval is widened rather than trusted.
function estimate(durations: readonly number[], left: number): Progress['eta'] {
  if (durations.length < WARM_UP) return null;
  const likely = readQuantile(durations, 0.5) * left;
  const slack = durations.length < 5 ? 0.3 : 0.1;
  const low = Math.min(readQuantile(durations, 0.25) * left, likely * (1 - slack));
  const high = Math.max(readQuantile(durations, 0.75) * left, likely * (1 + slack));
  return { low, likely, high };
}

/** The value below which a share of sorted numbers lies. */
function readQuantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function summarizeLoss({ loss }: ProgressState): Progress['loss'] {
  if (loss === null || loss.points.length === 0) return null;
  const { name, points, first, last, broken } = loss;
  return { name, points: [...points], first, last, trend: broken ? 'nan' : judgeTrend(points.map((point) => point.value)) };
}
