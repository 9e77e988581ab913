import { rankLoss, type Metric } from './read-metrics.ts';
import type { ProgressState } from './state.ts';

const MAX_POINTS = 500;
const MAX_NOTES = 50;
const MAX_METRICS = 60;
const MAX_SERIES = 10;
const MAX_HISTORY = 40;
const MAX_HOLES = 100;
const SCORE =
  /(?:^|[_ /@-])(?:loss|acc(?:uracy)?|ppl|perplexity|auc|f1|mAP|bleu|wer|cer|reward|return|score|rmse|mae|psnr|fid|iou|miou|dice|損失|精度|正解率)|(?:^|_)rew(?:_|$)|EpRet/i;

type MetricPoint = { at: number | null; value: number; line: number };

/** True where a line's metrics are those of training or evaluation, and not settings. */
export function hasScore(metrics: readonly Metric[]): boolean {
  return metrics.some(({ name }) => rankLoss(name) > 0 || (SCORE.test(name) && !/scale|mask|accum/i.test(name)));
}

/** Keeps a note once; there are never more than 50. */
export function addNote(notes: { line: number; text: string }[], line: number, text: string): void {
  const short = text.trim().slice(0, 300);
  if (notes.length < MAX_NOTES && !notes.some((note) => note.text === short)) notes.push({ line, text: short });
}

export interface MetricContext {
  /** Where the work was, as the line counts. */
  readonly at: number | null;
  readonly line: number;
  /** True for a line of evaluation, whose loss is not that of the training. */
  readonly isAside: boolean;
}

/** Takes in the newest value of a metric; a loss that is no number is noted. */
export function keepMetric(state: ProgressState, { name, value }: Metric, { at, line, isAside }: MetricContext): void {
  if (Number.isFinite(value) && (name in state.metrics || Object.keys(state.metrics).length < MAX_METRICS)) state.metrics[name] = value;
  if (Number.isFinite(value)) keepHistory(state, name, { at, value, line });
  const rank = isAside ? 0 : rankLoss(name);
  if (rank === 0 || (state.loss !== null && rank < state.loss.rank) || (state.loss?.rank === rank && state.loss.name !== name)) return;
  if (state.loss === null || rank > state.loss.rank) {
    state.loss = { name, rank, points: [], first: Number.NaN, last: Number.NaN, stride: 1, seen: 0, broken: false };
  }
  if (!Number.isFinite(value) && !state.loss.broken) addNote(state.warnings, line, `${name} is ${value}`);
  addLoss(state.loss, { at, value, line });
}

function keepHistory(state: ProgressState, name: string, point: MetricPoint): void {
  let series = state.history[name];
  if (series === undefined) {
    if (Object.keys(state.history).length >= MAX_SERIES || !hasScore([{ name, value: point.value, unit: '' }])) return;
    series = { points: [], stride: 1, seen: 0 };
    state.history[name] = series;
  }
  if (series.seen % series.stride === 0) series.points.push(point);
  series.seen += 1;
  if (series.points.length <= MAX_HISTORY) return;
  series.points = series.points.filter((_, index) => index % 2 === 0);
  series.stride *= 2;
}

function addLoss(loss: NonNullable<ProgressState['loss']>, point: MetricPoint): void {
  loss.broken = !Number.isFinite(point.value);
  if (loss.broken) return addHole(loss, point.at);
  if (loss.seen === 0) loss.first = point.value;
  loss.last = point.value;
  if (loss.seen % loss.stride === 0) loss.points.push(point);
  loss.seen += 1;
  if (loss.points.length <= MAX_POINTS) return;
  loss.points = loss.points.filter((_, index) => index % 2 === 0);
  loss.stride *= 2;
}

function addHole(loss: NonNullable<ProgressState['loss']>, at: number | null): void {
  loss.holes ??= [];
  if (at !== null && loss.holes.length < MAX_HOLES) loss.holes.push(at);
}
