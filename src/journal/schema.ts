import { RunEvent } from '../core/run/events.ts';
import { ReprobotError } from '../errors.ts';

/** Reads one stored event. Rejects with journal.corrupt, naming run and position, instead of guessing. */
export function parseStoredEvent(runId: string, id: string, json: string | undefined): RunEvent {
  let value: unknown;
  try {
    value = JSON.parse(json ?? '');
  } catch (cause) {
    throw corrupt(runId, id, 'it is not JSON', cause);
  }
  const parsed = RunEvent.safeParse(value);
  if (!parsed.success) throw corrupt(runId, id, parsed.error.issues[0]?.message ?? 'it has an unknown shape', parsed.error);
  return parsed.data;
}

function corrupt(runId: string, id: string, why: string, cause: unknown): ReprobotError {
  return new ReprobotError({
    code: 'journal.corrupt',
    doing: `reading event ${id} of run ${runId}`,
    why,
    remedy: 'Was it written by a newer version of Reprobot? state.json in the run’s record still holds the last good state.',
    cause,
  });
}
