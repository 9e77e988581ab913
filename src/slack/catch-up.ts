import { findOpenApproval } from '../core/run/state.ts';
import type { SlackContext } from './command.ts';
import { classifySlackError } from './errors.ts';
import { hearReply, readHeard } from './messages.ts';

/** Replies typed this long before the question are looked at too; clocks differ. */
const SLACK_MS = 5_000;

/**
 * Reads the threads whose question is open, once, after a start: Slack takes an event as delivered when the app has taken it, so a reply
 * that came while the app died is told by nobody else. A reply that was heard before is the same command again and does nothing.
 */
export async function catchUp(context: SlackContext): Promise<void> {
  for (const runId of await context.runs.journal.listActive()) {
    const state = await context.runs.load(runId);
    const open = state === null ? undefined : findOpenApproval(state);
    if (state === null || state.thread === null || open === undefined) continue;
    const { channel, ts } = state.thread;
    try {
      const page = await context.client.conversations.replies({
        channel,
        ts,
        oldest: String((open.requestedAt - SLACK_MS) / 1000),
        limit: 200,
      });
      for (const message of page.messages ?? []) {
        const heard = readHeard({ ...message, channel });
        const known =
          heard === null || heard.threadTs === heard.ts || (await context.runs.journal.wasApplied(runId, `message:${channel}:${heard.ts}`));
        if (!known) await hearReply(context, runId, heard);
      }
    } catch (error) {
      context.log.warn({ run: runId, why: classifySlackError(error) }, 'reading replies that came while the app was away');
    }
  }
}
