import { findMedian } from './quantiles.ts';
import { RESTARTED, type Point, type Track } from './state.ts';

const MAX_POINTS = 160;

/** A way without points. */
export function startTrack(): Track {
  return { points: [], tip: null, grain: 0 };
}

/** Adds where a counter stands. Steps back are kept only as restarts; memory does not grow with the log. */
export function addPoint(track: Track, at: number, seconds: number, marks: number): void {
  if (!Number.isFinite(at) || !Number.isFinite(seconds)) return;
  const { tip } = track;
  const isBack = tip !== null && (at < tip[0] || seconds < tip[1]);
  if (tip === null || isBack || (marks & RESTARTED) !== 0) {
    if (tip !== null && !isSame(track.points.at(-1), tip)) track.points.push(tip);
    const start: Point = [at, seconds, tip === null ? marks : marks | RESTARTED];
    track.points.push(start);
    track.tip = start;
  } else extend(track, tip, [at, seconds, marks]);
  if (track.points.length > MAX_POINTS) thin(track);
}

// The tip is the last of the points, or runs ahead of it until it is a grain away.
function extend(track: Track, tip: Point, next: Point): void {
  const last = track.points.at(-1) ?? tip;
  if (!isSame(last, tip)) next[2] |= tip[2];
  track.tip = next;
  if (next[0] - last[0] >= track.grain) track.points.push(next);
}

// A state that was kept as JSON holds the two apart.
function isSame(last: Point | undefined, tip: Point): boolean {
  return last !== undefined && last[0] === tip[0] && last[1] === tip[1];
}

/** Drops every second point but those around restarts; what lay before a dropped point lies before the next one then. */
function thin(track: Track): void {
  const { points } = track;
  const kept: Point[] = [];
  let carried = 0;
  points.forEach((point, index) => {
    const isEdge =
      index === 0 || index === points.length - 1 || (point[2] & RESTARTED) !== 0 || ((points[index + 1]?.[2] ?? 0) & RESTARTED) !== 0;
    if (index % 2 === 1 && !isEdge) {
      carried |= point[2];
      return;
    }
    kept.push([point[0], point[1], point[2] | carried]);
    carried = 0;
  });
  // A job that restarts for ever keeps its newest points.
  track.points = kept.slice(-MAX_POINTS / 2 - 1);
  const widths = track.points
    .slice(1)
    .map((point, index) => point[0] - (track.points[index]?.[0] ?? 0))
    .filter((width) => width > 0);
  track.grain = Math.max(track.grain * 2, widths.length === 0 ? 0 : findMedian(widths) * 0.75);
  track.tip = track.points.at(-1) ?? null;
}
