import type { RunEvent } from '../core/run/events.ts';
import type { Journal } from '../ports.ts';

/** What was made of a run's journal so far: of how many events, and when the last of them was. */
export interface Followed {
  readonly version: number;
  readonly updatedAt: number;
}

export interface FollowParts<K extends Followed> {
  readonly journal: Pick<Journal, 'read' | 'listRecent'>;
  /** What comes of further events; `last` is null at the beginning. Null where it cannot go on from there: then it begins anew. */
  readonly fold: (last: K | null, events: readonly RunEvent[]) => K | null;
  /** Hears of a run whose journal cannot be read; the others are followed all the same. */
  readonly onCorrupt: (runId: string, error: unknown) => void;
}

/** A limit that no list of runs reaches. */
export const EVERY_RUN = 1_000_000;
/** Journals that are read side by side. */
const AT_ONCE = 64;

/**
 * Follows the journals of all runs. Keeps what was made of each, so that asking again costs the new events and nothing else. A run of which
 * `isWanted` says no is not read on; it is asked only of what is known already. Newest run first.
 */
export function followRuns<K extends Followed>(parts: FollowParts<K>): (isWanted?: (known: K) => boolean) => Promise<K[]> {
  const known = new Map<string, K>();
  const reading = new Map<string, Promise<K | null>>();
  const update = (runId: string): Promise<K | null> => {
    const begun = reading.get(runId) ?? keep(runId).finally(() => reading.delete(runId));
    reading.set(runId, begun);
    return begun;
  };
  const keep = async (runId: string): Promise<K | null> => {
    const next = await readOn(parts, runId, known.get(runId) ?? null).catch((error: unknown) => {
      parts.onCorrupt(runId, error);
      return null;
    });
    if (next === null) known.delete(runId);
    else known.set(runId, next);
    return next;
  };
  return async (isWanted = () => true) => {
    const ids = (await parts.journal.listRecent(EVERY_RUN)).filter((id) => {
      const last = known.get(id);
      return last === undefined || isWanted(last);
    });
    const all: K[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE)
      for (const one of await Promise.all(ids.slice(at, at + AT_ONCE).map(update))) if (one !== null && isWanted(one)) all.push(one);
    return all;
  };
}

async function readOn<K extends Followed>({ journal, fold }: FollowParts<K>, runId: string, last: K | null): Promise<K | null> {
  if (last !== null) {
    // The last known event is read again: when it is not there, the journal was wiped and perhaps begun anew.
    const [first, ...newer] = await journal.read(runId, last.version - 1);
    const goesOn = first?.at === last.updatedAt;
    if (goesOn && newer.length === 0) return last;
    const next = goesOn ? fold(last, newer) : null;
    if (next !== null) return next;
  }
  return fold(null, await journal.read(runId, 0));
}
