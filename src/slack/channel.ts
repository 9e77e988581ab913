import type { WebClient } from '@slack/web-api';
import { classifySlackError } from './errors.ts';

const REMEMBERED_MS = 5 * 60_000;

/** Null when the bot can hold a thread in a channel; else what the person can do about it. A bot that is no member would post into a
 *  channel and never hear the answers. */
export type ChannelCheck = (channel: string) => Promise<string | null>;

/** A check that asks Slack once in five minutes for a channel that is fine: the call has a limit of its own, and many runs begin in one
 *  channel. While Slack asks us to wait, the channel is taken as fine; the thread itself will tell. */
export function createChannelCheck(client: WebClient, now: () => number): ChannelCheck {
  const fine = new Map<string, number>();
  return async (channel) => {
    if (channel.startsWith('D') || now() - (fine.get(channel) ?? 0) < REMEMBERED_MS) return null;
    const problem = await findProblem(client, channel);
    if (problem === null) fine.set(channel, now());
    return problem;
  };
}

async function findProblem(client: WebClient, channel: string): Promise<string | null> {
  try {
    const answer = await client.conversations.info({ channel });
    if (answer.channel?.is_archived === true) return 'This channel is archived; start the run in another one.';
    if (answer.channel?.is_member === true || answer.channel?.is_im === true) return null;
  } catch (error) {
    const verdict = classifySlackError(error);
    if (verdict.kind === 'rate-limited') return null;
    if (verdict.kind !== 'gone') throw error;
  }
  return 'I am not in this channel, so I could not hear your answers. Invite me with `/invite @reprobot` and type the command again.';
}
