/** Turns a run's journal into entries of the diary. Pure; the same journal always tells the same. */
import type { RunEvent } from '../run/events.ts';
import { foldEvent } from '../run/fold.ts';
import type { RunState } from '../run/state.ts';
import { nameRun } from '../run/view/name.ts';
import type { Entry } from './entry.ts';
import { listSettings } from './list-settings.ts';
import { placeEvent } from './place-event.ts';
import { TELLERS } from './tellers.ts';
import { tidyTold, tidyWords } from './tidy.ts';
import type { Telling, Told } from './told.ts';

/** Everything that the events tell, oldest first. `from` is the state before the first of them; null at the beginning. */
export function tellRun(events: readonly RunEvent[], from: RunState | null = null): Entry[] {
  const entries: Entry[] = [];
  let before = from;
  for (const event of events) {
    const after = foldEvent(before, event);
    const told = tellEvent(event, before, after);
    if (typeof told !== 'string') entries.push(...told.map((one, index) => toEntry(one, index, event, before, after)));
    before = after;
  }
  return entries;
}

/** What one event tells, or the reason why it tells nothing. */
export function tellEvent(event: RunEvent, before: RunState | null, after: RunState): Telling {
  // One row for each type: the compiler cannot see that the row of this event's type takes this event.
  const teller = TELLERS[event.type] as (event: RunEvent, before: RunState | null, after: RunState) => Telling;
  return teller(event, before, after);
}

function toEntry(told: Told, index: number, event: RunEvent, before: RunState | null, state: RunState): Entry {
  // An event ends a try once, and settles what is worked with once, however much it tells.
  const settings = index === 0 ? listSettings(event, state) : [];
  const place = placeEvent(event, before, state);
  return {
    by: null,
    figures: [],
    message: null,
    commit: state.clone?.commit ?? null,
    job: null,
    topic: '',
    ...told,
    about: tidyWords(told.about ?? nameRun(state)),
    text: tidyTold(told.kind, told.text),
    id: `${state.id}.${state.version}.${index}`,
    at: event.at,
    source: { of: 'run', id: state.id, version: state.version, event: event.type },
    thread: state.thread,
    attempt: place === null || index === 0 ? place : { ...place, end: null },
    ...(settings.length === 0 ? {} : { settings }),
  };
}
