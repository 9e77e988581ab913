import type { TrafficEntry } from './page-api.ts';

const kept = 2_000;
const longest = 8_000;

/** The record of what went over the wire, newest last, with secrets masked before anything is kept. */
export class Traffic {
  readonly #secrets: () => readonly string[];
  readonly #now: () => number;
  readonly #publish: (entry: TrafficEntry) => void;
  #entries: TrafficEntry[] = [];
  #count = 0;

  constructor(secrets: () => readonly string[], now: () => number, publish: (entry: TrafficEntry) => void) {
    this.#secrets = secrets;
    this.#now = now;
    this.#publish = publish;
  }

  note(entry: Omit<TrafficEntry, 'n' | 'at'>): void {
    this.#count += 1;
    const full: TrafficEntry = {
      n: this.#count,
      at: this.#now(),
      ...entry,
      request: this.#mask(entry.request),
      response: this.#mask(entry.response),
    };
    this.#entries.push(full);
    if (this.#entries.length > kept) this.#entries.splice(0, this.#entries.length - kept);
    this.#publish(full);
  }

  /** Entries after number `since`, the newest `limit` of them. */
  list(since: number, limit: number): TrafficEntry[] {
    return this.#entries.filter((entry) => entry.n > since).slice(-limit);
  }

  clear(): void {
    this.#entries = [];
  }

  #mask(value: unknown): unknown {
    return maskValue(value, this.#secrets(), false);
  }
}

const secretField = /^(token|authorization|client_secret|signing_secret|refresh_token|x-slack-signature|ticket)$/i;
const passwordField = /password|passwd|secret|api_?key/i;
// Addresses that grant something to whoever holds them.
const grants =
  /((?:xox[a-z]|xapp|xoxe)[-.][\w.-]{4})[\w.-]*|(\/response\/[^\s"?]*\/)[^\s"/?]+|([?&]ticket=)[^\s"&]+|(\/upload\/v1\/)[^\s"?]+/g;

function maskText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, '[masked]');
  masked = masked.replace(
    grants,
    (_all, ...parts: unknown[]) => `${parts.slice(0, 4).find((part) => part !== undefined) as string}[masked]`,
  );
  return masked.length > longest ? `${masked.slice(0, longest)}… (${masked.length} characters)` : masked;
}

// `inPassword` is true below a block or action that is named like a password: its values are masked, its structure is kept.
function maskValue(value: unknown, secrets: readonly string[], inPassword: boolean): unknown {
  if (typeof value === 'string') return maskText(value, secrets);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, secrets, inPassword));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  const named = [record['block_id'], record['action_id']].some((id) => typeof id === 'string' && passwordField.test(id));
  return Object.fromEntries(
    Object.entries(record).map(([key, inner]) => {
      if (secretField.test(key) && typeof inner === 'string') return [key, '[masked]'];
      if ((inPassword || named) && (key === 'value' || key === 'initial_value') && typeof inner === 'string') return [key, '[masked]'];
      return [key, maskValue(inner, secrets, inPassword || named || passwordField.test(key))];
    }),
  );
}
