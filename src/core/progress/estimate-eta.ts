import { expectPauses, findPauses, type PauseForecast } from './find-pauses.ts';
import { findMean, findMedian, findSpread, type Weighted } from './quantiles.ts';
import { dropWarmUp, joinShort, listSegments, paceOf, widthOf, type Segment } from './segments.ts';
import { EPOCH_ENDED, type Track } from './state.ts';

export interface Eta {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

export interface Pace {
  readonly eta: Eta | null;
  /** Seconds for one unit of the way, without pauses. */
  readonly seconds: number;
  readonly pauses: PauseForecast;
  /** Segments that were used. */
  readonly basis: number;
  /** Share of what was usual before at which it goes now; null where it did not change. */
  readonly changed: number | null;
}

/** Fewer segments say nothing about a rate. */
const MIN_SEGMENTS = 2;
/** Two-sided 90 % of a normal distribution. */
const Z90 = 1.645;
/** What a rate changes by for reasons that the log does not show yet, for as much work as was seen. */
const DRIFT = 0.025;
/** Share of what was seen after which a stretch counts half. */
const HALF_LIFE = 0.3;
/** Runs are late for more reasons than they are early: pauses not seen yet, restarts, slower neighbours. */
const LATE = 1.6;
/** And early for some: pauses and slow stretches that were seen and do not come again. */
const EARLY = 1.25;
/** Standard errors from which a slope is no chance. */
const CLEAR = 5;
/** Relative deviation of an epoch's pace where nothing is known of it. */
const USUAL_NOISE = 0.08;
/** A change of the pace over all that was seen that is worth following. */
const MIN_TREND = 0.04;
/** Share of the time that validation usually takes where none has been seen yet. */
const UNSEEN_PAUSE = 0.04;
/** What it may take at most, as it does in one run of a few: as a deviation of the time of the work. */
const UNSEEN_LATE = 0.25;

export interface PaceContext {
  /** Seconds since the newest point. */
  readonly since: number;
  /** How coarse the clock is, in seconds; 0 where each point tells its own time. */
  readonly clockStep: number;
  /** True for a counter of epochs: its first point is the end of the first, which holds the warm-up. */
  readonly isCoarse: boolean;
  /** True where pauses are usual though none was seen. */
  readonly expectsPauses: boolean;
}

/** Seconds for one unit as far as any two points tell; null for none. */
export function guessPace(track: Track): number | null {
  const segments = listSegments(track);
  return segments.length === 0 ? null : findMedian(segments.map(paceOf));
}

/** Says how long the way to `end` will take from the newest point, given what it took so far. */
export function estimatePace(track: Track, end: number, { since, clockStep, expectsPauses, isCoarse }: PaceContext): Pace | null {
  const all = isCoarse ? listSegments(track) : dropWarmUp(listSegments(track));
  const kept = joinShort(all, clockStep);
  if (kept.length < (isCoarse ? 1 : MIN_SEGMENTS)) return null;
  const { pauses, flowing } = findPauses(kept);
  const { usual, changed, sample } = weighRecent(flowing);
  const at = track.tip?.[0] ?? 0;
  const left = Math.max(0, end - at);
  const forecast = expectPauses(pauses, kept, at, end);
  const { trend, spread } = foresee(sample, left);
  const moving = usual * left * trend;
  const hasEnded = kept.some(({ marks }) => (marks & EPOCH_ENDED) !== 0);
  const unseen = expectsPauses && !hasEnded && forecast.count === 0 ? moving * UNSEEN_PAUSE : 0;
  const whole = moving + unseen + forecast.seconds;
  const gap = findMedian(all.map(({ seconds }) => seconds));
  const passed = Math.min(since, gap + forecast.next);
  const deviation = Math.hypot(moving * spread, forecast.deviation, unseen * 2.5);
  const relate = (seconds: number) => (whole > 0 ? Math.min(2, (Z90 * seconds) / whole) : 0);
  const early = relate(deviation) * EARLY;
  const late = relate(Math.hypot(deviation, unseen > 0 ? moving * UNSEEN_LATE : 0)) * LATE;
  const likely = Math.max(0, whole - passed);
  // The time of a step is known to a part of it only.
  const slack = 0.5 * gap;
  return {
    eta: { low: Math.max(0, likely * Math.exp(-early) - slack), likely, high: likely * Math.exp(late) + slack },
    seconds: usual,
    pauses: forecast,
    basis: kept.length,
    changed,
  };
}

interface Recent {
  readonly usual: number;
  readonly changed: number | null;
  readonly sample: readonly Segment[];
}

/** The pace that holds now: newer segments count more, and what lies before a clear change of speed hardly counts. */
function weighRecent(segments: readonly Segment[]): Recent {
  const cut = findChange(segments);
  const now = segments.slice(cut);
  const before = segments.slice(0, cut);
  const [start, stop] = [now[0]?.from ?? 0, now.at(-1)?.to ?? 0];
  const half = Math.max((stop - start) * HALF_LIFE, 1e-9);
  const limit = boundPace(now);
  const weighted = now.map((segment): Weighted => [limit(paceOf(segment)), widthOf(segment) * 2 ** ((segment.to - stop) / half)]);
  const usual = findMean(weighted);
  if (cut === 0) return { usual, changed: null, sample: now };
  const old = findMean(before.map((segment): Weighted => [paceOf(segment), widthOf(segment)]));
  return { usual, changed: old > 0 ? usual / old : null, sample: now };
}

/** Keeps single outliers from counting for more than the rest allows. */
function boundPace(segments: readonly Segment[]): (pace: number) => number {
  const paces = segments.map(paceOf);
  const middle = findMedian(paces);
  const reach = Math.max(4 * findSpread(paces, middle), middle * 0.5);
  return (pace) => Math.min(middle + reach, Math.max(middle - reach, pace));
}

/** Where the newest clear change of speed lies: index of the first segment after it, 0 for none. */
function findChange(segments: readonly Segment[]): number {
  let from = 0;
  for (let round = 0; round < 3; round += 1) {
    const cut = splitOnce(segments.slice(from));
    if (cut === 0) break;
    from += cut;
  }
  return from;
}

function splitOnce(segments: readonly Segment[]): number {
  if (segments.length < 8) return 0;
  const logs = segments.map((segment) => Math.log(Math.max(paceOf(segment), 1e-12)));
  const jumps = logs.slice(1).map((value, index) => value - (logs[index] ?? value));
  // Neighbours tell the noise; a slow drift or a jump does not widen it.
  const noise = Math.max(findSpread(jumps, 0) / Math.SQRT2, 0.01);
  let [best, at] = [0, 0];
  for (let cut = 3; cut <= logs.length - 3; cut += Math.ceil(logs.length / 50)) {
    const [old, now] = [logs.slice(0, cut), logs.slice(cut)];
    const change = Math.abs(findMedian(now) - findMedian(old));
    const score = change / (noise * Math.sqrt(1 / old.length + 1 / now.length));
    if (change > 0.15 && score > best) [best, at] = [score, cut];
  }
  return best > 6 ? at : 0;
}

interface Outlook {
  /** By what the pace of the work ahead differs from the present one, as a factor. */
  readonly trend: number;
  /** Relative deviation of the mean pace over what is left. */
  readonly spread: number;
}

/** What the stretches seen say of those ahead: blocks of them tell how much the pace wanders, and whether it goes one way. */
function foresee(sample: readonly Segment[], left: number): Outlook {
  const seen = sample.reduce((sum, segment) => sum + widthOf(segment), 0);
  const blocks = Math.max(1, Math.min(9, Math.floor(sample.length / 2)));
  const means: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const part = sample.slice(Math.floor((block * sample.length) / blocks), Math.floor(((block + 1) * sample.length) / blocks));
    const mean = findMean(part.map((segment): Weighted => [paceOf(segment), widthOf(segment)]));
    if (Number.isFinite(mean)) means.push(mean);
  }
  const middle = findMean(means.map((mean): Weighted => [mean, 1]));
  const { slope, error, rest } = fitLine(means);
  const isLarge = Math.abs(slope) * means.length > middle * MIN_TREND;
  const isTrend = means.length >= 7 && isLarge && Math.abs(slope) > CLEAR * error;
  const share = seen > 0 ? Math.min(4, left / seen) : 4;
  // Half of a trend is trusted, and no further ahead than was seen.
  const bend = isTrend && middle > 0 ? ((slope * means.length) / middle) * (0.3 + Math.min(1, share) / 2) * 0.6 : 0;
  const measured = middle > 0 ? (isTrend ? rest : deviationOf(means, middle)) / middle : 0;
  // Few blocks that happen to agree are no proof of a steady pace.
  const relative = Math.sqrt(((means.length - 1) * measured ** 2 + USUAL_NOISE ** 2 / 2) / Math.max(0.5, means.length - 0.5));
  const few = 1 + 0.5 / sample.length;
  const ahead = Math.max(1, share * means.length);
  const own = relative * few * Math.sqrt(1 / Math.max(1, means.length) + 1 / ahead);
  return { trend: 1 + Math.max(-0.3, Math.min(0.3, bend)), spread: Math.hypot(own, DRIFT * Math.sqrt(0.3 + share), bend * 0.5) };
}

function deviationOf(values: readonly number[], middle: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / Math.max(1, values.length - 1));
}

/** Least squares over the index: slope, its standard error, and the deviation about the line. */
function fitLine(values: readonly number[]): { slope: number; error: number; rest: number } {
  const middle = findMean(values.map((value): Weighted => [value, 1]));
  const centre = (values.length - 1) / 2;
  const width = values.reduce((sum, _, index) => sum + (index - centre) ** 2, 0);
  const slope = width > 0 ? values.reduce((sum, value, index) => sum + (value - middle) * (index - centre), 0) / width : 0;
  const squares = values.reduce((sum, value, index) => sum + (value - middle - slope * (index - centre)) ** 2, 0);
  const rest = Math.sqrt(squares / Math.max(1, values.length - 2));
  return { slope, error: width > 0 ? rest / Math.sqrt(width) : Infinity, rest };
}
