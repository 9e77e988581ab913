import type { Entry } from '../diary/entry.ts';

/** Types of events that end a try, and how. A kind of run whose tries end otherwise adds its rows here. */
const ENDS: Readonly<Record<string, 'done' | 'failed'>> = {
  'step.done': 'done',
  'step.failed': 'failed',
};

/** How an entry ends the try that it belongs to, or null where it does not. What got over a failure is told by the same event and ends nothing. */
export function readEnd({ kind, source }: Pick<Entry, 'kind' | 'source'>): 'done' | 'failed' | null {
  return kind === 'change' ? null : (ENDS[source.event] ?? null);
}
