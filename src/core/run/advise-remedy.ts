import type { Failure } from '../failure.ts';
import { NO_ADJUSTMENT } from './events.ts';
import { applyRemedy } from './reproduce.ts';

/** What would help a job that the bot does not run and may not change, in one sentence; null where nothing is known. Pure. */
export function adviseRemedy({ remedy }: Pick<Failure, 'remedy'>): string | null {
  if (remedy === null) return null;
  if ('question' in remedy) return `If this were a run of mine I would ask: ${remedy.question}`;
  const restart = applyRemedy(NO_ADJUSTMENT, remedy);
  return restart === null ? null : `What would help: ${restart.why}.`;
}
