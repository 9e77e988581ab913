/** What people said and marked while the app was away: Slack takes an event as delivered when the app has taken it, so nobody else tells of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readReply } from '../core/run/replies.ts';
import type { RunState } from '../core/run/state.ts';
import type { SlackContext } from './command.ts';
import { classifySlackError } from './errors.ts';
import { hearReply, readHeard } from './messages.ts';
import { noteReactions, type MarkedMessage } from './notes.ts';

/** How far back a start looks for replies: longer than any restart takes, shorter than what people have forgotten. */
const LOOK_BACK_MS = 2 * 3_600_000;
/** Runs that are over: people still mark what they said, for about so long. */
const RECENT_MS = 14 * 86_400_000;
const MOST_RECENT = 100;
/** Slack takes fifty a minute; the rest is for looking for posts whose answer was lost. */
const LINE = 'conversations.replies';
const PER_MINUTE = 30;
const BURST = 20;
/** A thread that Slack does not give is left for the next start after so many tries. */
const MOST_TRIES = 5;

/**
 * Reads the threads of all runs that go on, then those of the ones that ended lately, once, after a start and in no hurry. A reply that was
 * heard before is the same command again and does nothing; a marked message is one note however often it is found. A thread that cannot be
 * read is left for the next start.
 */
export async function catchUp(context: SlackContext, signal: AbortSignal): Promise<void> {
  const { journal } = context.runs;
  const going = await journal.listActive();
  // Of what is over only marks are taken.
  const ended = context.settings.slack.noteEmoji === '' ? [] : await journal.listRecent(MOST_RECENT);
  const recent = ended.filter((runId) => !going.includes(runId));
  const bot = await findBot(context);
  for (const runId of [...going, ...recent]) {
    if (signal.aborted) return;
    try {
      const state = await context.runs.load(runId);
      const isWanted = state !== null && (going.includes(runId) || state.updatedAt > context.now() - RECENT_MS);
      if (isWanted) await catchUpRun(context, state, { bot, isGoing: going.includes(runId) }, signal);
    } catch (error) {
      if (!signal.aborted) context.log.warn({ run: runId, why: classifySlackError(error) }, 'reading what came while the app was away');
    }
  }
}

/** Our own user, whose tick says that a mark was seen; null where Slack does not tell: then only the journal says it. */
async function findBot({ client, log }: SlackContext): Promise<string | null> {
  try {
    return (await client.auth.test()).user_id ?? null;
  } catch (error) {
    log.warn({ why: classifySlackError(error) }, 'asking Slack who we are');
    return null;
  }
}

async function catchUpRun(
  context: SlackContext,
  { id, thread }: RunState,
  { bot, isGoing }: { readonly bot: string | null; readonly isGoing: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (thread === null) return;
  for await (const message of readThread(context, thread, signal)) {
    // The reply before the mark on it: what was heard needs no other note.
    if (isGoing) await hearAgain(context, id, { ...message, channel: thread.channel });
    await noteReactions(context, thread.channel, message, bot);
  }
}

async function hearAgain(context: SlackContext, runId: string, message: object): Promise<void> {
  const heard = readHeard(message);
  if (heard === null || heard.threadTs === heard.ts || Number(heard.ts) * 1000 < context.now() - LOOK_BACK_MS) return;
  // Whoever asked how it goes an hour ago does not want to hear it now.
  if (readReply(heard.text).kind === 'status') return;
  if (!(await context.runs.journal.wasApplied(runId, `message:${heard.channel}:${heard.ts}`))) await hearReply(context, runId, heard);
}

async function* readThread(
  context: SlackContext,
  { channel, ts }: { readonly channel: string; readonly ts: string },
  signal: AbortSignal,
): AsyncGenerator<MarkedMessage> {
  let next: string | undefined;
  do {
    const cursor = next === undefined ? {} : { cursor: next };
    const page = await inTurn(context, signal, () => context.client.conversations.replies({ channel, ts, limit: 200, ...cursor }));
    yield* page.messages ?? [];
    next = page.response_metadata?.next_cursor;
  } while (next !== undefined && next !== '');
}

/** Runs one call when it is its turn, and again where Slack asks to wait. */
async function inTurn<T>({ limiter }: SlackContext, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    await sleep(await limiter.take(LINE, PER_MINUTE, BURST), undefined, { signal });
    try {
      return await call();
    } catch (error) {
      const verdict = classifySlackError(error);
      if (verdict.kind !== 'rate-limited' || tries >= MOST_TRIES) throw error;
      await limiter.block(LINE, verdict.seconds);
    }
  }
}
