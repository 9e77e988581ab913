/** Alarms about jobs that run: raised once, taken back once, never repeated at each look. Pure. */
import { z } from 'zod';
import type { LimitVerdict } from '../progress/judge-limit.ts';
import type { Stall } from '../progress/judge-stall.ts';

export const WarningKind = z.enum(['stall', 'limit']);

export const Warning = z.object({
  /** Of the job that it is about. */
  token: z.string(),
  kind: WarningKind,
  /** With numbers, as of when it was raised. */
  words: z.string(),
  at: z.number(),
  /** When the reason was gone, or null. */
  over: z.number().nullable(),
});
export type Warning = z.infer<typeof Warning>;

/** What one look says about a job's habits and its limit; null where nothing can be said. */
export const Judged = z.object({
  stall: z.object({ stalled: z.boolean(), words: z.string() }).nullable(),
  limit: z.object({ verdict: z.enum(['fits', 'tight', 'exceeds', 'unknown']), words: z.string() }).nullable(),
});
export type Judged = z.infer<typeof Judged>;

/** The verdicts as a command carries them. */
export function keepVerdicts(stall: Stall | null, limit: LimitVerdict | null): Judged {
  return {
    stall: stall === null ? null : { stalled: stall.stalled, words: stall.words },
    limit: limit === null ? null : { verdict: limit.verdict, words: limit.words },
  };
}

/** A change of verdict: `words` raise an alarm, null takes it back. */
export const WarningChange = z.object({ token: z.string(), kind: WarningKind, words: z.string().nullable() });
export type WarningChange = z.infer<typeof WarningChange>;

/**
 * What changes about the alarms of one job. A limit that is only tight neither raises an alarm nor takes one back, so that an estimate
 * on the edge does not make the thread ring at each look.
 */
export function judgeWarnings(warnings: readonly Warning[], token: string, { stall, limit }: Judged): WarningChange[] {
  const isOpen = (kind: Warning['kind']): boolean => warnings.some((one) => one.token === token && one.kind === kind && one.over === null);
  const changes: WarningChange[] = [];
  if (stall !== null && stall.stalled !== isOpen('stall'))
    changes.push({ token, kind: 'stall', words: stall.stalled ? stall.words : null });
  if (limit?.verdict === 'exceeds' && !isOpen('limit')) changes.push({ token, kind: 'limit', words: limit.words });
  if (limit?.verdict === 'fits' && isOpen('limit')) changes.push({ token, kind: 'limit', words: null });
  return changes;
}

/** The alarms after one change. */
export function applyWarning(warnings: readonly Warning[], { token, kind, words }: WarningChange, at: number): Warning[] {
  if (words !== null) return [...warnings, { token, kind, words, at, over: null }];
  return warnings.map((one) => (one.token === token && one.kind === kind && one.over === null ? { ...one, over: at } : one));
}
