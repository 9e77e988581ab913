import { ReprobotError } from '../errors.ts';
import type { Span } from '../runs/diary.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The time from the beginning of one day to the end of another, in UTC; everything where none is given. Rejects with usage.bad-input. */
export function readSpan(from: string | undefined, to: string | undefined): Span {
  return {
    from: from === undefined ? 0 : readDay(from),
    to: to === undefined ? Number.MAX_SAFE_INTEGER : readDay(to) + DAY_MS,
  };
}

function readDay(typed: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? Date.parse(`${typed}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(at) && new Date(at).toISOString().startsWith(typed)) return at;
  throw new ReprobotError({
    code: 'usage.bad-input',
    doing: 'reading the days of a story',
    why: `“${typed}” is no day`,
    remedy: 'Write it as 2026-11-27.',
  });
}
