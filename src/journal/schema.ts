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

/** The event as it is stored. Rejects with journal.corrupt when it could not be read back: one such entry would end its run for good. */
export function storeEvent(runId: string, event: RunEvent): string {
  const json = JSON.stringify(event);
  const parsed = RunEvent.safeParse(JSON.parse(json));
  if (parsed.success) return json;
  const issue = parsed.error.issues[0];
  throw new ReprobotError({
    code: 'journal.corrupt',
    doing: `writing ${event.type} of run ${runId}`,
    why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it has an unknown shape'}`,
    remedy: 'This is a mistake of Reprobot; nothing was written.',
    cause: parsed.error,
  });
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
