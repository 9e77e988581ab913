import type { Entry } from '../diary/entry.ts';

/** Types of events that end a try, and how. A kind of run whose tries end otherwise adds its rows here. */
const ENDS: Readonly<Record<string, 'done' | 'failed'>> = {
  'step.done': 'done',
  'step.failed': 'failed',
};

/** Types of events that sum up what is different, as settings tell it piece by piece or changes told before. */
const SUMS: ReadonlySet<string> = new Set(['env.planned', 'sample.planned', 'step.done']);

/** Whether an entry tells of a change that somebody or something made, rather than of all there is. */
export function isChange({ kind, source }: Pick<Entry, 'kind' | 'source'>): boolean {
  return kind === 'change' && !SUMS.has(source.event);
}

/** How an entry ends the try that it belongs to, or null where it does not. What got over a failure is told by the same event and ends nothing. */
export function readEnd({ kind, source }: Pick<Entry, 'kind' | 'source'>): 'done' | 'failed' | null {
  return kind === 'change' ? null : (ENDS[source.event] ?? null);
}
