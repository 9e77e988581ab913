/** What posting, editing and uploading for one thread have in common: turns, Slack's answers, and remembering. */
import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Chart } from '../core/charts/schema.ts';
import type { RenderedSlot } from './blocks.ts';
import { classifySlackError } from './errors.ts';
import type { Limiter } from './limiter.ts';
import type { SentSlot, ThreadOwner, ThreadStore } from './thread-store.ts';

/** How long a post whose answer was lost may take to show up in the thread. */
export const SETTLE_MS = 1_500;
/** How late one may come for a turn in line. */
const TURN_KEEPS_MS = 5_000;

export interface ReconcilerDeps {
  readonly client: WebClient;
  readonly store: ThreadStore;
  readonly limiter: Limiter;
  readonly rates: { readonly updatesPerMinute: number; readonly postsPerMinutePerChannel: number; readonly postsPerMinute: number };
  readonly pictures: {
    /** Null for a chart that cannot be drawn; never throws. */
    readonly draw: (chart: Chart) => Promise<Uint8Array | null>;
    /** Milliseconds between two pictures of the same thing while it changes. */
    readonly paceMs: number;
  };
  readonly now: () => number;
}

export interface ThreadRun {
  readonly deps: ReconcilerDeps;
  readonly state: ThreadOwner;
  readonly sent: Map<string, SentSlot>;
  readonly channel: string;
  root: string | null;
}

export type Wait = { ms: number; why: string } | null;

/** Runs one call; turns throttling and lost answers into waiting, and a final no into null. */
export async function guard<T>(
  run: ThreadRun,
  method: string,
  call: () => Promise<T>,
): Promise<{ wait: Wait; value: T | null; why: string }> {
  const line = method === 'chat.postMessage' ? `post:${run.channel}` : method;
  const blocked = await run.deps.limiter.blockedFor(line);
  if (blocked > 0) return { wait: { ms: blocked, why: 'Slack asked us to wait' }, value: null, why: '' };
  try {
    return { wait: null, value: await call(), why: '' };
  } catch (error) {
    const verdict = classifySlackError(error);
    if (verdict.kind === 'rate-limited') {
      await run.deps.limiter.block(line, verdict.seconds);
      return { wait: { ms: verdict.seconds * 1000, why: 'Slack asked us to wait' }, value: null, why: '' };
    }
    if (verdict.kind === 'unknown') return { wait: { ms: SETTLE_MS, why: verdict.why }, value: null, why: verdict.why };
    if (verdict.kind === 'gone') return { wait: null, value: null, why: verdict.why };
    throw error;
  }
}

interface Line {
  readonly line: string;
  readonly perMinute: number;
  readonly burst: number;
}

/** Zero when it is our turn in every line. A place in line once taken is kept over restarts, so that no thread starves another. */
export async function takeTurns(run: ThreadRun, lines: readonly Line[]): Promise<number> {
  const { store, limiter, now } = run.deps;
  let wait = 0;
  for (const { line, perMinute, burst } of lines) {
    let turn = await store.loadTurn(run.state.id, line);
    // A turn that nobody used in time is not saved up: many of them at once would be a burst.
    if (turn === null || turn < now() - TURN_KEEPS_MS) {
      turn = now() + (await limiter.take(line, perMinute, burst));
      await store.saveTurn(run.state.id, line, turn);
    }
    wait = Math.max(wait, turn - now());
  }
  if (wait > 5) return wait;
  for (const { line } of lines) await store.saveTurn(run.state.id, line, null);
  return 0;
}

/** True where Slack finds fault with the blocks and not with us. */
export function isAboutBlocks(error: unknown): boolean {
  const verdict = classifySlackError(error);
  return verdict.kind === 'refused' && /block|too_long|attachment/.test(verdict.why);
}

/**
 * Sends blocks; where Slack finds fault with them, those without pictures, then the sentence alone, so that one odd message never holds up the
 * ones after it. `whole` is false where a picture was left out.
 */
export async function sendReadable<T>(
  rendered: RenderedSlot,
  send: (content: RenderedSlot) => Promise<T>,
): Promise<{ value: T; whole: boolean }> {
  const plain = { ...rendered, blocks: rendered.blocks.filter(({ type }) => type !== 'image') };
  const bare = { text: rendered.text, blocks: [] };
  const tries = plain.blocks.length === rendered.blocks.length ? [plain] : [rendered, plain];
  for (const content of tries) {
    try {
      return { value: await send(content), whole: content === tries[0] };
    } catch (error) {
      if (!isAboutBlocks(error)) throw error;
    }
  }
  return { value: await send(bare), whole: tries.length === 1 };
}

/** Keeps what is known of a slot's message, here and in the store. */
export async function remember(run: ThreadRun, slot: string, sent: SentSlot): Promise<void> {
  run.sent.set(slot, sent);
  if (slot === 'status' && sent.ts !== null) run.root = sent.ts;
  await run.deps.store.save(run.state.id, slot, sent);
}

/** Equal for messages that need no edit. */
export function hashRendered(rendered: RenderedSlot): string {
  return createHash('sha256').update(JSON.stringify(rendered)).digest('hex').slice(0, 20);
}
