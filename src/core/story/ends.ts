/** Types of events that end a try, and how. A kind of run whose tries end otherwise adds its rows here. */
export const ENDS: Readonly<Record<string, 'done' | 'failed'>> = {
  'step.done': 'done',
  'step.failed': 'failed',
};
