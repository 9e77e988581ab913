/** Of one kind of accelerator, in seconds. */
export interface AcceleratorQuota {
  readonly usedSeconds: number;
  /** Held by sessions that run now; Kaggle's own “remaining” leaves it out. */
  readonly reservedSeconds: number;
  readonly totalSeconds: number;
}

export interface Quota {
  readonly gpu: AcceleratorQuota;
  readonly tpu: AcceleratorQuota;
  /** Epoch milliseconds; null when Kaggle does not say. */
  readonly refreshAt: number | null;
}

/** A quota as it was at a moment, in epoch milliseconds. */
export interface SeenQuota {
  readonly quota: Quota;
  readonly at: number;
}

/** How much of the week is used, a line a kind of accelerator; what running sessions hold is named apart. */
export function describeQuota({ quota }: SeenQuota): string[] {
  return (['gpu', 'tpu'] as const).flatMap((kind) => {
    const { usedSeconds, reservedSeconds, totalSeconds } = quota[kind];
    if (totalSeconds === 0) return [];
    const held = reservedSeconds > 0 ? `, ${formatHours(reservedSeconds)} more held by running sessions` : '';
    return [`${kind.toUpperCase()}: ${formatHours(usedSeconds)} of ${formatHours(totalSeconds)} used this week${held}`];
  });
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
  const { usedSeconds, reservedSeconds, totalSeconds } = quota[accelerator];
  const kind = accelerator.toUpperCase();
  if (needSeconds > totalSeconds) {
    return { kind: 'never', why: `it needs ${formatHours(needSeconds)} of ${kind} and the week has ${formatHours(totalSeconds)}` };
  }
  const left = Math.max(0, totalSeconds - usedSeconds - reservedSeconds);
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
