import { ReprobotError } from '../../src/errors.ts';
import { defineEffect } from '../processor.ts';

/** A stage that needs invention. */
export default defineEffect(
  'run-loop-agent',
  async ({ state }) => {
    throw new ReprobotError({
      code: 'config.invalid',
      doing: `working on run ${state.id}`,
      why: 'this worker has no agents for the stages of a loop',
      remedy: 'Bring the files in the project and say “go on”.',
    });
  },
  'agent',
);
