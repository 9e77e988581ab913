import { findMean, findMedian, findSpread, findWeightedMedian, type Weighted } from './quantiles.ts';
import { paceOf, widthOf, type Segment } from './segments.ts';
import { EPOCH_ENDED, SAVED, VALIDATED } from './state.ts';

/** Time in which a counter stood still, beyond what the work itself takes. */
interface Pause {
  readonly at: number;
  readonly seconds: number;
  readonly kind: 'epoch' | 'saving' | 'other';
  /** True where lines of the log speak of it. */
  readonly isTold: boolean;
}

export interface PauseForecast {
  /** Pauses still to come, their time together, and how far that may be off. */
  readonly count: number;
  readonly seconds: number;
  readonly deviation: number;
  /** How long the next one lasts. */
  readonly next: number;
}

/** Single segments this much slower than the rest are no noise. */
const OUTLIER = 4;
/** Pauses remembered for the length of the next. */
const NEWEST = 8;
/** How likely a single pause that no line speaks of is the first of many. */
const MAY_REPEAT = 0.3;
/** Segments about one that tell its pace. */
const NEIGHBOURS = 13;
const EMPTY: Segment = { from: 0, to: 1, seconds: 0, marks: 0 };

/** Splits segments into those that flow and the pauses found in the others. */
export function findPauses(segments: readonly Segment[]): { pauses: Pause[]; flowing: Segment[] } {
  const plain = segments.filter(({ marks }) => kindOf(marks) === 'other');
  // Where most segments hold a pause, its time is part of the pace.
  const areMarked = plain.length >= Math.max(2, segments.length * 0.4);
  const excess = findExcess(segments, areMarked);
  const rooted = (index: number) => (excess[index] ?? 0) / Math.sqrt(widthOf(segments[index] ?? EMPTY));
  const unmarked = segments.flatMap(({ marks }, index) => (areMarked && kindOf(marks) !== 'other' ? [] : [rooted(index)]));
  // Noise adds up as the root of the work, so that segments of unequal width compare.
  const noise = findSpread(unmarked, 0);
  const pauses: Pause[] = [];
  const flowing: Segment[] = [];
  for (const [index, segment] of segments.entries()) {
    const seconds = excess[index] ?? 0;
    const kind = areMarked ? kindOf(segment.marks) : 'other';
    const isOutlier = rooted(index) > OUTLIER * noise && seconds > (segment.seconds - seconds) * 0.5;
    if (kind !== 'other' || isOutlier)
      pauses.push({ at: segment.from, seconds, kind, isTold: (segment.marks & (VALIDATED | SAVED)) !== 0 });
    else flowing.push(segment);
  }
  // Slow segments in a row are a slower pace.
  const isPace = pauses.filter(({ kind }) => kind === 'other').length > segments.length * 0.3;
  return isPace ? { pauses: [], flowing: [...segments] } : { pauses, flowing };
}

/** Seconds that each segment took beyond the pace of those about it: a change of speed is no pause. */
function findExcess(segments: readonly Segment[], areMarked: boolean): number[] {
  const base = segments.flatMap((segment, index) => (areMarked && kindOf(segment.marks) !== 'other' ? [] : [{ segment, index }]));
  let low = 0;
  return segments.map((segment, index) => {
    while (low + NEIGHBOURS < base.length && index - (base[low]?.index ?? 0) > (base[low + NEIGHBOURS]?.index ?? Infinity) - index)
      low += 1;
    const near = base.slice(low, low + NEIGHBOURS);
    const usual = findWeightedMedian(near.map((each): Weighted => [paceOf(each.segment), widthOf(each.segment)]));
    return segment.seconds - usual * widthOf(segment);
  });
}

function kindOf(marks: number): Pause['kind'] {
  if ((marks & (VALIDATED | EPOCH_ENDED)) !== 0) return 'epoch';
  return (marks & SAVED) !== 0 ? 'saving' : 'other';
}

interface Way {
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

/** Adds up what is still to come of the pauses seen, by their own rhythm. */
export function expectPauses(pauses: readonly Pause[], seen: readonly Segment[], at: number, end: number): PauseForecast {
  let [count, seconds, variance, next] = [0, 0, 0, 0];
  const start = seen[0]?.from ?? at;
  for (const own of groupPauses(pauses)) {
    const kind = own[0]?.kind ?? 'other';
    const newest = own.slice(-NEWEST).map((pause) => pause.seconds);
    const length = Math.max(0, findMean(newest.map((value): Weighted => [value, 1])));
    const { times, isRegular } = countLeft(own, kind, { start, at, end });
    const each = own.length === 1 ? length * 0.3 : Math.max(findSpread(newest, findMedian(newest)), length * 0.1);
    count += times;
    seconds += times * length;
    next = Math.max(next, times >= 1 ? length : 0);
    const unsure = isRegular ? 0.2 : own.length === 1 ? Math.max(0.4, kind === 'other' ? times * 1.5 : times * 0.3) : Math.sqrt(times);
    variance += each ** 2 * (times + times ** 2 / own.length) + (unsure * length) ** 2;
  }
  return { count, seconds, deviation: Math.sqrt(variance), next };
}

/** Pauses of one cause: by what the log says, and without a word by their length. */
function groupPauses(pauses: readonly Pause[]): Pause[][] {
  const others = pauses.filter(({ kind }) => kind === 'other');
  const usual = findMedian(others.map(({ seconds }) => seconds));
  const groups = [
    pauses.filter(({ kind }) => kind === 'epoch'),
    pauses.filter(({ kind }) => kind === 'saving'),
    others.filter(({ seconds }) => seconds <= usual * 4),
    others.filter(({ seconds }) => seconds > usual * 4),
  ];
  return groups.filter((group) => group.length > 0);
}

/** How many pauses like these lie ahead: those with a rhythm are counted, others are expected as often as before. */
function countLeft(pauses: readonly Pause[], kind: Pause['kind'], { start, at, end }: Way): { times: number; isRegular: boolean } {
  const last = pauses.at(-1)?.at ?? at;
  const ahead = Math.max(0, end - at);
  // The log ends with its last line: a pause after the last of the work belongs to it only where lines tell of it.
  const isLastSeen = pauses.filter(({ isTold }) => isTold).length > pauses.length / 2;
  const countBy = (gap: number) => Math.max(0, Math.ceil((end - last) / gap - (isLastSeen ? 0.85 : 0.15)) - (isLastSeen ? 0 : 1));
  if (pauses.length === 1) {
    // One may be the first of many or the only one.
    if (kind === 'other') return { times: MAY_REPEAT * (last > start ? countBy(last) : 0), isRegular: false };
    return { times: last > 0 ? countBy(last) : 0, isRegular: false };
  }
  const gaps = pauses.slice(1).map((pause, index) => pause.at - (pauses[index]?.at ?? 0));
  const gap = findMedian(gaps);
  if (gap > 0 && findSpread(gaps, gap) < gap * 0.15) return { times: countBy(gap), isRegular: true };
  return { times: (ahead * pauses.length) / Math.max(at - start, 1e-9), isRegular: false };
}
