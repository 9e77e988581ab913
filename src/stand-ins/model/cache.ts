import { createHash } from 'node:crypto';
import { listTurns, readSystem, type CountRequest } from './wire.ts';

/** Bytes of text to a token, about; exact counts are the real model's secret. */
const BYTES_PER_TOKEN = 4;
const LIFETIME_MS = { '5m': 5 * 60_000, '1h': 60 * 60_000 } as const;
/** How many blocks before a mark are looked at for an earlier entry. */
const LOOK_BACK = 20;

interface Piece {
  /** Hash of everything up to and with this block. */
  readonly prefix: string;
  /** Tokens up to and with this block. */
  readonly tokens: number;
  readonly mark: '5m' | '1h' | null;
}

export interface InputUsage {
  readonly input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_creation: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number };
}

/** Tokens of a text, as the stand-in counts. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Tokens of a whole request. */
export function countInput(request: CountRequest): number {
  return listPieces(request).at(-1)?.tokens ?? 0;
}

/**
 * The prompt cache: an entry for each prefix that ended at a mark, found again only when every block before is the same. Changing
 * the model, a tool or the system prompt therefore loses everything after it, as with the real one.
 */
export class PromptCache {
  readonly #entries = new Map<string, { until: number; life: number }>();
  readonly #leastTokens: number;

  /** `leastTokens`: shorter prefixes are not kept. */
  constructor(leastTokens: number) {
    this.#leastTokens = leastTokens;
  }

  /** What of this request is read from the cache, written to it, and billed in full; remembers what was written. */
  use(request: CountRequest, now: number): InputUsage {
    const pieces = listPieces(request);
    const total = pieces.at(-1)?.tokens ?? 0;
    const marks = pieces.flatMap((piece, index) => (piece.mark === null ? [] : [{ piece, index, mark: piece.mark }]));
    const last = marks.filter(({ piece }) => piece.tokens >= this.#leastTokens).at(-1);
    const read = this.#findLongest(
      pieces,
      marks.map(({ index }) => index),
      now,
    );
    const end = Math.max(last?.piece.tokens ?? 0, read);
    const written = { '5m': 0, '1h': 0 };
    let from = read;
    for (const { piece, mark } of marks) {
      if (piece.tokens < this.#leastTokens) continue;
      written[mark] += Math.max(0, piece.tokens - from);
      from = Math.max(from, piece.tokens);
      this.#entries.set(piece.prefix, { until: now + LIFETIME_MS[mark], life: LIFETIME_MS[mark] });
    }
    return {
      input_tokens: total - end,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written['5m'] + written['1h'],
      cache_creation: { ephemeral_5m_input_tokens: written['5m'], ephemeral_1h_input_tokens: written['1h'] },
    };
  }

  #findLongest(pieces: readonly Piece[], marks: readonly number[], now: number): number {
    for (const mark of marks.toReversed()) {
      for (let index = mark; index >= Math.max(0, mark - LOOK_BACK); index -= 1) {
        const piece = pieces[index];
        const entry = piece === undefined ? undefined : this.#entries.get(piece.prefix);
        if (piece === undefined || entry === undefined || entry.until < now) continue;
        entry.until = now + entry.life;
        return piece.tokens;
      }
    }
    return 0;
  }
}

function listPieces(request: CountRequest): Piece[] {
  const shaping = JSON.stringify([request.thinking ?? null, request.tool_choice ?? null]);
  const turns = listTurns(request.messages);
  const blocks = [
    ...(request.tools ?? []).map((tool) => ({ place: 'tool', block: tool })),
    ...readSystem(request.system).map((block) => ({ place: 'system', block })),
    ...turns.flatMap((turn) => turn.content.map((block) => ({ place: `${turn.role} ${shaping}`, block }))),
  ];
  let prefix = createHash('sha256').update(request.model).digest('hex');
  let tokens = 0;
  const lastIndex = blocks.length - 1;
  return blocks.map(({ place, block }, index) => {
    const { cache_control: control, ...content } = block as typeof block & { cache_control?: { ttl?: '5m' | '1h' | undefined } | null };
    const text = JSON.stringify(content);
    prefix = createHash('sha256').update(prefix).update(place).update(text).digest('hex');
    tokens += countTokens(text);
    const automatic = index === lastIndex ? request.cache_control : null;
    const chosen = control ?? automatic;
    return { prefix, tokens, mark: chosen == null ? null : (chosen.ttl ?? '5m') };
  });
}
