import { defineEffect } from '../processor.ts';
import { ensureClone } from '../workspace.ts';

export default defineEffect('clone', async ({ context, state, signal }) => {
  const cloned = await ensureClone(context, state, signal);
  return { kind: 'cloned', ...cloned };
});
