import type { EpochMark, Unit } from './read-position.ts';

/** Changes when an older state can no longer be gone on with. */
export const STATE_VERSION = 2;

/** What lies between a point and the one before it, as bits. */
export const VALIDATED = 1;
export const SAVED = 2;
export const RESTARTED = 4;
export const EPOCH_ENDED = 8;

/** Where a counter stood at which second, and what lay on the way there. Counters that start anew each epoch are counted in epochs. */
export type Point = [at: number, seconds: number, marks: number];

/** The way of a counter: points about evenly apart, and the newest. */
export interface Track {
  points: Point[];
  tip: Point | null;
  /** Points closer than this are left out; doubles when there are too many. */
  grain: number;
}

export interface Tracker {
  readonly key: string;
  readonly unit: Unit;
  current: number;
  total: number | null;
  readonly aside: boolean;
  perEpoch: boolean;
  /** True for a counter that was seen to go on over the end of an epoch. */
  runsOn: boolean;
  /** Finished epochs before the present one, where the counter starts anew with each. */
  lap: number;
  /** Epoch that the counter's own line named last. */
  epochSeen: number | null;
  /** How often it moved forward. */
  advances: number;
  /** Its way by the time that the log tells, or states as durations. */
  told: Track;
  /** Its way by the time at which the log was read. */
  heard: Track;
  /** Seconds for one unit, as stated by the log; the newest few. */
  stated: number[];
  /** Seconds to its end, as stated by the log. */
  statedLeft: number | null;
  /** Time at which its bar's own clock stood at zero. */
  zero: number | null;
  elapsed: number | null;
  /** Lines that had told the time at its last advance. */
  tick: number;
  /** A place before the present one that lines have named since: another rank, or a restart. */
  behind: { current: number; count: number; since: number | null } | null;
  /** True where another counter was seen to restart. */
  expectsRestart: boolean;
  /** Marks since its last point, by the log's time and by that of the reads. */
  marks: number;
  heardMarks: number;
  /** True where it moved since the last read. */
  moved: boolean;
  /** Line of the last advance. */
  line: number;
}

interface LossSeries {
  name: string;
  rank: number;
  points: { at: number | null; value: number; line: number }[];
  first: number;
  last: number;
  /** Keeps one point of so many. */
  stride: number;
  seen: number;
  /** True while the newest value is NaN or infinite. */
  broken: boolean;
  /** Where it was, as the log counts. */
  holes?: number[];
}

export interface MetricSeries {
  points: { at: number | null; value: number; line: number }[];
  stride: number;
  seen: number;
}

/** The time of the log, in seconds. */
export interface LogClock {
  seconds: number | null;
  /** `stamp` where lines carry times, `stated` where only durations are printed. */
  source: 'none' | 'stated' | 'stamp';
  /** How many lines told the time. */
  ticks: number;
}

/** When text arrived, in epoch milliseconds. */
export interface Arrival {
  first: number | null;
  /** Last read that brought text. */
  heardAt: number | null;
  /** Last read. */
  readAt: number | null;
  /** Longest silences between reads that brought text, longest first, in seconds. */
  gaps: number[];
  /** Usual time between two reads, in seconds. */
  usualGap: number;
}

/** What is remembered of a log between two pieces of it: plain data of bounded size. */
export interface ProgressState {
  version: number;
  line: number;
  /** The line that has begun and not ended; at most 16 KiB. */
  partial: string;
  expected: { readonly steps?: number; readonly epochs?: number };
  /** Totals that a header line of the log announced. */
  announced: { steps: number | null; epochs: number | null };
  trackers: Tracker[];
  epoch: (EpochMark & { zeroBased: boolean; done: boolean }) | null;
  clock: LogClock;
  arrival: Arrival;
  /** Starts of the work: one, and one more for each restart seen. */
  attempt: number;
  /** True from a line that speaks of resuming until the next advance. */
  resuming: boolean;
  /** What the newest lines are about. */
  phase: 'starting' | 'training' | 'validating' | 'saving';
  /** The times that lines of epochs told first and last. */
  span: { first: number; last: number } | null;
  /** Columns of the table that rows belong to. */
  columns: string[] | null;
  /** Times of the newest checkpoints, in seconds of the log's clock or of the reads. */
  saves: number[];
  metrics: Record<string, number>;
  history: Record<string, MetricSeries>;
  loss: LossSeries | null;
  warnings: { line: number; text: string }[];
  shapes: { line: number; text: string }[];
}

/** The state before the first line; `expected` are totals known from the plan. */
export function startProgress(expected: ProgressState['expected'] = {}): ProgressState {
  return {
    version: STATE_VERSION,
    line: 0,
    partial: '',
    expected,
    announced: { steps: null, epochs: null },
    trackers: [],
    epoch: null,
    clock: { seconds: null, source: 'none', ticks: 0 },
    arrival: { first: null, heardAt: null, readAt: null, gaps: [], usualGap: 0 },
    attempt: 1,
    resuming: false,
    phase: 'starting',
    span: null,
    columns: null,
    saves: [],
    metrics: {},
    history: {},
    loss: null,
    warnings: [],
    shapes: [],
  };
}
