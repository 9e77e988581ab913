import { defineEffect } from '../processor.ts';

/** Nothing but the end of a wait: what it means that nobody answered is decided from the journal. */
export default defineEffect('expire-question', () => Promise.resolve({ kind: 'question-expired' }));
