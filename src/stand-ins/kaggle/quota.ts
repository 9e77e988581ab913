import type { Context } from './context.ts';
import { isActive, listSessions } from './sessions.ts';

/** Seconds of one kind of accelerator: used this week, held by running sessions, and in all. */
export function measureQuota(ctx: Context, kind: 'gpu' | 'tpu') {
  const now = ctx.now();
  const total = kind === 'gpu' ? ctx.limits.gpuSeconds : ctx.limits.tpuSeconds;
  let used = ctx.state.usedBefore[kind];
  let reserved = 0;
  for (const { version, session } of listSessions(ctx)) {
    if (version.accelerator !== kind) continue;
    const ran = session.startedAt === undefined ? 0 : ((session.endedAt ?? now) - session.startedAt) / 1000;
    used += ran;
    if (isActive(session)) reserved += Math.max(0, version.timeoutSeconds - ran);
  }
  return { used, reserved, total };
}

/** The next Saturday, 00:00 UTC, when the week's hours are given anew. */
export function findRefresh(now: number): number {
  const day = 86_400_000;
  const today = Math.floor(now / day);
  // The epoch began on a Thursday.
  const untilSaturday = (9 - (today % 7)) % 7;
  return (today + (untilSaturday === 0 ? 7 : untilSaturday)) * day;
}
