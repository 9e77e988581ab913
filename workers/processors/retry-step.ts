import { defineEffect } from '../processor.ts';

/** Nothing but the end of a wait: what is tried again is decided from the journal. */
export default defineEffect('retry-step', () => Promise.resolve({ kind: 'retry-due' }));
