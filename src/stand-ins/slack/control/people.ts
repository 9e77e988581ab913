import { shareFiles } from '../api/files.ts';
import { ApiError } from '../api/method.ts';
import type { Context } from '../context.ts';
import { createFile, fillFile } from '../files.ts';
import { readHumanText } from '../human-text.ts';
import { sendCommand } from '../interactions.ts';
import { addMessage, deleteMessage, editMessage, joinChannel, react, showChannel } from '../messages.ts';
import type { DeliveryOutcome } from '../page-api.ts';
import { applyResponse } from '../response-url.ts';
import type { Dict, StoredChannel, StoredMessage, StoredUser } from '../state.ts';
import {
  ControlError,
  type ControlRequest,
  type ControlRoutes,
  readField,
  readFlag,
  requireField,
  requireOwnChannel,
  requireUser,
  requireVisibleChannel,
  requireVisibleMessage,
} from './route.ts';
import { inviteCommand } from './workspace.ts';

// Words from Slack itself to one person.
function tellUser(ctx: Context, channel: StoredChannel, userId: string, text: string): void {
  addMessage(ctx, channel, { user: 'USLACKBOT', text, ephemeral_for: userId });
}

async function typeCommand(ctx: Context, request: ControlRequest): Promise<{ outcome: DeliveryOutcome }> {
  const user = requireUser(ctx, request);
  const channel = requireOwnChannel(ctx, request, user);
  const command = requireField(request, 'command');
  const typed = (readField(request, 'text') ?? '').trim();
  if (command === inviteCommand.command) return invite(ctx, channel, user, typed);
  const known = ctx.app.commands.find((one) => one.command === command);
  if (known === undefined) throw new ControlError('unknown_command', 404, command);
  const text = known.should_escape ? readHumanText(ctx.store, typed, '').text : typed;
  const { record, delivered } = await sendCommand(ctx, user.id, channel, command, text);
  if (delivered.outcome === 'acked') answerCommand(ctx, record, delivered.payload, { channel, user, typed: `${command} ${typed}`.trim() });
  return { outcome: delivered.outcome };
}

// What an app says in its acknowledgement is a message as for response_url, at no use of it.
function answerCommand(
  ctx: Context,
  record: Parameters<typeof applyResponse>[1],
  payload: unknown,
  typed: { channel: StoredChannel; user: StoredUser; typed: string },
): void {
  const body: Dict =
    typeof payload === 'string' ? { text: payload } : typeof payload === 'object' && payload !== null ? (payload as Dict) : {};
  if (body['response_type'] === 'in_channel') addMessage(ctx, typed.channel, { user: typed.user.id, text: typed.typed });
  if (body['text'] === undefined && body['blocks'] === undefined && body['attachments'] === undefined) return;
  try {
    applyResponse(ctx, record, body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tellUser(ctx, typed.channel, typed.user.id, `\`${typed.typed.split(' ')[0] ?? ''}\` failed with the error "${error.code}"`);
  }
}

// Slack's own command, and the only way into a private channel.
function invite(ctx: Context, channel: StoredChannel, user: StoredUser, typed: string): { outcome: DeliveryOutcome } {
  const name = typed.replace(/^<@(\w+)[^>]*>$/, '$1').replace(/^@/, '');
  const guest = ctx.store.user(name) ?? ctx.store.data.users.find((one) => one.name === name);
  if (guest === undefined) throw new ControlError('user_not_found', 404, name);
  joinChannel(ctx, channel, guest.id, user.id);
  return { outcome: 'acked' };
}

function postText(ctx: Context, request: ControlRequest): { ts: string } {
  const user = requireUser(ctx, request);
  const channel = requireOwnChannel(ctx, request, user);
  const thread = readThread(ctx, request, channel);
  const { text, blocks } = readHumanText(ctx.store, requireField(request, 'text'), ctx.store.nextId('b'));
  const message = addMessage(ctx, channel, {
    user: user.id,
    text,
    blocks,
    client_msg_id: crypto.randomUUID(),
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ...(thread !== undefined && readFlag(request, 'broadcast') ? { subtype: 'thread_broadcast' } : {}),
  });
  return { ts: message.ts };
}

function readThread(ctx: Context, request: ControlRequest, channel: StoredChannel): string | undefined {
  const thread = readField(request, 'thread_ts');
  if (thread === undefined) return undefined;
  const root = ctx.store.message(channel.id, thread);
  if (root === undefined) throw new ControlError('thread_not_found', 404);
  return root.thread_ts ?? root.ts;
}

function requireOwnMessage(ctx: Context, request: ControlRequest): { user: StoredUser; channel: StoredChannel; message: StoredMessage } {
  const user = requireUser(ctx, request);
  const channel = requireOwnChannel(ctx, request, user);
  const message = requireVisibleMessage(ctx, request, channel, user, 'ts');
  if (message.user !== user.id) throw new ControlError('not_your_message', 403);
  return { user, channel, message };
}

async function upload(ctx: Context, request: ControlRequest): Promise<{ file_id: string; ts: string }> {
  const user = requireUser(ctx, request);
  const channel = requireOwnChannel(ctx, request, user);
  const sent = request.files['file'];
  if (sent === undefined) throw new ControlError('missing_field', 400, 'file');
  const thread = readThread(ctx, request, channel);
  const file = createFile(ctx, { name: sent.name === '' ? 'upload' : sent.name, user: user.id, alt: '' });
  await fillFile(ctx, file, sent.bytes);
  file.state = 'complete';
  const comment = readField(request, 'comment') ?? '';
  const said = comment === '' ? { text: '', blocks: [] } : readHumanText(ctx.store, comment, ctx.store.nextId('b'));
  const ts = shareFiles(ctx, channel, [file], { user: user.id, ...said, ...(thread === undefined ? {} : { thread_ts: thread }) });
  return { file_id: file.id, ts };
}

export const peopleRoutes: ControlRoutes = {
  'POST /slash': typeCommand,
  'POST /messages': postText,
  'POST /messages/edit': (ctx, request) => {
    const { user, channel, message } = requireOwnMessage(ctx, request);
    const { text, blocks } = readHumanText(ctx.store, requireField(request, 'text'), ctx.store.nextId('b'));
    editMessage(ctx, channel, message, { text, blocks, editor: user.id });
    return {};
  },
  'POST /messages/delete': (ctx, request) => {
    const { channel, message } = requireOwnMessage(ctx, request);
    deleteMessage(ctx, channel, message);
    return {};
  },
  'POST /reactions': (ctx, request) => {
    const user = requireUser(ctx, request);
    const channel = requireOwnChannel(ctx, request, user);
    const message = requireVisibleMessage(ctx, request, channel, user, 'ts');
    const refusal = react(ctx, channel, message, {
      user: user.id,
      name: requireField(request, 'name'),
      remove: readFlag(request, 'remove'),
    });
    if (refusal !== undefined) throw new ControlError(refusal, 409);
    return {};
  },
  'POST /upload': upload,
  'POST /read': (ctx, request) => {
    const user = requireUser(ctx, request);
    const channel = requireVisibleChannel(ctx, request, user);
    channel.reads[user.id] = requireField(request, 'ts');
    ctx.store.touch();
    showChannel(ctx, channel);
    return {};
  },
};
