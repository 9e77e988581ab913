import type { Command } from '../core/run/commands.ts';
import { decide } from '../core/run/decide.ts';
import type { RefusalCode } from '../core/run/decision.ts';
import type { RunEvent } from '../core/run/events.ts';
import { isGood } from '../core/run/failure-history.ts';
import { foldEvents } from '../core/run/fold.ts';
import { isActive, type RunState } from '../core/run/state.ts';
import { hasCode, ReprobotError } from '../errors.ts';
import type { Dispatcher, FailureIndex, Journal } from '../ports.ts';
import { EVERY_RUN } from './follow-runs.ts';

export interface Applied {
  /** State after the command; null when there is no such run. */
  readonly state: RunState | null;
  readonly events: readonly RunEvent[];
  /** `duplicate` is no failure: the first arrival did it. */
  readonly outcome: 'applied' | 'duplicate' | 'refused';
  readonly refusal?: { readonly code: RefusalCode; readonly message: string };
}

const CACHE_SIZE = 500;
/** Looks repeat themselves; nobody remembers their ids. */
const LOOKS: ReadonlySet<Command['kind']> = new Set(['observe', 'observe-watch', 'observe-loop']);
const MAX_CONFLICTS = 50;

/** The one way in which anything happens to a run: read, decide, append, dispatch. */
export class RunService {
  readonly #journal: Journal;
  readonly #dispatcher: Dispatcher;
  readonly #index: FailureIndex | null;
  /** Folded states by run, so that a read costs only the new events. Never the truth: append checks the version. */
  readonly #cache = new Map<string, RunState>();

  constructor(journal: Journal, dispatcher: Dispatcher, index: FailureIndex | null = null) {
    this.#journal = journal;
    this.#dispatcher = dispatcher;
    this.#index = index;
  }

  get journal(): Journal {
    return this.#journal;
  }

  /** The newest state, or null when the journal knows no such run. */
  async load(runId: string): Promise<RunState | null> {
    const cached = this.#cache.get(runId);
    if (cached === undefined) return this.#keep(runId, foldJournal(runId, await this.#journal.read(runId, 0), null));
    // The last known event is read again: when it is not there, the journal was wiped (and perhaps begun anew) behind our back.
    const [known, ...newer] = await this.#journal.read(runId, cached.version - 1);
    if (known?.at === cached.updatedAt) return this.#keep(runId, foldJournal(runId, newer, cached));
    this.#cache.delete(runId);
    return this.load(runId);
  }

  #keep(runId: string, state: RunState | null): RunState | null {
    if (state !== null) this.#remember(runId, state);
    return state;
  }

  #remember(runId: string, state: RunState): void {
    this.#cache.delete(runId);
    this.#cache.set(runId, state);
    const oldest = this.#cache.keys().next();
    if (this.#cache.size > CACHE_SIZE && !oldest.done) this.#cache.delete(oldest.value);
  }

  /** Applies a command once. Safe to call again with the same command after any crash. */
  async apply(runId: string, command: Command): Promise<Applied> {
    for (let round = 0; round < MAX_CONFLICTS; round += 1) {
      const state = await this.load(runId);
      const decision = decide(state, command);
      if (decision.refusal !== undefined) {
        const seen = await this.#journal.wasApplied(runId, command.id);
        return seen ? { state, events: [], outcome: 'duplicate' } : { state, events: [], outcome: 'refused', refusal: decision.refusal };
      }
      const next = foldEvents(decision.events, state);
      const answer = await this.#append(runId, command, state, next, decision.events);
      if (answer === 'conflict') continue;
      if (answer === 'duplicate') return { state: await this.load(runId), events: [], outcome: 'duplicate' };
      if (next !== null) this.#remember(runId, next);
      if (next !== null && decision.events.length > 0) await this.#dispatch(next, decision.events);
      return { state: next, events: decision.events, outcome: 'applied' };
    }
    throw new Error(`run ${runId} changed ${MAX_CONFLICTS} times while one command was decided on`);
  }

  async #append(runId: string, command: Command, state: RunState | null, next: RunState | null, events: readonly RunEvent[]) {
    return this.#journal.append({
      runId,
      expectedVersion: state?.version ?? 0,
      events,
      commandId: LOOKS.has(command.kind) ? null : command.id,
      active: next !== null && isActive(next),
      thread: next?.thread ?? null,
    });
  }

  async #dispatch(state: RunState, events: readonly RunEvent[]): Promise<void> {
    await this.#dispatcher.dispatch(state, events);
    if (state.failures.length > 0 || isGood(state)) await this.#index?.record(state);
    await this.#journal.markDispatched(state.id, state.version);
  }

  /** Makes the index of failures from the journals, where there is none; runs whose journal cannot be read are told to `onCorrupt`. */
  async buildIndex(onCorrupt: (runId: string, error: Error) => void = () => {}): Promise<void> {
    if (this.#index === null || (await this.#index.isBuilt())) return;
    for (const runId of await this.#journal.listRecent(EVERY_RUN)) {
      try {
        const state = foldJournal(runId, await this.#journal.read(runId, 0), null);
        if (state !== null) await this.#index.record(state);
      } catch (error) {
        if (!hasCode(error, 'journal.corrupt')) throw error;
        onCorrupt(runId, error);
      }
    }
    await this.#index.markBuilt();
  }

  /** Dispatches what a crash left between journal and queues, then everything that goes on; returns how many runs it touched. A run
   *  whose journal cannot be read is told to `onCorrupt` and does not keep the others waiting. */
  async dispatchAll(onCorrupt: (runId: string, error: Error) => void = () => {}): Promise<number> {
    const left = (await this.#journal.listUndispatched()).map((item) => item.runId);
    const ids = new Set([...left, ...(await this.#journal.listActive())]);
    for (const runId of ids) {
      try {
        const state = await this.load(runId);
        if (state !== null) await this.#dispatch(state, []);
      } catch (error) {
        if (!hasCode(error, 'journal.corrupt')) throw error;
        onCorrupt(runId, error);
      }
    }
    return ids.size;
  }
}

/** Folds what the journal holds; a state that this version cannot read (a restored one of another version, say) is the run's trouble alone. */
function foldJournal(runId: string, events: readonly RunEvent[], from: RunState | null): RunState | null {
  try {
    return foldEvents(events, from);
  } catch (cause) {
    throw new ReprobotError({
      code: 'journal.corrupt',
      doing: `reading run ${runId}`,
      why: cause instanceof Error ? (cause.message.split('\n')[0] ?? 'its events do not fit together') : 'its events do not fit together',
      remedy: 'Was it written by another version of Reprobot? Start the run anew.',
      cause,
    });
  }
}
