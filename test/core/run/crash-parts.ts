/** What outlives a process: journal, queue and Slack, each with places around it where the process may die. */
import type { WebClient } from '@slack/web-api';
import { listEffects } from '../../../src/core/run/effects.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import type { AppendRequest, Dispatcher, Journal } from '../../../src/ports.ts';
import type { ReconcilerDeps } from '../../../src/slack/thread-run.ts';
import type { SentSlot } from '../../../src/slack/thread-store.ts';
import { begun } from './builders.ts';
import { freeze, type Fate } from './fate.ts';

export class MemoryJournal implements Journal {
  readonly #fate: Fate;
  #events: string[] = [];
  #commands: string[] = [];
  #undispatched: { runId: string; version: number } | null = null;
  #active: string[] = [];

  constructor(fate: Fate) {
    this.#fate = fate;
  }

  /** Ids of commands in the order in which they were applied. */
  get commands(): readonly string[] {
    return this.#commands;
  }

  wipe(): void {
    this.#events = [];
    this.#commands = [];
    this.#undispatched = null;
    this.#active = [];
  }

  async append(request: AppendRequest): Promise<'appended' | 'conflict' | 'duplicate'> {
    await Promise.resolve();
    this.#fate.maybeDie();
    const { commandId, expectedVersion, events, runId } = request;
    if (commandId !== null && this.#commands.includes(commandId)) return 'duplicate';
    if (expectedVersion !== this.#events.length) return 'conflict';
    this.#events.push(...events.map((event) => JSON.stringify(event)));
    if (commandId !== null) this.#commands.push(commandId);
    if (events.length > 0) this.#undispatched = { runId, version: this.#events.length };
    this.#active = request.active ? [runId] : [];
    this.#fate.maybeDie();
    return 'appended';
  }

  async read(_runId: string, afterVersion: number): Promise<RunEvent[]> {
    await Promise.resolve();
    return this.#events.slice(afterVersion).map((json) => freeze(JSON.parse(json) as RunEvent));
  }

  wasApplied(_runId: string, commandId: string): Promise<boolean> {
    return Promise.resolve(this.#commands.includes(commandId));
  }

  listActive(): Promise<string[]> {
    return Promise.resolve([...this.#active]);
  }

  listRecent(): Promise<string[]> {
    return Promise.resolve([...this.#active]);
  }

  findByThread(): Promise<null> {
    return Promise.resolve(null);
  }

  listUndispatched(): Promise<{ runId: string; version: number }[]> {
    return Promise.resolve(this.#undispatched === null ? [] : [this.#undispatched]);
  }

  async markDispatched(_runId: string, version: number): Promise<void> {
    await Promise.resolve();
    this.#fate.maybeDie();
    if (this.#undispatched?.version === version) this.#undispatched = null;
  }
}

export class MemoryQueue implements Dispatcher {
  readonly #fate: Fate;
  readonly #jobs = new Set<string>();
  /** The thread has to be looked at. */
  dirty = false;

  constructor(fate: Fate) {
    this.#fate = fate;
  }

  async dispatch(state: RunState): Promise<void> {
    await Promise.resolve();
    this.#fate.maybeDie();
    for (const effect of listEffects(state)) {
      this.#jobs.add(effect.id);
      this.#fate.maybeDie();
    }
    this.dirty = true;
    this.#fate.maybeDie();
  }

  next(): string | undefined {
    return [...this.#jobs][0];
  }

  finish(id: string): void {
    this.#jobs.delete(id);
  }

  wipe(): void {
    this.#jobs.clear();
  }
}

export interface Posted {
  readonly ts: string;
  readonly thread: string | null;
  readonly slot: string;
  text: string;
}

interface PostArguments {
  readonly channel: string;
  readonly text: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly metadata: { readonly event_type: string; readonly event_payload: { readonly run: string; readonly slot: string } };
}

export class MemorySlack {
  readonly #fate: Fate;
  readonly messages: (Posted & { metadata: PostArguments['metadata'] })[] = [];
  #sent = new Map<string, SentSlot>();
  #now = begun;

  constructor(fate: Fate) {
    this.#fate = fate;
  }

  /** The memory of what was sent is lost; the messages are where they were. */
  forget(): void {
    this.#sent = new Map();
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  deps(): ReconcilerDeps {
    return {
      client: this.#client(),
      store: {
        load: () => Promise.resolve(new Map(this.#sent)),
        save: async (_run, slot, sent) => {
          await Promise.resolve();
          this.#fate.maybeDie();
          this.#sent.set(slot, sent);
          this.#fate.maybeDie();
        },
        loadTurn: () => Promise.resolve(null),
        saveTurn: () => Promise.resolve(),
      },
      limiter: { take: () => Promise.resolve(0), blockedFor: () => Promise.resolve(0), block: () => Promise.resolve() },
      rates: { updatesPerMinute: 1, postsPerMinute: 1, postsPerMinutePerChannel: 1 },
      pictures: { draw: () => Promise.resolve(null), paceMs: 0 },
      now: () => this.#now,
    };
  }

  #client(): WebClient {
    const post = (sent: PostArguments): { ts: string } => {
      this.#fate.maybeDie();
      const ts = `${1_000 + this.messages.length}.000`;
      const { slot } = sent.metadata.event_payload;
      this.messages.push({ ts, thread: sent.thread_ts ?? null, slot, text: sent.text, metadata: sent.metadata });
      this.#fate.maybeDie();
      return { ts };
    };
    const update = (sent: PostArguments): void => {
      this.#fate.maybeDie();
      const found = this.messages.find((message) => message.ts === sent.ts);
      if (found === undefined) throw new Error('message_not_found');
      found.text = sent.text;
      this.#fate.maybeDie();
    };
    const chat = { postMessage: async (sent: PostArguments) => post(sent), update: async (sent: PostArguments) => update(sent) };
    const conversations = {
      replies: ({ ts }: { ts: string }) =>
        Promise.resolve({ messages: this.messages.filter((item) => item.ts === ts || item.thread === ts) }),
      history: () => Promise.resolve({ messages: this.messages.filter((item) => item.thread === null) }),
    };
    return { chat, conversations } as unknown as WebClient;
  }
}
