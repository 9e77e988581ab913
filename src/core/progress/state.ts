import type { EpochMark, Unit } from './read-position.ts';

export interface Tracker {
  readonly key: string;
  readonly unit: Unit;
  current: number;
  total: number | null;
  readonly aside: boolean;
  perEpoch: boolean;
  /** How often it moved forward. */
  advances: number;
  /** Seconds for one unit, newest last; at most 101. */
  durations: number[];
  /** How many durations were ever measured, with those of the warm-up. */
  measured: number;
  /** Clock of the log at the last advance, in seconds; null where the log has no clock. */
  movedAt: number | null;
  /** Where it stood at which read (seconds); used only where the log itself tells no time. */
  mark: { at: number; current: number } | null;
  /** True once the log told a duration. */
  timedByLog: boolean;
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
}

/** What is remembered of a log between two pieces of it: plain data of bounded size. */
export interface ProgressState {
  line: number;
  /** The line that has begun and not ended; at most 16 KiB. */
  partial: string;
  expected: { readonly steps?: number; readonly epochs?: number };
  /** Totals that a header line of the log announced. */
  announced: { steps: number | null; epochs: number | null };
  trackers: Tracker[];
  epoch: (EpochMark & { zeroBased: boolean; done: boolean }) | null;
  metrics: Record<string, number>;
  loss: LossSeries | null;
  warnings: { line: number; text: string }[];
  shapes: { line: number; text: string }[];
}

/** The state before the first line; `expected` are totals known from the plan. */
export function startProgress(expected: ProgressState['expected'] = {}): ProgressState {
  return {
    line: 0,
    partial: '',
    expected,
    announced: { steps: null, epochs: null },
    trackers: [],
    epoch: null,
    metrics: {},
    loss: null,
    warnings: [],
    shapes: [],
  };
}
