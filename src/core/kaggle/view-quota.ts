import type { Span } from '../run/slots.ts';
import { showClock } from '../run/view/job.ts';
import { describeQuota, isWeekOver, type SeenQuota } from './quota.ts';

/** A look at the week, a line a kind of accelerator: how much is used and left, when it begins anew, how old the look is. */
export function describeSeen({ quota, at }: SeenQuota, now: number): Span[][] {
  const { refreshAt } = quota;
  const reset: Span[] = refreshAt === null ? [] : [{ text: ', resets ' }, showClock(refreshAt)];
  const over: Span[] = isWeekOver(quota, now) ? [{ text: '; a new week has begun since' }] : [];
  return describeQuota(quota).map((line) => [{ text: line }, ...reset, { text: ', as of ' }, showClock(at), ...over]);
}
