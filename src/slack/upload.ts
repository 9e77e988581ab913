import type { WebClient } from '@slack/web-api';
import { ReprobotError } from '../errors.ts';

export interface Upload {
  readonly channel: string;
  /** Null: into the channel itself. */
  readonly threadTs: string | null;
  readonly name: string;
  readonly title: string;
  readonly content: string | Uint8Array;
}

/** Puts a file into a thread or a channel by Slack's three steps; resolves with its id. Alt text is not sent: with a share it is known to break it. */
export async function uploadFile(client: WebClient, upload: Upload): Promise<string> {
  const bytes = typeof upload.content === 'string' ? new TextEncoder().encode(upload.content) : upload.content;
  const ticket = await client.files.getUploadURLExternal({ filename: upload.name, length: bytes.byteLength });
  if (ticket.upload_url === undefined || ticket.file_id === undefined) throw refused(upload, 'Slack gave no address for it');
  const form = new FormData();
  form.set('body', new Blob([new Uint8Array(bytes)]), upload.name);
  const answer = await fetch(ticket.upload_url, { method: 'POST', body: form });
  if (!answer.ok) throw refused(upload, `the file store answered HTTP ${answer.status}`);
  await client.files.completeUploadExternal({
    files: [{ id: ticket.file_id, title: upload.title }],
    channel_id: upload.channel,
    ...(upload.threadTs === null ? {} : { thread_ts: upload.threadTs }),
  });
  return ticket.file_id;
}

function refused(upload: Upload, why: string): ReprobotError {
  return new ReprobotError({ code: 'slack.outcome-unknown', doing: `uploading ${upload.name}`, why, transient: true });
}
