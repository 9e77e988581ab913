/** The parts of one submission: tasks of an array, components of a heterogeneous job. Counted on the cluster, never listed one by one. */
import { z } from 'zod';
import { formatCount, formatDuration } from '../run/format.ts';
import { ActiveState, JobOutcome } from './job.ts';

export const JobParts = z.object({
  /** All that were ever seen. */
  size: z.number().int(),
  /** What the queue holds, by state and reason. */
  active: z.array(z.object({ state: ActiveState, reason: z.string(), count: z.number().int() })),
  /** What is over, by outcome, with the seconds that they ran in all. */
  ended: z.array(z.object({ outcome: JobOutcome, count: z.number().int(), seconds: z.number() })),
  /** The newest that did not end well; not all of them where they are many. */
  bad: z.array(z.object({ id: z.string(), outcome: JobOutcome, exitCode: z.number().nullable(), signal: z.number().nullable() })),
});
export type JobParts = z.infer<typeof JobParts>;

export function countActive(parts: JobParts): number {
  return parts.active.reduce((sum, one) => sum + one.count, 0);
}

export function countEnded(parts: JobParts): number {
  return parts.ended.reduce((sum, one) => sum + one.count, 0);
}

/** How many of them are in one of the given states. */
export function countIn(parts: JobParts, ...states: ActiveState[]): number {
  return parts.active.reduce((sum, one) => sum + (states.includes(one.state) ? one.count : 0), 0);
}

/** `412 of 1000 ended (409 completed, 3 failed), 16 running, 572 waiting`. */
export function describeParts(parts: JobParts): string {
  const outcomes = parts.ended.map(({ outcome, count }) => `${count} ${outcome.replaceAll('-', ' ')}`).join(', ');
  const running = countIn(parts, 'running', 'starting', 'completing');
  const waiting = countIn(parts, 'pending');
  const others = countIn(parts, 'held', 'suspended');
  return [
    `${countEnded(parts)} of ${parts.size} ended${outcomes === '' ? '' : ` (${outcomes})`}`,
    ...(running === 0 ? [] : [`${running} running`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    ...(others === 0 ? [] : [`${others} held`]),
  ].join(', ');
}

/** How long the rest takes at the pace of what has ended, in words; null while nothing has ended or nothing runs. A guess, and called one. */
export function guessRest(parts: JobParts): string | null {
  const done = parts.ended.filter((one) => one.outcome === 'completed');
  const count = done.reduce((sum, one) => sum + one.count, 0);
  const running = countIn(parts, 'running');
  if (count === 0 || running === 0) return null;
  const each = done.reduce((sum, one) => sum + one.seconds, 0) / count;
  const rest = ((countIn(parts, 'pending', 'starting') + running / 2) * each) / running;
  return `A task takes about ${formatDuration(each)} (${formatCount(count, 'task')} done); at ${running} at a time the rest takes about ${formatDuration(rest)}`;
}

/** What is known after one more count; `over` is null where the accounting told nothing. Sizes never shrink: parts do not vanish. */
export function mergeParts(
  before: JobParts | null,
  now: Pick<JobParts, 'active'> & { readonly over: Pick<JobParts, 'ended' | 'bad'> | null },
): JobParts {
  const { ended, bad } = now.over ?? before ?? { ended: [], bad: [] };
  const merged = { size: 0, active: now.active, ended, bad };
  return { ...merged, size: Math.max(before?.size ?? 0, countActive(merged) + countEnded(merged)) };
}
