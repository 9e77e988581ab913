import { sendMessage, sendSlash, uploadFile } from './api.js';
import { encodeTyped } from './message-text.js';
import { state } from './state.js';
import { saveMessage } from './sync.js';

/**
 * @typedef {import('../page-api.ts').MessageView} MessageView
 * @typedef {{channel: string, threadTs: string, text: string, files: File[], broadcast: boolean}} Composed
 */

/**
 * Sends a message, its files or a command. Answers null when it is on its way, otherwise what the person should know.
 * @param {Composed} composed
 * @returns {Promise<string | null>}
 */
export async function sendComposed(composed) {
  const command = /^\/(?=\S)\S*/.exec(composed.text)?.[0];
  try {
    if (command && composed.files.length === 0) return await sendCommand(composed, command);
    await sendPlain(composed);
    return null;
  } catch (error) {
    return `Not sent: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** @param {Composed} composed */
async function sendPlain({ channel, threadTs, text, files, broadcast }) {
  const { user } = state;
  const encoded = encodeTyped(text.trim());
  const thread_ts = threadTs || undefined;
  if (files.length === 0) {
    await sendMessage({ user, channel, text: encoded, thread_ts, broadcast: threadTs ? broadcast : undefined });
    return;
  }
  for (const [index, file] of files.entries()) {
    await uploadFile({ user, channel, thread_ts, comment: index === 0 ? encoded : undefined, file });
  }
}

/**
 * @param {Composed} composed
 * @param {string} command
 * @returns {Promise<string | null>}
 */
async function sendCommand({ channel, threadTs, text }, command) {
  const isKnown = state.workspace?.commands.some((one) => one.command === command) ?? false;
  if (!isKnown) {
    return `${command} is not a valid command. Everything that begins with “/” is read as a command; put a space before it to send it as a message.`;
  }
  if (threadTs) {
    return `${command} is not supported in threads. Sorry! Slack runs an app's commands in the channel only; here, answer in words or with the bot's buttons.`;
  }
  const { user } = state;
  const { outcome } = await sendSlash({ user, channel, command, text: text.slice(command.length).trim() });
  if (outcome !== 'acked') saveMessage(buildCommandNotice(channel, command, outcome));
  return null;
}

/**
 * Slackbot's private note about a command that the app did not take.
 * @param {string} channel
 * @param {string} command
 * @param {string} outcome
 * @returns {MessageView}
 */
function buildCommandNotice(channel, command, outcome) {
  const reason =
    outcome === 'operation_timeout' ? 'the app did not answer within three seconds' : 'the app is not connected, or refused it';
  return {
    channel,
    ts: (Date.now() / 1000).toFixed(6),
    user: 'USLACKBOT',
    is_bot: false,
    broadcast: false,
    text: `\`${command}\` failed with the error “${outcome}”: ${reason}. Slack does not send a command again; type it once more.`,
    blocks: [],
    attachments: [],
    files: [],
    reactions: [],
    edited: false,
    deleted: false,
    ephemeral_for: state.user,
    reply_count: 0,
    reply_users: [],
  };
}
