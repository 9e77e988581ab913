import type { WebClient } from '@slack/web-api';
import { classifySlackError } from './errors.ts';

/** Null when the bot can hold a thread in this channel; else what the person can do about it. A bot that is no member would post
 *  into a channel and never hear the answers. */
export async function checkChannel(client: WebClient, channel: string): Promise<string | null> {
  if (channel.startsWith('D')) return null;
  try {
    const answer = await client.conversations.info({ channel });
    if (answer.channel?.is_archived === true) return 'This channel is archived; start the run in another one.';
    if (answer.channel?.is_member === true || answer.channel?.is_im === true) return null;
  } catch (error) {
    const verdict = classifySlackError(error);
    if (verdict.kind !== 'gone') throw error;
  }
  return 'I am not in this channel, so I could not hear your answers. Invite me with `/invite @reprobot` and type the command again.';
}
