import { redactDeep } from '../core/redact.ts';
import type { RunEvent } from '../core/run/events.ts';
import { ReprobotError } from '../errors.ts';
import { parseStoredEvent } from '../journal/schema.ts';

const BEGINNINGS: ReadonlySet<RunEvent['type']> = new Set(['run.requested', 'watch.requested']);

/** The journals of runs from lines of JSON, an event a line: the events of a run follow one another, and the one that begins a run begins the
 *  next journal. Rejects with journal.corrupt, naming run and line. */
export async function readEvents(lines: AsyncIterable<string>): Promise<RunEvent[][]> {
  const journals: RunEvent[][] = [];
  let number = 0;
  let run = '?';
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const event = parseStoredEvent(run, `line ${number}`, line);
    if (BEGINNINGS.has(event.type)) {
      journals.push([event]);
      run = 'runId' in event ? event.runId : run;
      continue;
    }
    const journal = journals.at(-1);
    if (journal === undefined) throw noBeginning(event.type, number);
    journal.push(event);
  }
  return journals;
}

/** Journals as such lines, without the secrets that we know. */
export function* writeEvents(journals: Iterable<readonly RunEvent[]>): Generator<string> {
  for (const journal of journals) for (const event of journal) yield `${JSON.stringify(redactDeep(event))}\n`;
}

function noBeginning(type: string, line: number): ReprobotError {
  return new ReprobotError({
    code: 'journal.corrupt',
    doing: `reading line ${line} of the journal`,
    why: `${type} belongs to a run, and no run.requested or watch.requested came before it`,
    remedy: 'Give whole journals, as `reprobot story --events` writes them.',
  });
}
