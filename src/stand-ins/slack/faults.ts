import type { Fault } from './page-api.ts';

export const faultKinds: readonly Fault['kind'][] = [
  'http-error',
  'error',
  'rate-limit',
  'lost-answer',
  'hang',
  'no-pong',
  'no-server-ping',
  'duplicate-envelope',
  'redeliver',
  'shuffle',
  'delay',
];

/** The faults in force, oldest first. */
export class Faults {
  #list: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#list.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#list = [];
  }

  list(): Fault[] {
    return this.#list.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
  }

  /** The first fault of one of these kinds that concerns this method and channel, counted as used; undefined when there is none. */
  take(kinds: readonly Fault['kind'][], method?: string, channel?: string): Fault | undefined {
    const entry = this.#list.find(({ fault }) => kinds.includes(fault.kind) && concerns(fault, method, channel));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) this.#list = this.#list.filter((other) => other !== entry);
    return entry.fault;
  }

  /** True while a fault of this kind is in force; does not count it as used. */
  has(kind: Fault['kind']): boolean {
    return this.#list.some(({ fault }) => fault.kind === kind);
  }
}

function concerns(fault: Fault, method: string | undefined, channel: string | undefined): boolean {
  if (fault.method !== undefined && fault.method !== '*' && fault.method !== method) return false;
  return fault.channel === undefined || fault.channel === channel;
}
