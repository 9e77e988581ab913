import { isDict } from './block-rules.ts';
import type { Clock, Timings } from './clock.ts';
import type { Faults } from './faults.ts';
import type { HttpDelivery } from './http-delivery.ts';
import type { DeliveryOutcome } from './page-api.ts';
import type { SocketHub } from './socket-mode.ts';
import type { Dict, HeldEvent } from './state.ts';
import type { Store } from './store.ts';

export interface Delivered {
  readonly outcome: DeliveryOutcome;
  /** What the app answered with; undefined when it only acknowledged. */
  readonly payload: unknown;
}

export interface DeliveryParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly faults: Faults;
  readonly sockets: SocketHub;
  /** Present when the app takes requests over HTTP instead of a socket. */
  readonly http: () => HttpDelivery | undefined;
}

interface EventAnswer {
  readonly result: 'acked' | 'unreachable' | 'unacknowledged';
  readonly reason: string;
  readonly noRetry: boolean;
}

// Milliseconds before retry 1, 2 and 3. Over a socket the time for an acknowledgement has passed before the first.
const socketRetries = [0, 6_000, 60_000];
const httpRetries = [0, 60_000, 300_000];
const mostHeld = 1_000;

/** Brings events and requests to the app over the transport in use: retries events, never requests, and holds events while nobody listens. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #running = new Set<Promise<void>>();
  #shuffled: Dict[] = [];

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Sends an event; returns at once. It is delivered at least once, or held until the app connects. */
  emit(outer: Dict): void {
    const shuffle = this.#parts.faults.take(['shuffle'], 'events_api', findChannel(outer));
    if (shuffle === undefined) return this.#start({ outer, attempt: 0 });
    this.#shuffled.push(outer);
    if (this.#shuffled.length === 1) this.#track(this.#releaseShuffled(shuffle.ms ?? 250));
  }

  // Reversed is the one order that is certainly not the original.
  async #releaseShuffled(milliseconds: number): Promise<void> {
    await this.#parts.clock.wait(milliseconds);
    const events = this.#shuffled.toReversed();
    this.#shuffled = [];
    for (const outer of events) this.#start({ outer, attempt: 0 });
  }

  /** Delivers what was held; to be called when a socket opens. */
  releaseHeld(): void {
    const held = this.#parts.store.data.held;
    if (held.length === 0 || this.#parts.clock.stopped) return;
    this.#parts.store.data.held = [];
    this.#parts.store.touch();
    for (const event of held) this.#start(event);
  }

  /** Sends a command or an interaction and says what the person sees. */
  async request(type: 'slash_commands' | 'interactive', payload: Dict, acceptsResponse: boolean): Promise<Delivered> {
    const { faults, clock, timings, sockets } = this.#parts;
    const channel = findChannel(payload);
    const delay = faults.take(['delay'], type, channel);
    const lateness = delay?.ms ?? 0;
    if (lateness > 0) await clock.wait(lateness);
    const timeout = Math.max(1, timings.ackTimeout - lateness);
    const http = this.#parts.http();
    if (http !== undefined) {
      const answer = await http.sendRequest(type, payload, timeout);
      const outcome = answer.result === 'acked' ? 'acked' : answer.result === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
      return { outcome, payload: answer.payload };
    }
    const copies = faults.take(['duplicate-envelope'], type, channel) === undefined ? 1 : 2;
    const answer = await sockets.send(type, { payload, accepts_response_payload: acceptsResponse }, timeout, copies);
    const outcome = answer.result === 'acked' ? 'acked' : answer.result === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
    return { outcome, payload: answer.payload };
  }

  /** Ends the waits for acknowledgements; what is unacknowledged is held. The clock has to be stopped before. */
  async close(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(event: HeldEvent): void {
    this.#track(this.#run(event));
  }

  #track(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #run(event: HeldEvent): Promise<void> {
    const delay = this.#parts.faults.take(['delay'], 'events_api', findChannel(event.outer));
    if (delay?.ms !== undefined) await this.#parts.clock.wait(delay.ms);
    let attempt = event.attempt;
    let reason = attempt > 0 ? 'timeout' : '';
    for (;;) {
      const answer = await this.#attempt(event.outer, attempt, reason);
      if (answer.result === 'acked') return this.#repeatOnRequest(event.outer, attempt);
      if (answer.result === 'unreachable' || this.#parts.clock.stopped) return this.#hold({ outer: event.outer, attempt: attempt + 1 });
      const retries = this.#parts.http() === undefined ? socketRetries : httpRetries;
      const pause = retries[attempt];
      if (pause === undefined || answer.noRetry) return;
      await this.#parts.clock.waitForRetry(pause);
      attempt += 1;
      reason = answer.reason;
    }
  }

  async #attempt(outer: Dict, attempt: number, reason: string): Promise<EventAnswer> {
    const { faults, timings, sockets } = this.#parts;
    const http = this.#parts.http();
    if (http !== undefined) {
      const answer = await http.sendEvent(outer, attempt, reason, timings.ackTimeout);
      return { result: answer.result === 'acked' ? 'acked' : 'unacknowledged', reason: answer.reason, noRetry: answer.noRetry };
    }
    const copies = faults.take(['duplicate-envelope'], 'events_api', findChannel(outer)) === undefined ? 1 : 2;
    const envelope = { payload: outer, accepts_response_payload: false, retry_attempt: attempt, retry_reason: reason };
    const answer = await sockets.send('events_api', envelope, timings.eventAckTimeout, copies);
    const results = { acked: 'acked', 'no-socket': 'unreachable', timeout: 'unacknowledged' } as const;
    return { result: results[answer.result], reason: 'timeout', noRetry: false };
  }

  async #repeatOnRequest(outer: Dict, attempt: number): Promise<void> {
    if (this.#parts.faults.take(['redeliver'], 'events_api', findChannel(outer)) === undefined) return;
    await this.#attempt(outer, attempt + 1, 'timeout');
  }

  #hold(event: HeldEvent): void {
    const held = this.#parts.store.data.held;
    held.push(event);
    if (held.length > mostHeld) held.shift();
    this.#parts.store.touch();
  }
}

// Where an event, a command or an interaction comes from, so that a fault can concern one channel only.
function findChannel(payload: Dict): string | undefined {
  const inner = isDict(payload['event']) ? payload['event'] : payload;
  const item = isDict(inner['item']) ? inner['item'] : {};
  const named = isDict(inner['channel']) ? inner['channel']['id'] : inner['channel'];
  return [named, inner['channel_id'], item['channel']].find((id) => typeof id === 'string');
}
