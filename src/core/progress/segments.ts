import { findMedian } from './quantiles.ts';
import { RESTARTED, type Point, type Track } from './state.ts';

/** Work done between two points. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  readonly marks: number;
}

/** Cuts the way of a counter into segments that moved forward, without those that a restart lies in. */
export function listSegments(track: Track): Segment[] {
  const { tip } = track;
  const last = track.points.at(-1);
  const isAhead = tip !== null && last !== undefined && (tip[0] !== last[0] || tip[1] !== last[1]);
  const points: readonly Point[] = isAhead ? [...track.points, tip] : track.points;
  const segments: Segment[] = [];
  let start = points[0];
  let marks = 0;
  for (const point of points.slice(1)) {
    if ((point[2] & RESTARTED) !== 0 || start === undefined) [start, marks] = [point, 0];
    else {
      marks |= point[2];
      if (point[0] <= start[0]) continue;
      segments.push({ from: start[0], to: point[0], seconds: Math.max(0, point[1] - start[1]), marks });
      [start, marks] = [point, 0];
    }
  }
  return segments;
}

/** How much work a segment holds. */
export function widthOf({ from, to }: Segment): number {
  return to - from;
}

/** Seconds for one unit. */
export function paceOf(segment: Segment): number {
  return segment.seconds / widthOf(segment);
}

/** Leaves out the first segment, which holds the start, and those after it that are still slower than all that follows. */
export function dropWarmUp(segments: readonly Segment[]): Segment[] {
  const rest = segments.slice(1);
  if (rest.length < 4) return rest;
  const usual = findMedian(rest.map(paceOf));
  let cut = 0;
  while (cut < Math.min(5, rest.length - 3) && paceOf(rest[cut] as Segment) > usual * 1.5) cut += 1;
  return rest.slice(cut);
}

/**
 * Joins neighbours until each stretch is long against the steps of the clock, and there are not many more than a hundred. `step` is how coarse the
 * clock is known to be. */
export function joinShort(segments: readonly Segment[], step: number): Segment[] {
  const whole = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  const isWhole = segments.every(({ seconds }) => Math.abs(seconds - Math.round(seconds)) < 1e-6);
  const target = Math.min(Math.max(step * 2, isWhole ? 15 : 0, whole / 100), whole / 8);
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (last === undefined || last.seconds >= target || last.to !== segment.from) joined.push(segment);
    else
      joined[joined.length - 1] = {
        from: last.from,
        to: segment.to,
        seconds: last.seconds + segment.seconds,
        marks: last.marks | segment.marks,
      };
  }
  return joined;
}
