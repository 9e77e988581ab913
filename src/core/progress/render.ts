import { formatCount, formatDuration, formatNumber } from '../run/format.ts';
import type { LimitVerdict } from './judge-limit.ts';
import type { Progress } from './schema.ts';

const BAR_WIDTH = 30;
const SPARKS = '▁▂▃▄▅▆▇█';
const MAX_SPARKS = 30;
const MAX_METRICS = 12;
const MAX_SHAPES = 6;

/** A row of small bars for values over time, at most 30 of them; empty for fewer than two. */
export function drawSparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return '';
  const count = Math.min(MAX_SPARKS, finite.length);
  const picked = Array.from({ length: count }, (_, index) => finite[Math.round((index * (finite.length - 1)) / (count - 1))] ?? 0);
  const [low, high] = [Math.min(...picked), Math.max(...picked)];
  const levels = high > low ? picked.map((value) => Math.round(((value - low) / (high - low)) * (SPARKS.length - 1))) : picked.map(() => 0);
  return levels.map((level) => SPARKS[level] ?? '').join('');
}

function drawBar(fraction: number): string {
  const filled = Math.floor(fraction * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] `;
}

/** A time of the log as it would write it, to the minute. */
function formatClock(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString().slice(0, 16).replace('T', ' ');
}

function renderPosition({ unit, current, total, epoch, fraction, phase, attempt }: Progress): string[] {
  if (unit === null) return ['no position found'];
  const where = `${unit} ${current ?? '?'}${total === null ? '' : ` of ${total}`}`;
  const inEpoch = epoch === null || unit === 'epoch' ? '' : `, epoch ${epoch.current}${epoch.total === null ? '' : ` of ${epoch.total}`}`;
  const again = attempt === undefined || attempt < 2 ? '' : `, start ${attempt} of the work`;
  const share = fraction === null ? '' : ` (${(fraction * 100).toFixed(1)}% of the run)`;
  return [
    `${fraction === null ? '' : drawBar(fraction)}${where}${share}${inEpoch}${phase === undefined ? '' : `, ${phase.replace('-', ' ')}`}${again}`,
  ];
}

/** How fast: units a second, or seconds for a unit. */
function renderRate(rate: number, unit: string): string {
  if (rate >= 1) return `${rate.toPrecision(3)} ${unit}s a second`;
  return `${rate > 1 / 60 ? `${(1 / rate).toPrecision(3)} s` : formatDuration(1 / rate)} for each ${unit}`;
}

function renderTime({ unit, rate, fraction, eta, asOf, pauses, checkpoint, basis }: Progress): string[] {
  const lines: string[] = [];
  if (rate !== null && rate > 0) lines.push(renderRate(rate, unit ?? 'unit'));
  if (eta !== null && fraction !== 1) {
    const clock =
      asOf == null
        ? ''
        : `, until ${formatClock(asOf + eta.likely)} (${formatClock(asOf + eta.low)} to ${formatClock(asOf + eta.high)}) by the log's clock`;
    lines.push(`still about ${formatDuration(eta.likely)} (${formatDuration(eta.low)} to ${formatDuration(eta.high)})${clock}`);
  }
  const count = Math.round(pauses?.left ?? 0);
  if (pauses !== undefined && count > 0)
    lines.push(`of that ${formatDuration(pauses.seconds)} in ${formatCount(count, 'pause')} for validation, saving and the like`);
  if (checkpoint !== undefined) {
    const every = checkpoint.every === null ? '' : `, one every ${formatDuration(checkpoint.every)}`;
    lines.push(
      `checkpoints: ${checkpoint.seen} seen${every}${checkpoint.ago === null ? '' : `, the last ${formatDuration(checkpoint.ago)} ago`}`,
    );
  }
  if (basis != null) lines.push(`from ${basis}`);
  return lines;
}

function renderMetrics({ loss, metrics, history }: Progress): string[] {
  const lines: string[] = [];
  if (loss !== null) {
    const row = drawSparkline(loss.points.map(({ value }) => value));
    lines.push(`${loss.name}: ${formatNumber(loss.first)} to ${formatNumber(loss.last)}, ${loss.trend} ${row}`.trimEnd());
  }
  const others = Object.entries(metrics).filter(([name]) => name !== loss?.name);
  const withHistory = others.filter(([name]) => (history?.[name]?.length ?? 0) >= 2);
  for (const [name, value] of withHistory.slice(0, 4)) {
    lines.push(`${name}: ${formatNumber(value)} ${drawSparkline(history?.[name]?.map((point) => point.value) ?? [])}`);
  }
  const rest = others.filter((entry) => !withHistory.slice(0, 4).includes(entry)).slice(0, MAX_METRICS);
  if (rest.length > 0) lines.push(rest.map(([name, value]) => `${name} ${formatNumber(value)}`).join(', '));
  return lines;
}

/** Progress as people read it in a terminal: where, how fast, how long, how well. */
export function renderProgress(progress: Progress, limit: LimitVerdict | null): string {
  const { shapes, warnings } = progress;
  return [
    ...renderPosition(progress),
    ...renderTime(progress),
    ...(limit === null || limit.words === '' ? [] : [limit.words]),
    ...renderMetrics(progress),
    ...shapes.slice(0, MAX_SHAPES).map((note) => `line ${note.line}: ${note.text}`),
    ...(shapes.length > MAX_SHAPES ? [`and ${shapes.length - MAX_SHAPES} more lines on shapes and sizes`] : []),
    ...(warnings.length === 0 ? [] : [`${formatCount(warnings.length, 'different warning')}, first at line ${warnings[0]?.line}`]),
  ].join('\n');
}
