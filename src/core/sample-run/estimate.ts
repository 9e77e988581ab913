/** What a full run would take, from what the sample's log shows. Pure. */
import type { Progress } from '../progress/schema.ts';
import type { SampleResult } from '../run/events.ts';
import { formatBytes, formatCount, formatDuration } from '../run/format.ts';
import type { SamplePlan } from './schema.ts';

export interface EstimateInput {
  readonly plan: Pick<SamplePlan, 'full' | 'expected' | 'resources'>;
  readonly progress: Progress;
  readonly wallSeconds: number | null;
  readonly maxRssBytes: number | null;
  /** The time left as it was last estimated while the log grew: how much steps vary shows there. */
  readonly eta?: Progress['eta'];
}

type FullRun = SampleResult['fullRun'];

/** How far a single sample is trusted where its log does not show how much steps vary. */
const SLACK = { low: 0.8, high: 1.25 };

/** Time and GPU-hours of a full run on the sample's hardware, as an interval; null where the log or the code does not say enough. */
export function estimateFull(input: EstimateInput): FullRun {
  const { full, resources } = input.plan;
  const memoryMb = input.maxRssBytes === null ? null : Math.ceil((input.maxRssBytes * 1.2) / 1_048_576);
  const found = findSeconds(input);
  const base = { command: full.command, memoryMb };
  if (found.seconds === null) return { ...base, seconds: null, basis: found.basis };
  const { seconds } = found;
  return {
    ...base,
    seconds,
    interval: { low: seconds * found.spread.low, high: seconds * found.spread.high },
    gpuHours: resources.gpus === 0 ? null : (seconds / 3600) * resources.gpus,
    basis: `${found.basis}, on this hardware: ${describeHardware(resources)}`,
  };
}

type Found =
  | { readonly seconds: null; readonly basis: string }
  | { readonly seconds: number; readonly basis: string; readonly spread: { readonly low: number; readonly high: number } };

function findSeconds({ plan, progress, wallSeconds, eta }: EstimateInput): Found {
  const { unit, total, isPart } = plan.full;
  if (total === null || unit === null) return { seconds: null, basis: 'the code does not say how long a full run is' };
  if (unit === 'epoch' && isPart === true)
    return { seconds: null, basis: `${formatCount(total, 'epoch')}; the sample read a part of the data only, so its epochs say nothing` };
  const perEpoch = unit === 'epoch' ? countPerEpoch(plan, progress) : null;
  const spread = eta !== null && eta !== undefined && eta.likely > 0 ? { low: eta.low / eta.likely, high: eta.high / eta.likely } : SLACK;
  const { rate, current: done } = progress;
  const sameUnit = progress.unit === unit || (unit === 'step' && (progress.unit === 'batch' || progress.unit === 'round'));
  const shownRate = rate === null ? '' : String(Number(rate.toPrecision(3)));
  if (rate !== null && rate > 0 && sameUnit)
    return { seconds: total / rate, basis: `${formatCount(total, unit)} at the sample's ${shownRate} a second`, spread };
  if (rate !== null && rate > 0 && perEpoch !== null) {
    const basis = `${formatCount(total, 'epoch')} of ${formatCount(perEpoch, progress.unit ?? 'step', progress.unit === 'batch' ? 'batches' : `${progress.unit ?? 'step'}s`)} at the sample's ${shownRate} a second`;
    return { seconds: (total * perEpoch) / rate, basis, spread };
  }
  const part = sameUnit ? done : perEpoch !== null && done !== null ? done / perEpoch : null;
  if (wallSeconds !== null && part !== null && part > 0) {
    const basis = `${formatCount(total, unit)}, ${describePart(part, unit)} took ${formatDuration(wallSeconds)} with start-up`;
    // What started the program is counted with each step, so the truth lies below rather than above.
    return { seconds: (wallSeconds / part) * total, basis, spread: { low: 0.5, high: 1.1 } };
  }
  return { seconds: null, basis: `${formatCount(total, unit)}; the sample printed no rate to scale` };
}

/** Batches of an epoch, where the log counts within epochs. */
function countPerEpoch(plan: EstimateInput['plan'], progress: Progress): number | null {
  if (progress.total === null || progress.total <= 0) return null;
  if (progress.unit === 'batch' || progress.unit === 'sample') return progress.total;
  const isOneEpoch = plan.expected?.unit === 'epoch' && plan.expected.total === 1;
  return progress.unit === 'step' && isOneEpoch ? progress.total : null;
}

function describePart(part: number, unit: string): string {
  return part < 1 ? `${Math.round(part * 100)} % of one` : `${formatCount(Number(part.toPrecision(3)), unit)} of them`;
}

function describeHardware(resources: SamplePlan['resources']): string {
  return resources.gpus > 0 ? formatCount(resources.gpus, 'GPU') : `${formatCount(resources.cpus, 'CPU')}, no GPU`;
}

/** A full run in one line: time, interval, GPU-hours, memory. */
export function describeFull(fullRun: FullRun): string {
  const { seconds, interval, gpuHours, memoryMb } = fullRun;
  const range = interval === undefined ? '' : ` (${formatDuration(interval.low)} to ${formatDuration(interval.high)})`;
  const time = seconds === null ? 'time unknown' : `about ${formatDuration(seconds)}${range}`;
  const gpu = gpuHours === null || gpuHours === undefined ? '' : `, ${String(Number(gpuHours.toPrecision(2)))} GPU-hours`;
  const memory = memoryMb === null ? '' : `, ${formatBytes(memoryMb * 1_048_576)} of memory`;
  return `${time}${gpu}${memory}`;
}
