/** What a picture shows, without saying how it is drawn: numbers and names only, so that it can be compared, told in words and kept. */
import { z } from 'zod';

/** A picture with more points would take too long to draw; `thinPoints` brings a series down. */
export const MOST_POINTS = 5_000;
/** More lines in one picture cannot be told apart. */
export const MOST_SERIES = 8;
export const MOST_BARS = 40;
export const MOST_ATTEMPTS = 200;
export const MOST_ROWS = 30;

const Name = z.string().max(300);

/** `time` is in epoch milliseconds and drawn in UTC. `unit` is empty for a bare number. */
export const ChartAxis = z.object({ name: Name, unit: z.string().max(40), scale: z.enum(['linear', 'log', 'time']) });
export type ChartAxis = z.infer<typeof ChartAxis>;

/** Place and value; null is a value that is not a number or infinite, and is drawn as a gap. Places never go back. */
export const ChartPoint = z.tuple([z.number(), z.number().nullable()]);
export type ChartPoint = z.infer<typeof ChartPoint>;

export const ChartSeries = z.object({ name: Name, points: z.array(ChartPoint) });
export type ChartSeries = z.infer<typeof ChartSeries>;

/** A straight line across the picture: a target, a threshold, a baseline. */
export const ChartMark = z.object({ name: Name, value: z.number() });
export type ChartMark = z.infer<typeof ChartMark>;

/** `note` says what the picture leaves out; empty where it leaves out nothing. */
const head = { title: Name, note: z.string().max(400) };
const marks = z.array(ChartMark).max(6);
const plane = { x: ChartAxis, y: ChartAxis, marks };
const series = z
  .array(ChartSeries)
  .min(1)
  .max(MOST_SERIES)
  .refine((all) => all.reduce((sum, one) => sum + one.points.length, 0) <= MOST_POINTS, `no more than ${MOST_POINTS} points`);

/** `line`: values over steps or time. `steps`: an amount that stays until it changes, such as memory in use; drawn from zero. */
export const LineChart = z.object({ kind: z.enum(['line', 'steps']), ...head, ...plane, series });
export type LineChart = z.infer<typeof LineChart>;

/** Named values side by side; `error` is half the length of the error bar. */
export const BarChart = z.object({
  kind: z.literal('bars'),
  ...head,
  value: ChartAxis,
  marks,
  bars: z
    .array(
      z.object({
        name: Name,
        value: z.number().nullable(),
        error: z.number().min(0).nullable(),
        tone: z.enum(['plain', 'chosen', 'bad']),
      }),
    )
    .min(1)
    .max(MOST_BARS),
});
export type BarChart = z.infer<typeof BarChart>;

/** The score on training data against that on held-out data, attempt by attempt. `band` is a range to compare with, such as noise. */
export const GapChart = z.object({
  kind: z.literal('gap'),
  ...head,
  x: Name,
  y: ChartAxis,
  marks,
  band: z.object({ name: Name, low: z.number(), high: z.number() }).nullable(),
  attempts: z
    .array(z.object({ name: Name, train: z.number().nullable(), test: z.number().nullable(), isFinal: z.boolean() }))
    .min(1)
    .max(MOST_ATTEMPTS),
});
export type GapChart = z.infer<typeof GapChart>;

/** What took how long, one row a thing; places are as on `x`. */
export const TimelineChart = z.object({
  kind: z.literal('timeline'),
  ...head,
  x: ChartAxis,
  rows: z
    .array(
      z.object({
        name: Name,
        spans: z.array(z.object({ from: z.number(), to: z.number(), as: z.enum(['waiting', 'running', 'done', 'failed']) })).max(100),
      }),
    )
    .min(1)
    .max(MOST_ROWS),
});
export type TimelineChart = z.infer<typeof TimelineChart>;

export const Chart = z.discriminatedUnion('kind', [LineChart, BarChart, GapChart, TimelineChart]);
export type Chart = z.infer<typeof Chart>;
