import { isDict } from '../block-rules.ts';
import { readContent } from '../content.ts';
import type { Context } from '../context.ts';
import { emitChannelEvent } from '../events.ts';
import { createFile, isLookedAt, removeFile } from '../files.ts';
import { addMessage } from '../messages.ts';
import { buildFile } from '../shapes.ts';
import type { Dict, StoredChannel, StoredFile } from '../state.ts';
import { type ApiFamily, ApiError, readJson, readNumber, readText, refuseArguments, requireText } from './method.ts';

const largestFile = 64 * 1024 * 1024;

function issueUpload(ctx: Context, args: Dict): Dict {
  const name = requireText(args, 'filename');
  const length = readNumber(args, 'length', { fallback: 0, most: Number.MAX_SAFE_INTEGER });
  if (length === 0) throw refuseArguments('must be greater than 0 [length]');
  if (length > largestFile) throw new ApiError('file_upload_size_restricted');
  const alt = readText(args, 'alt_txt') ?? readText(args, 'alt_text') ?? '';
  if (alt.length > 1000) throw new ApiError('alt_txt_too_large');
  const file = createFile(ctx, { name, user: ctx.store.data.app.bot_user, alt });
  return { upload_url: `${ctx.url}/upload/v1/${ctx.files.issueTicket(file.id)}`, file_id: file.id };
}

function readUploads(ctx: Context, args: Dict): StoredFile[] {
  const raw = readJson(args, 'files', 'invalid_arguments');
  if (!Array.isArray(raw) || raw.length === 0) throw refuseArguments('missing required field: files');
  return raw.map((one: unknown) => {
    const { id, title } = isDict(one) ? one : {};
    const file = ctx.store.file(String(id));
    if (file === undefined || file.state === 'waiting') throw new ApiError('file_not_found');
    if (typeof title === 'string' && title !== '') file.title = title;
    return file;
  });
}

function readTargets(ctx: Context, args: Dict): StoredChannel[] {
  const single = readText(args, 'channel_id');
  const several = (readText(args, 'channels') ?? '').split(',').filter((id) => id !== '');
  if (several.length > 100) throw new ApiError('channels_limit_exceeded');
  return (single === undefined || single === '' ? several : [single]).map((id) => {
    const channel = ctx.store.resolveChannel(id);
    if (channel === undefined) throw new ApiError('channel_not_found');
    if (!ctx.store.isMember(channel, ctx.store.data.app.bot_user)) throw new ApiError('not_in_channel');
    return channel;
  });
}

// Sharing happens a moment after the answer, as in Slack: who needs the message's ts has to look for it.
function completeUpload(ctx: Context, args: Dict): Dict {
  const targets = readTargets(ctx, args);
  const uploads = readUploads(ctx, args);
  const thread = readText(args, 'thread_ts');
  for (const channel of targets) {
    if (thread !== undefined && ctx.store.message(channel.id, thread) === undefined) throw new ApiError('invalid_thread_ts');
  }
  const { blocks } = readContent(ctx, { blocks: args['blocks'] });
  const comment = readText(args, 'initial_comment') ?? '';
  for (const file of uploads) {
    file.state = 'complete';
    file.ready_at = ctx.clock.now() + ctx.timings.fileLookDelay;
  }
  ctx.store.touch();
  const share = async (): Promise<void> => {
    await ctx.clock.wait(ctx.timings.fileShareDelay);
    for (const channel of targets) {
      shareFiles(ctx, channel, uploads, {
        user: ctx.store.data.app.bot_user,
        bot: true,
        text: comment,
        blocks: blocks ?? [],
        ...(thread === undefined ? {} : { thread_ts: thread }),
      });
    }
  };
  ctx.background(share());
  return { files: uploads.map((file) => ({ ...showFile(ctx, file), shares: {} })) };
}

// Until Slack has looked at a file it does not know what it is.
function showFile(ctx: Context, file: StoredFile): Dict {
  const shown = buildFile(ctx.store, file);
  return isLookedAt(ctx, file) ? shown : { ...shown, mimetype: '', filetype: '', pretty_type: '' };
}

/** Posts the message that carries files, and notes where they are now. */
export function shareFiles(
  ctx: Context,
  channel: StoredChannel,
  files: readonly StoredFile[],
  draft: Parameters<typeof addMessage>[2],
): string {
  const message = addMessage(ctx, channel, { ...draft, files: files.map((file) => file.id), upload: true, subtype: 'file_share' });
  for (const file of files) {
    file.shares.push({ channel: channel.id, ts: message.ts, ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }) });
    emitChannelEvent(ctx, channel, {
      type: 'file_shared',
      channel_id: channel.id,
      file_id: file.id,
      user_id: message.user,
      file: { id: file.id },
      event_ts: message.ts,
    });
  }
  ctx.store.touch();
  return message.ts;
}

export const files: ApiFamily = {
  'files.getUploadURLExternal': { tier: 't4', scopes: ['files:write'], run: issueUpload },
  'files.completeUploadExternal': { tier: 't4', scopes: ['files:write'], run: completeUpload },
  'files.delete': {
    tier: 't3',
    scopes: ['files:write'],
    run: async (ctx, args) => {
      const file = ctx.store.file(requireText(args, 'file'));
      if (file === undefined) throw new ApiError('file_not_found');
      if (file.user !== ctx.store.data.app.bot_user) throw new ApiError('cant_delete_file');
      await removeFile(ctx, file);
      return {};
    },
  },
  'files.info': {
    tier: 't4',
    scopes: ['files:read'],
    run: (ctx, args) => {
      const file = ctx.store.file(requireText(args, 'file'));
      if (file === undefined || file.state !== 'complete') throw new ApiError('file_not_found');
      return { file: showFile(ctx, file), comments: [], response_metadata: { next_cursor: '' } };
    },
  },
};
