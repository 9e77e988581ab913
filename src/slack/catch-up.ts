import { readReply } from '../core/run/replies.ts';
import type { SlackContext } from './command.ts';
import { classifySlackError } from './errors.ts';
import { hearReply, readHeard } from './messages.ts';

/** How far back a start looks: longer than any restart takes, shorter than what people have forgotten. */
const LOOK_BACK_MS = 2 * 3_600_000;

/**
 * Reads the threads of all runs that go on, once, after a start: Slack takes an event as delivered when the app has taken it, so a reply
 * that came while the app died is told by nobody else. A reply that was heard before is the same command again and does nothing. A thread
 * that cannot be read is left for the next start.
 */
export async function catchUp(context: SlackContext): Promise<void> {
  for (const runId of await context.runs.journal.listActive()) {
    try {
      const thread = (await context.runs.load(runId))?.thread;
      if (thread !== null && thread !== undefined) await readThread(context, runId, thread);
    } catch (error) {
      context.log.warn({ run: runId, why: classifySlackError(error) }, 'reading replies that came while the app was away');
    }
  }
}

async function readThread(context: SlackContext, runId: string, thread: { channel: string; ts: string }): Promise<void> {
  const { channel, ts } = thread;
  const oldest = String((context.now() - LOOK_BACK_MS) / 1000);
  let cursor: string | undefined;
  do {
    const page = await context.client.conversations.replies({
      channel,
      ts,
      oldest,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const message of page.messages ?? []) {
      const heard = readHeard({ ...message, channel });
      if (heard === null || heard.threadTs === heard.ts) continue;
      // Whoever asked how it goes an hour ago does not want to hear it now.
      if (readReply(heard.text).kind === 'status') continue;
      if (!(await context.runs.journal.wasApplied(runId, `message:${channel}:${heard.ts}`))) await hearReply(context, runId, heard);
    }
    cursor = page.response_metadata?.next_cursor;
  } while (cursor !== undefined && cursor !== '');
}
