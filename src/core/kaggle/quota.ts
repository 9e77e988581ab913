import { z } from 'zod';

/** Of one kind of accelerator, in seconds. */
export const AcceleratorQuota = z.object({
  usedSeconds: z.number(),
  /** Held by sessions that run now; Kaggle's own “remaining” leaves it out. */
  reservedSeconds: z.number(),
  totalSeconds: z.number(),
});
export type AcceleratorQuota = z.infer<typeof AcceleratorQuota>;

export const Quota = z.object({
  gpu: AcceleratorQuota,
  tpu: AcceleratorQuota,
  /** Epoch milliseconds; null when Kaggle does not say. */
  refreshAt: z.number().nullable(),
});
export type Quota = z.infer<typeof Quota>;

/** A quota as it was at a moment, in epoch milliseconds. */
export const SeenQuota = z.object({ quota: Quota, at: z.number() });
export type SeenQuota = z.infer<typeof SeenQuota>;

export const METERED = ['gpu', 'tpu'] as const;

/** What of the week nobody has used or holds. */
export function findLeft({ usedSeconds, reservedSeconds, totalSeconds }: AcceleratorQuota): number {
  return Math.max(0, totalSeconds - usedSeconds - reservedSeconds);
}

/** How much of the week is used and left, a line a kind of accelerator; what running sessions hold is named apart. */
export function describeQuota(quota: Quota): string[] {
  return METERED.flatMap((kind) => {
    const { usedSeconds, reservedSeconds, totalSeconds } = quota[kind];
    if (totalSeconds === 0) return [];
    const held = reservedSeconds > 0 ? `, ${formatHours(reservedSeconds)} more held by running sessions` : '';
    const used = `${formatHours(usedSeconds)} of ${formatHours(totalSeconds)} used this week${held}`;
    return [`${kind.toUpperCase()}: ${used}, ${formatHours(findLeft(quota[kind]))} left`];
  });
}

/** Whether its week was over by then: what was seen says nothing of the one that has begun. */
export function isWeekOver({ refreshAt }: Quota, now: number): boolean {
  return refreshAt !== null && refreshAt <= now;
}

export type Accelerator = 'none' | 'gpu' | 'tpu';

/** Longest session of each kind. */
export const SESSION_SECONDS: Readonly<Record<Accelerator, number>> = { none: 43_200, gpu: 43_200, tpu: 32_400 };

export type QuotaPlan =
  | { readonly kind: 'fits'; readonly leftSeconds: number | null }
  /** After the refresh it fits. */
  | { readonly kind: 'wait'; readonly until: number | null; readonly why: string }
  /** No week is long enough, or no session is. */
  | { readonly kind: 'never'; readonly why: string };

/** Whether a run of so many seconds can be finished with what the week has left; what running sessions hold counts as used. */
export function planQuota(quota: Quota, accelerator: Accelerator, needSeconds: number): QuotaPlan {
  const session = SESSION_SECONDS[accelerator];
  if (needSeconds > session) {
    return { kind: 'never', why: `it needs ${formatHours(needSeconds)} and a session may take ${formatHours(session)}` };
  }
  if (accelerator === 'none') return { kind: 'fits', leftSeconds: null };
  const { reservedSeconds, totalSeconds } = quota[accelerator];
  const kind = accelerator.toUpperCase();
  if (needSeconds > totalSeconds) {
    return { kind: 'never', why: `it needs ${formatHours(needSeconds)} of ${kind} and the week has ${formatHours(totalSeconds)}` };
  }
  const left = findLeft(quota[accelerator]);
  if (needSeconds <= left) return { kind: 'fits', leftSeconds: left };
  const held = reservedSeconds > 0 ? ` (${formatHours(reservedSeconds)} more are held by running sessions)` : '';
  const why = `it needs ${formatHours(needSeconds)} of ${kind} and ${formatHours(left)} of this week’s ${formatHours(totalSeconds)} are left${held}`;
  return { kind: 'wait', until: quota.refreshAt, why };
}

/** Reads a protobuf duration such as `3600s` or `1.500s`; 0 for what is none. */
export function readDuration(text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text);
  return match === null ? 0 : Number(match[1]);
}

function formatHours(seconds: number): string {
  return `${(seconds / 3600).toFixed(1)} h`;
}
